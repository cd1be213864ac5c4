"""Text messages through the real program and a Twilio of our own over HTTP: planned, sent, followed, refused,
answered, written by hand. What happens over crashes is tests/fault/test_messages.py.
"""

import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import delivery
import message_case
import tap
from message_case import PHONE, PUBLIC

STATUS = "/api/webhooks/twilio/status"
INBOUND = "/api/webhooks/twilio/inbound"


class Messages(message_case.MessageCase):
    def test_sent(self):
        "A visit's text goes out with pet, day and time, and is followed until it is delivered"
        app = self.salon()
        _, event, _ = self.due_visit(app)
        row = self.wait_state(app, event, "accepted")
        sent = app.twilio.sent_to(PHONE)
        self.assertEqual(1, len(sent))
        self.assertRegex(sent[0]["body"], r"^Burek: wizyta (jutro|dziś), \d+\.\d\d o \d+:\d\d\. Salon Łapka$")
        self.assertEqual((sent[0]["sid"], sent[0]["body"], PHONE), (row["sid"], row["body"], row["phone"]))
        self.assertIsNone(sent[0]["callback"])
        app.twilio.set_status(sent[0], "delivered")
        self.write(app, "UPDATE messages SET look_at = '2020-01-01T00:00:00.000Z' WHERE event_id = ?", event)
        self.wait_state(app, event, "delivered")
        shown = app.get(f"/api/appointments/{event}").json["texts"]
        self.assertEqual(["delivered"], [t["state"] for t in shown])

    def test_not_sent(self):
        "Who gave no consent, has a landline or is not known gets nothing, and the reason is on the visit"
        app = self.salon()
        now = datetime.now(timezone.utc)
        for phone, consent, reason in (("+48600100201", False, "no_consent"), ("+48123456789", True, "landline")):
            _, event, _ = self.due_visit(app, phone=phone, consent=consent, name="Ewa")
            shown = app.get(f"/api/appointments/{event}").json["texts"]
            self.assertEqual([("none", reason)], [(t["state"], t["reason"]) for t in shown])
        stranger = delivery.created(start=message_case.iso(now + timedelta(hours=20)), phone=None)
        event = app.deliver(stranger).json["event_id"]
        self.assertEqual("no_client", app.get(f"/api/appointments/{event}").json["texts"][0]["reason"])
        silent = app.get("/api/messages/calls").json["silent"]
        self.assertEqual({"no_consent", "landline", "no_client"}, {m["reason"] for m in silent})
        self.assertEqual([], app.twilio.messages)
        # Consent given later is enough: the outbox follows the card.
        _, event, _ = self.due_visit(app, phone="+48600100209")
        self.wait_state(app, event, "accepted")
        self.assertEqual(1, len(app.twilio.messages))

    def test_moved_and_cancelled(self):
        "A text follows its visit to another time, and is taken back with it"
        app = self.salon()
        client, pet = self.client(app)
        now = datetime.now(timezone.utc)
        start = now + timedelta(days=2, hours=3)
        event, uid = self.visit(app, client, pet, start, made=now - timedelta(days=3))
        first = self.wait_state(app, event, "planned")
        moved = delivery.rescheduled(uid, start=message_case.iso(start + timedelta(days=1)),
                                     metadata={"barkbookClientId": client, "barkbookPetId": pet})
        self.assertEqual(200, app.deliver(moved).status)
        rows = barkbook.wait_for(
            lambda: (r := app.rows("SELECT state, reason, due_at FROM messages WHERE event_id = ? ORDER BY id", event))
            and len(r) == 2 and r, 30, "a row for the new time")
        self.assertEqual(("cancelled", "moved"), (rows[0]["state"], rows[0]["reason"]))
        self.assertEqual("planned", rows[1]["state"])
        self.assertGreater(rows[1]["due_at"], first["due_at"])
        gone = delivery.cancelled(uid=moved["payload"]["uid"], start=message_case.iso(start + timedelta(days=1)))
        self.assertEqual(200, app.deliver(gone).status)
        barkbook.wait_for(lambda: app.value("SELECT count(*) FROM messages WHERE state = 'planned'") == 0, 30,
                          "nothing planned")
        self.assertEqual([], app.twilio.messages)

    def test_refused_number(self):
        "A number that Twilio refuses is shown to staff in plain words, and not tried again"
        app = self.salon()
        app.twilio.refuse[PHONE] = 21614
        _, event, _ = self.due_visit(app)
        row = self.wait_state(app, event, "failed")
        self.assertEqual((21614, 1), (row["error_code"], row["attempts"]))
        calls = app.get("/api/messages/calls").json["messages"]
        self.assertEqual([("failed", "this is not a mobile number")], [(m["state"], m["error"]) for m in calls])
        self.assertEqual(204, app.post(f"/api/messages/{calls[0]['id']}/handled").status)
        self.assertEqual([], app.get("/api/messages/calls").json["messages"])

    def test_opted_out_at_twilio(self):
        "A number that Twilio says has opted out gets no more texts"
        app = self.salon()
        app.twilio.refuse[PHONE] = 21610
        client, event, _ = self.due_visit(app)
        self.wait_state(app, event, "failed")
        answer = app.post("/api/messages", {"batch_id": self.batch(), "client_id": client, "text": "Dzień dobry"})
        self.assertEqual(409, answer.status, answer)
        self.assertIn("opted_out", answer.json["error"]["message"])

    def test_wrong_key(self):
        "A token that Twilio refuses stops everything, says so, and goes on once it is right"
        app = self.salon(settings={"sms.auth_token": "wrong"})
        _, event, _ = self.due_visit(app)
        problem = barkbook.wait_for(lambda: app.get("/api/messages").json["problem"], 30, "the problem")
        self.assertIn("auth token", problem)
        self.assertEqual("planned", self.text(app, event)["state"])
        self.assertEqual(["POST"], [method for method, _ in app.twilio.requests if method == "POST"])

    def test_busy(self):
        "A text that Twilio puts off is tried again, not lost"
        app = self.salon()
        app.twilio.faults.append("busy")
        _, event, _ = self.due_visit(app)
        row = barkbook.wait_for(lambda: (r := self.text(app, event)) and r["attempts"] == 1
                                and r["state"] == "planned" and r, 30, "put off")
        self.assertEqual(20429, row["error_code"])
        self.write(app, "UPDATE messages SET look_at = NULL WHERE event_id = ?", event)
        self.wait_state(app, event, "accepted")
        self.assertEqual(1, len(app.twilio.sent_to(PHONE)))

    def test_manual(self):
        "A text in one's own words shows its size and price first, and pressing twice sends once"
        app = self.salon(on=False)
        self.patched(app, segment_price=20, plain=True)
        client, _ = self.client(app)
        seen = app.post("/api/messages/preview", {"client_id": client, "text": "Proszę zabrać książeczkę. {salon}"}).json
        self.assertEqual(("Prosze zabrac ksiazeczke. Salon Lapka", None, None),
                         (seen["text"], seen["problem"], seen["obstacle"]))
        self.assertEqual((1, 20, False), (seen["size"]["segments"], seen["size"]["price_minor"], seen["size"]["ucs2"]))
        wish = {"batch_id": self.batch(), "client_id": client, "text": "Proszę zabrać książeczkę. {salon}"}
        self.assertEqual(201, app.post("/api/messages", wish).status)
        self.assertEqual(201, app.post("/api/messages", wish).status)
        barkbook.wait_for(lambda: app.twilio.sent_to(PHONE), 30, "the text")
        self.assertEqual(1, app.value("SELECT count(*) FROM messages"))
        self.assertEqual("Prosze zabrac ksiazeczke. Salon Lapka", app.twilio.sent_to(PHONE)[0]["body"])
        bad = app.post("/api/messages/preview", {"client_id": client, "text": "{imie}"}).json
        self.assertIn("no field {imie}", bad["problem"])

    def test_bulk(self):
        "A text to everybody of a day goes once to each client, after its list was seen"
        app = self.salon(on=False)
        tomorrow = datetime.now(timezone.utc) + timedelta(days=1)
        jan, burek = self.client(app)
        ewa, figa = self.client(app, phone="+48600100201", name="Ewa", pet="Figa")
        mute, reks = self.client(app, phone="+48600100202", name="Adam", pet="Reks", consent=False)
        for who, pet, hours in ((jan, burek, 0), (jan, burek, 2), (ewa, figa, 1), (mute, reks, 3)):
            self.visit(app, who, pet, tomorrow + timedelta(hours=hours))
        day = app.get("/api/day").json["next"]
        order = {"date": day, "text": "Jutro zamknięte. Zadzwonimy. {salon}", "batch_id": self.batch()}
        seen = app.post("/api/messages/bulk", order).json
        self.assertEqual((2, 1), (seen["recipients"], seen["skipped"]))
        self.assertEqual(0, app.value("SELECT count(*) FROM messages"))
        self.assertEqual(409, app.post("/api/messages/bulk", {**order, "send": True, "expect": 3}).status)
        for _ in range(2):
            self.assertEqual(200, app.post("/api/messages/bulk", {**order, "send": True, "expect": 2}).status)
        barkbook.wait_for(lambda: len(app.twilio.messages) == 2, 30, "both texts")
        self.assertEqual({PHONE, "+48600100201"}, {m["to"] for m in app.twilio.messages})

    def test_settings(self):
        "What cannot work is refused with its field, and the token never comes out"
        app = self.salon()
        for change, field in (({"window_from": "04:00"}, "window_from"), ({"window_to": "08:30"}, "window_to"),
                              ({"day_before_at": "22:00"}, "day_before_at"), ({"same_day_before": 5}, "same_day_before"),
                              ({"templates": {"day_before": {"pl": "{pies} {time}"}}}, "templates.day_before.pl"),
                              ({"templates": {"day_before": {"pl": "bez godziny"}}}, "templates.day_before.pl")):
            answer = app.patch("/api/messages/settings", change)
            self.assertEqual((400, field), (answer.status, answer.json["error"].get("field")), answer)
        self.assertEqual(409, app.patch("/api/messages/settings", {"account_sid": "AC" + "0" * 32}).status)
        body = app.get("/api/messages/settings").body
        self.assertNotIn(b"fake-token", body)
        changed = self.patched(app, templates={"day_before": {"pl": "{pet} {time}"}}, day_before_at="17:00")
        self.assertEqual(("{pet} {time}", "17:00"), (changed["templates"]["day_before"]["pl"]["text"],
                                                      changed["day_before_at"]))

    def test_sender_names(self):
        "A sender's name keeps to what networks carry, and is known not to be answerable"
        app = self.barkbook()
        app.set_up()
        for name, status in (("SalonLapka", 200), ("Salon Łapka", 400), ("SalonLapkaXY", 400), ("600 100 200", 200),
                             ("12345", 400), ("", 200)):
            self.assertEqual(status, app.patch("/api/messages/settings", {"from": name}).status, name)
        seen = self.patched(app, provider="twilio", **{"from": "SalonLapka"})
        self.assertTrue(seen["from_is_name"])
        self.assertFalse(seen["able"])


class Posts(message_case.MessageCase):
    def salon_on_the_web(self):
        app = self.salon(public_url=PUBLIC)
        _, event, _ = self.due_visit(app)
        self.wait_state(app, event, "accepted")
        return app, event, app.twilio.sent_to(PHONE)[0]

    def post(self, app, path, params, url=None, **more):
        return app.twilio.post(app.webhook_port, path, params, url or PUBLIC + path, **more)[0]

    def test_status(self):
        "News about a text are believed with Twilio's signature only, in whatever order they come"
        app, event, sent = self.salon_on_the_web()
        self.assertEqual(PUBLIC + STATUS, sent["callback"])
        news = {"MessageSid": sent["sid"], "MessageStatus": "delivered", "To": PHONE, "AccountSid": "AC"}
        self.assertEqual(401, self.post(app, STATUS, news, token="wrong"))
        self.assertEqual(401, self.post(app, STATUS, news, url="https://elsewhere.example" + STATUS))
        self.assertEqual(0, app.value("SELECT count(*) FROM webhook_logs WHERE webhook_type = 'twilio'"))
        self.assertEqual("accepted", self.text(app, event)["state"])
        self.assertEqual(200, self.post(app, STATUS, news))
        self.assertEqual(200, self.post(app, STATUS, {**news, "MessageStatus": "sent"}))
        self.assertEqual("delivered", self.text(app, event)["state"])
        rows = app.rows("SELECT status, action, payload->>'MessageStatus' AS said FROM webhook_logs"
                        " WHERE webhook_type = 'twilio' ORDER BY id")
        self.assertEqual([("success", "delivered", "delivered"), ("success", "unchanged", "sent")],
                         [tuple(r.values()) for r in rows])

    def test_undelivered(self):
        "A text that did not arrive is on the list of whom to call, with the reason in words"
        app, event, sent = self.salon_on_the_web()
        self.assertEqual(200, self.post(app, STATUS, {"MessageSid": sent["sid"], "MessageStatus": "undelivered",
                                                      "ErrorCode": "30005", "To": PHONE}))
        calls = app.get("/api/messages/calls").json["messages"]
        self.assertEqual([("undelivered", "nobody has this number any more")],
                         [(m["state"], m["error"]) for m in calls])

    def test_answers(self):
        "TAK confirms the visit, NIE and all else wait for a person, STOP ends texts and START begins them"
        app, event, sent = self.salon_on_the_web()

        def says(body, n):
            return self.post(app, INBOUND, {"MessageSid": f"SM9{n:031d}", "From": PHONE, "To": "+48732100200",
                                            "Body": body})

        self.assertEqual(200, says("Tak!", 1))
        self.assertEqual(200, says("Tak!", 1))
        visit = app.get(f"/api/appointments/{event}").json
        self.assertEqual("confirmed", visit["desk_status"])
        self.assertEqual(1, app.value("SELECT count(*) FROM messages WHERE direction = 'in'"))
        self.assertEqual([], app.get("/api/messages/calls").json["messages"])
        self.assertEqual(200, says("NIE", 2))
        self.assertEqual(200, says("Spóźnię się 10 minut", 3))
        calls = app.get("/api/messages/calls").json["messages"]
        self.assertEqual(["other", "no"], [m["answer"] for m in calls])
        self.assertEqual({event}, {m["event_id"] for m in calls})
        self.assertEqual(200, says("stop", 4))
        self.assertEqual(PHONE, app.value("SELECT phone FROM message_opt_outs"))
        self.assertEqual(200, says("Start", 5))
        self.assertEqual(0, app.value("SELECT count(*) FROM message_opt_outs"))

    def test_answer_about_two_visits(self):
        "TAK of somebody with two visits confirms neither by guessing"
        app, event, _ = self.salon_on_the_web()
        client = app.value("SELECT client_id FROM calendar_events WHERE id = ?", event)
        pet = app.value("SELECT pet_id FROM calendar_events WHERE id = ?", event)
        now = datetime.now(timezone.utc)
        other, _ = self.visit(app, client, pet, now + timedelta(hours=22), made=now - timedelta(days=5))
        self.wait_state(app, other, "accepted")
        self.assertEqual(200, self.post(app, INBOUND, {"MessageSid": "SM" + "7" * 32, "From": PHONE, "Body": "tak"}))
        self.assertEqual(0, app.value("SELECT count(*) FROM calendar_events WHERE desk_status IS NOT NULL"))
        self.assertEqual(["yes"], [m["answer"] for m in app.get("/api/messages/calls").json["messages"]])

    def test_polled_answers(self):
        "Where nothing can be posted to us, answers are asked for, each once"
        app = self.salon()
        _, event, _ = self.due_visit(app)
        self.wait_state(app, event, "accepted")
        app.twilio.add({"To": "+48732100200", "From": PHONE, "Body": "tak"}, direction="inbound", status="received")
        app.restart()
        barkbook.wait_for(lambda: app.value("SELECT count(*) FROM messages WHERE direction = 'in'") == 1, 40, "the answer")
        self.assertEqual("confirmed", app.value("SELECT desk_status FROM calendar_events WHERE id = ?", event))

    def test_refused(self):
        "What is no form, too large, or not a POST is refused, and changes nothing"
        app, _, _ = self.salon_on_the_web()
        ask = lambda method, body, headers: barkbook.request(app.webhook_port, method, STATUS, body, headers).status
        self.assertEqual(405, ask("GET", None, {}))
        self.assertEqual(401, ask("POST", b"a=b", {}))
        self.assertEqual(401, ask("POST", b"%zz=%", {"X-Twilio-Signature": "A" * 28}))
        self.assertEqual(413, ask("POST", b"a=" + b"b" * 70000, {"X-Twilio-Signature": "A" * 28}))
        self.assertEqual(0, app.value("SELECT count(*) FROM webhook_logs WHERE webhook_type = 'twilio'"))


if __name__ == "__main__":
    tap.main()
