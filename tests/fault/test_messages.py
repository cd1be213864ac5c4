"""The process is killed while a text is on its way: before Twilio has it, after Twilio has it, and at random. No
client ever gets a second text, and none is lost without a word: it is sent later, found at Twilio, or shown as unknown.
"""

import random
import sys
import threading
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import message_case
import tap
from message_case import PHONE

ROUNDS = tap.count("kills while texts are sent", 3, 60)
LONG_AGO = "2020-01-01T00:00:00.000Z"


class Kill(message_case.MessageCase):
    def later(self, app, event, minutes):
        """As if so much time had passed while the program was down."""
        past = (datetime.now(timezone.utc) - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        self.write(app, "UPDATE messages SET attempted_at = ?, look_at = ? WHERE event_id = ? AND look_at IS NOT NULL",
                   past, LONG_AGO, event)

    def held(self, fault):
        app = self.salon()
        app.twilio.faults.append(fault)
        _, event, _ = self.due_visit(app)
        self.assertTrue(app.twilio.holding.wait(60))
        self.assertEqual("sending", self.text(app, event)["state"], "committed before the request left")
        app.kill()
        app.twilio.release.set()
        return app, event

    def test_after_it_was_accepted(self):
        "Killed after Twilio has taken the text: it is found there, and not sent again"
        app, event = self.held("hold_after")
        self.later(app, event, 3)
        app.start()
        row = self.wait_state(app, event, "accepted", "sent", "delivered")
        self.assertEqual(1, len(app.twilio.sent_to(PHONE)))
        self.assertEqual(app.twilio.sent_to(PHONE)[0]["sid"], row["sid"])

    def test_before_it_was_accepted(self):
        "Killed before Twilio has the text: it is looked for twice, and only then sent again, once"
        app, event = self.held("hold_before")
        self.later(app, event, 3)
        app.start()
        row = barkbook.wait_for(lambda: (r := self.text(app, event))["looks"] == 1 and r, 40, "the first look")
        self.assertEqual(("sending", 0), (row["state"], len(app.twilio.sent_to(PHONE))))
        app.kill()
        self.later(app, event, 15)
        app.start()
        self.wait_state(app, event, "accepted")
        self.assertEqual(1, len(app.twilio.sent_to(PHONE)))
        looked = [path for method, path in app.twilio.requests if method == "GET" and "To=%2B48600100200" in path]
        self.assertGreaterEqual(len(looked), 2)

    def test_lost_answers(self):
        "An answer that is lost on the way, however, is never followed by a second request"
        for fault in ("lost_answer", "error_after", "nonsense"):
            with self.subTest(fault):
                app = self.salon()
                app.twilio.faults.append(fault)
                _, event, _ = self.due_visit(app)
                barkbook.wait_for(lambda: app.twilio.sent_to(PHONE), 40, "the text at Twilio")
                barkbook.wait_for(lambda: (self.text(app, event)["error"] or "") != "", 40, "the row knows")
                self.assertEqual("sending", self.text(app, event)["state"])
                self.later(app, event, 3)
                app.restart()
                self.wait_state(app, event, "accepted")
                self.assertEqual(1, len(app.twilio.sent_to(PHONE)))

    def test_never_found_out(self):
        "What cannot be found out until the visit is near is shown as unknown, on the list of whom to call"
        app, event = self.held("hold_before")
        app.twilio.stop()
        self.later(app, event, 3)
        self.write(app, "UPDATE messages SET latest_at = ? WHERE event_id = ?", LONG_AGO, event)
        app.start()
        self.wait_state(app, event, "unknown")
        self.assertEqual(["unknown"], [m["state"] for m in app.get("/api/messages/calls").json["messages"]])

    def test_random_kills(self):
        "Killed at random while texts go out: nobody gets two, and every row tells the truth"
        app = self.salon()
        seed = random.SystemRandom().randrange(1 << 30)
        dice = random.Random(seed)
        events = {}
        for n in range(ROUNDS):
            phone = f"+48600200{n:03d}"
            _, event, _ = self.due_visit(app, phone=phone, name=f"Jan {n}")
            events[event] = phone
            timer = threading.Thread(target=lambda: time.sleep(dice.uniform(0, 2.5)))
            timer.start()
            timer.join()
            app.kill()
            for one in events:
                self.later(app, one, 15)
            app.start()
        for event, phone in events.items():
            self.later(app, event, 15)
        app.restart()
        for event, phone in events.items():
            for _ in range(3):
                row = barkbook.wait_for(lambda: self.text(app, event), 60, "a row")
                if row["state"] in ("accepted", "sent", "delivered"):
                    break
                self.later(app, event, 15)
                app.restart()
                time.sleep(3)
            row = self.wait_state(app, event, "accepted", "sent", "delivered", "unknown", seconds=60)
            got = app.twilio.sent_to(phone)
            self.assertLessEqual(len(got), 1, f"seed {seed}: {phone}")
            if row["state"] != "unknown":
                self.assertEqual([row["sid"]], [m["sid"] for m in got], f"seed {seed}")


if __name__ == "__main__":
    tap.main()
