"""barkbook doctor: each thing it looks at, well and not well, with a cure, beside a Cal.com that a test can spoil."""

import email.utils
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import tap

KEY = "cal_live_0123456789abcdef0123456789abcdef"
TRIGGERS = ["BOOKING_CREATED", "BOOKING_RESCHEDULED", "BOOKING_CANCELLED", "BOOKING_REQUESTED", "BOOKING_REJECTED",
            "BOOKING_PAID", "BOOKING_PAYMENT_INITIATED", "BOOKING_NO_SHOW_UPDATED", "MEETING_STARTED", "MEETING_ENDED"]


class Outside:
    """Cal.com, Twilio and the far end of the tunnel, all on one port."""

    def __init__(self, app):
        self.app = app
        self.skew = 0
        self.webhooks = []
        self.healthz = None  # None: what the service says
        self.status = {}  # path -> status
        outside = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outside.answer(self)

            def log_message(self, *unused):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def body(self, path):
        if path == "/v2/me":
            return {"status": "success", "data": {"username": "salon-lapka", "email": "x@y.example", "timeZone": "Europe/Warsaw"}}
        if path == "/v2/webhooks":
            return {"status": "success", "data": self.webhooks}
        if path.startswith("/2010-04-01/Accounts/"):
            return {"status": "active"}
        if path == "/healthz":
            if self.healthz is not None:
                return self.healthz
            return barkbook.request(self.app.webhook_port, "GET", "/healthz").json
        return None

    def answer(self, rq):
        path = rq.path.split("?")[0]
        body = self.body(path)
        status = self.status.get(path, 200 if body is not None else 404)
        data = json.dumps(body if status == 200 else {"status": "error", "error": {"message": "no"}}).encode()
        rq.send_response_only(status)
        rq.send_header("Date", email.utils.formatdate(time.time() + self.skew, usegmt=True))
        rq.send_header("Content-Type", "application/json")
        rq.send_header("Content-Length", str(len(data)))
        rq.end_headers()
        rq.wfile.write(data)


class Doctor(barkbook.Case):
    def box(self, **settings):
        app = self.barkbook(start=False)
        outside = Outside(app)
        self.addCleanup(outside.server.server_close)
        self.addCleanup(outside.server.shutdown)
        app.settings.update({"server.public_url": outside.url, "calcom.api_url": outside.url, "calcom.api_key": KEY,
                             "calcom.requests_per_second": "100", **{k.replace("__", "."): v for k, v in settings.items()}})
        app.start()
        outside.webhooks = [self.webhook(app, outside)]
        return app, outside

    def webhook(self, app, outside, **more):
        return {"id": "w1", "subscriberUrl": f"{outside.url}/api/webhooks/calcom", "triggers": TRIGGERS, "active": True,
                "secret": app.secret, **more}

    def look(self, app, status=None):
        done = app.cli("doctor", "--json")
        report = json.loads(done.stdout)
        self.assertEqual(1 if report["level"] == "fail" else 0, done.returncode)
        if status is not None:
            self.assertEqual(status, done.returncode, report)
        self.assertNotIn(KEY, done.stdout + done.stderr)
        self.assertNotIn(app.secret, done.stdout)
        for check in report["checks"]:
            self.assertEqual(check["level"] != "ok", bool(check["cure"]), check)
        return {c["check"]: (c["level"], c["outcome"]) for c in report["checks"]}

    def test_well(self):
        "Where all is well every line is ok, but for the backup that has not been made yet"
        app, _outside = self.box()
        found = self.look(app, status=0)
        self.assertEqual({"config", "database", "backup", "disk", "key", "clock", "subscription", "tunnel", "sms"}, set(found))
        self.assertEqual(("warn", "never"), found.pop("backup"))
        found.pop("disk")
        self.assertEqual({"ok"}, {level for level, _outcome in found.values()}, found)
        text = app.cli("doctor").stdout
        self.assertRegex(text, r"(?m)^ok    tunnel ")

    def test_subscription(self):
        "Whatever is wrong with the webhook at Cal.com is named"
        app, outside = self.box()
        good = outside.webhooks[0]
        for webhooks, expected in (
            ([], ("fail", "none")),
            ([{**good, "subscriberUrl": "https://elsewhere.example/x"}], ("fail", "none")),
            ([{**good, "active": False}], ("fail", "off")),
            ([{**good, "secret": "other"}], ("fail", "secret")),
            ([{**good, "secret": None}], ("fail", "secret")),
            ([{**good, "triggers": TRIGGERS[:3]}], ("warn", "triggers")),
            ([{**good, "payloadTemplate": "{\"x\": 1}"}], ("fail", "template")),
            ([good, {**good, "id": "w2"}], ("warn", "twice")),
            ([{**good, "active": False}, {**good, "id": "w2"}], ("ok", "ok")),
        ):
            outside.webhooks = webhooks
            self.assertEqual(expected, self.look(app)["subscription"], webhooks)

    def test_clock(self):
        "A clock that differs from Cal.com's is told, a little and a lot"
        app, outside = self.box()
        for skew, expected in ((0, "ok"), (90, "warn"), (-90, "warn"), (3600, "fail")):
            outside.skew = skew
            self.assertEqual(expected, self.look(app)["clock"][0], skew)

    def test_key(self):
        "A refused key, a Cal.com that cannot be reached, another's key and no key at all are four things"
        app, outside = self.box()
        outside.status["/v2/me"] = 401
        self.assertEqual(("fail", "refused"), self.look(app, status=1)["key"])
        outside.status = {}
        app.settings["calcom.username"] = "other"
        app.write_config()
        self.assertEqual(("warn", "other_user"), self.look(app)["key"])
        app.settings["calcom.api_url"] = f"http://127.0.0.1:{barkbook.free_port()}"
        app.write_config()
        self.assertEqual(("fail", "unreachable"), self.look(app)["key"])
        del app.settings["calcom.api_key"]
        app.write_config()
        self.assertEqual(("warn", "none"), self.look(app)["key"])

    def test_tunnel(self):
        "A tunnel that is down, leads to another box or to something else is told apart"
        app, outside = self.box()
        outside.healthz = {"status": "ok", "instance": "00000000-0000-7000-8000-000000000000"}
        self.assertEqual(("fail", "tunnel_wrong"), self.look(app)["tunnel"])
        outside.healthz = {"hello": "world"}
        self.assertEqual(("fail", "tunnel_wrong"), self.look(app)["tunnel"])
        outside.status["/healthz"] = 404
        self.assertEqual(("fail", "tunnel_wrong"), self.look(app)["tunnel"])
        outside.status["/healthz"] = 502
        self.assertEqual(("fail", "tunnel_down"), self.look(app)["tunnel"])

    def test_sms(self):
        "The account for text messages is looked up where one is set"
        app, outside = self.box()
        app.settings.update({"sms.provider": "twilio", "sms.api_url": outside.url, "sms.account_sid": "AC0123",
                             "sms.auth_token": "token-of-the-account"})
        app.write_config()
        self.assertEqual(("fail", "incomplete"), self.look(app)["sms"])
        app.settings["sms.from"] = "Salon"
        app.write_config()
        self.assertEqual(("ok", "ok"), self.look(app)["sms"])
        outside.status["/2010-04-01/Accounts/AC0123.json"] = 401
        self.assertEqual(("fail", "refused"), self.look(app)["sms"])

    def test_without_database(self):
        "Without a database, or with a damaged one, the other lines are still there"
        fresh = self.barkbook(start=False)
        done = fresh.cli("doctor")
        self.assertEqual(1, done.returncode)
        self.assertRegex(done.stdout, r"(?m)^fail  database")
        self.assertRegex(done.stdout, r"(?m)^(ok|warn|fail) +disk")
        app, _outside = self.box()
        app.stop()
        with (app.data_dir / "barkbook.db").open("r+b") as f:
            f.write(b"\0" * 4096)
        self.assertEqual("fail", self.look(app, status=1)["database"][0])

    def test_page(self):
        "The owner gets the same report from the service, staff do not"
        app, _outside = self.box()
        app.set_up()
        answer = app.post("/api/doctor")
        self.assertEqual(200, answer.status)
        self.assertEqual(self.look(app), {c["check"]: (c["level"], c["outcome"]) for c in answer.json["checks"]})
        app.cli("user", "add", "Kasia", "--password-stdin", input="inne-haslo-1\n")
        app.sign_in("Kasia", "inne-haslo-1")
        self.assertEqual(403, app.post("/api/doctor").status)


if __name__ == "__main__":
    tap.main()
