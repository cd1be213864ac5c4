"""Cal.com's webhook subscription, made and repaired by command and by button, differences first."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import barkbook
import tap
from calcom_desk import CalcomDesk

URL = "https://hooks.lapka.example/api/webhooks/calcom"
ALL = {
    "BOOKING_CREATED", "BOOKING_RESCHEDULED", "BOOKING_CANCELLED", "BOOKING_REQUESTED", "BOOKING_REJECTED",
    "BOOKING_PAID", "BOOKING_PAYMENT_INITIATED", "BOOKING_NO_SHOW_UPDATED", "MEETING_STARTED", "MEETING_ENDED",
}  # fmt: skip


class Registration(barkbook.Case):
    def setUp(self):
        self.desk = CalcomDesk()
        self.addCleanup(self.desk.close)

    def app(self, start=False, **settings):
        public = {"server.public_url": "https://hooks.lapka.example"}
        return self.barkbook(start=start, settings=self.desk.settings(**{**public, **settings}))

    def register(self, app, *options, status=0):
        done = app.cli("webhooks", "register", "--json", *options)
        self.assertEqual(status, done.returncode, done.stderr)
        return json.loads(done.stdout)

    def test_command(self):
        "The command shows what differs, makes the subscription, repairs it in every way it can be wrong, and then rests"
        app = self.app()
        looked = self.register(app, "--dry-run")
        self.assertEqual(("none", "none", False), (looked["before"], looked["after"], looked["changed"]))
        self.assertEqual({}, self.desk.webhooks)
        made = self.register(app)
        self.assertEqual(("none", "ok", True), (made["before"], made["after"], made["changed"]))
        ((number, hook),) = self.desk.webhooks.items()
        self.assertEqual((URL, True, app.secret), (hook["subscriberUrl"], hook["active"], hook["secret"]))
        self.assertEqual(ALL, set(hook["triggers"]))
        for word, change in (
            ("off", {"active": False}), ("secret", {"secret": "inny"}), ("template", {"payloadTemplate": "{}"}),
            ("triggers", {"triggers": ["BOOKING_CREATED"]}),
        ):  # fmt: skip
            with self.subTest(word):
                hook = self.desk.webhooks[number]
                hook.update(change)
                text = app.cli("webhooks", "register", "--dry-run").stdout
                self.assertIn("Differs:", text)
                self.assertIn("Nothing was changed", text)
                self.assertNotIn(app.secret, text)
                self.assertEqual((word, "ok"), tuple(self.register(app)[k] for k in ("before", "after")))
                self.assertEqual([number], list(self.desk.webhooks))
        writes = len(self.desk.writes)
        rested = self.register(app)
        self.assertEqual(("ok", False), (rested["before"], rested["changed"]))
        self.assertEqual(writes, len(self.desk.writes))

    def test_others(self):
        "A subscription that leads elsewhere is named and left alone"
        app = self.app()
        other = {"active": True, "subscriberUrl": "https://old.example/api/webhooks/calcom", "triggers": ["BOOKING_CREATED"]}
        self.desk.subscribe("801", other)
        made = self.register(app)
        self.assertEqual(("ok", other["subscriberUrl"]), (made["after"], made["other_url"]))
        self.assertEqual(other["subscriberUrl"], self.desk.webhooks["801"]["subscriberUrl"])
        self.assertEqual(2, len(self.desk.webhooks))

    def test_refused(self):
        "Without an address, a key or Cal.com's consent nothing is claimed, and the cure is named"
        for settings, word in (
            ({"server.public_url": ""}, "public_url"), ({"calcom.api_key": ""}, "api_key"), ({"server.public_url": "http://127.0.0.1"}, "https"),
            ({"calcom.api_key": "cal_live_wrong"}, "key"),
        ):  # fmt: skip
            with self.subTest(word):
                done = self.app(**settings).cli("webhooks", "register")
                self.assertEqual(1, done.returncode)
                self.assertIn(word, done.stderr)
        self.desk.next_write("400:no more webhooks in your plan")
        done = self.app().cli("webhooks", "register")
        self.assertEqual(1, done.returncode)
        self.assertIn("no more webhooks in your plan", done.stderr)
        self.assertEqual({}, self.desk.webhooks)

    def test_button(self):
        "The owner sees what differs and presses the button; staff may not"
        app = self.app(start=True)
        app.set_up()
        look = app.get("/api/webhook-subscription").json
        self.assertEqual(("none", URL), (look["state"], look["url"]))
        self.assertEqual({}, self.desk.webhooks)
        made = app.post("/api/webhook-subscription").json
        self.assertEqual(("none", "ok", True), (made["before"], made["state"], made["changed"]))
        self.assertEqual("ok", app.get("/api/webhook-subscription").json["state"])
        self.assertNotIn(app.secret, json.dumps(made))
        app.post("/api/staff", {"name": "Ewa", "password": "bardzo-dlugie-haslo"})
        app.sign_in("Ewa", "bardzo-dlugie-haslo")
        self.assertEqual(403, app.get("/api/webhook-subscription").status)
        self.assertEqual(403, app.post("/api/webhook-subscription").status)

    def test_no_key(self):
        "The page is told in words that there is no key"
        app = self.app(start=True, **{"calcom.api_key": ""})
        app.set_up()
        answer = app.get("/api/webhook-subscription")
        self.assertEqual(409, answer.status)
        self.assertIn("api_key", answer.json["error"]["message"])


if __name__ == "__main__":
    tap.main()
