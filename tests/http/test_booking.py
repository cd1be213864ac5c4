"""Booking from BarkBook: one appointment with one history, whichever side moves it, and whatever
happens to Cal.com's answers."""

import sys
import threading
import time
import unittest
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import barkbook
import tap
from calcom_api import moment
from desk_case import DeskCase, coming_day, instant


class Booking(DeskCase):
    def one_row(self, app):
        rows = app.rows("SELECT * FROM calendar_events")
        self.assertEqual(1, len(rows), rows)
        return rows[0]

    def test_both_directions(self):
        "Booked here, moved in Cal.com, cancelled here: one appointment with one history"
        app = self.app()
        done = "SELECT count(*) FROM reconcile_runs WHERE status = 'complete'"
        barkbook.wait_for(lambda: app.value(done), 30, "the first run of the reconciler")
        self.assertEqual(200, app.get("/api/event-types").status)
        visit = self.book(app, notes="Burek boi się suszarki")
        self.assertEqual("scheduled", visit["status"])
        self.assertEqual(["Burek"], [p["name"] for p in visit["pets"]])
        self.assertEqual("Jan", visit["client"]["name"])
        ((_, _, sent),) = self.desk.writes
        self.assertEqual(self.client, sent["metadata"]["barkbookClientId"])
        self.assertEqual(self.pet, sent["metadata"]["barkbookPetId"])
        self.assertEqual("+48600100200", sent["attendee"]["phoneNumber"])
        self.assertEqual("pl", sent["attendee"]["language"])
        self.assertEqual({"notes": "Burek boi się suszarki"}, sent["bookingFieldsResponses"])
        before = self.one_row(app)
        self.assertIn(self.hooks_came(1)[0][2]["action"], ("duplicate", "unchanged"))
        self.assertEqual(before, self.one_row(app))
        self.assertEqual(18000, before["price_minor"])

        uid = before["cal_com_event_id"]
        moved = self.desk.reschedule(uid, instant(self.day, "13:00"))
        self.desk.tell("BOOKING_RESCHEDULED", moved, previous=uid)
        self.hooks_came(2)
        row = self.one_row(app)
        self.assertEqual((visit["id"], moved), (row["id"], row["cal_com_event_id"]))

        answer = self.ask(app, visit, "cancel", reason="Klientka chora")
        self.assertEqual(200, answer.status, answer)
        self.assertEqual("cancelled", answer.json["appointment"]["status"])
        self.hooks_came(3)
        row = self.one_row(app)
        self.assertEqual((visit["id"], "cancelled", "Klientka chora"), (row["id"], row["status"], row["cancel_reason"]))
        self.assertEqual("cancelled", self.desk.rows[moved]["status"])
        history = app.get(f"/api/appointments/{visit['id']}").json["history"]
        told = [(h["field"], h["new"], h["by"]) for h in history if h["field"] in ("booked", "start_time", "status")]
        start = instant(self.day, "10:00").strftime("%Y-%m-%dT%H:%M:%S.000Z")
        later = instant(self.day, "13:00").strftime("%Y-%m-%dT%H:%M:%S.000Z")
        self.assertEqual(
            [("booked", start, barkbook.OWNER), ("start_time", later, None), ("status", "cancelled", barkbook.OWNER)], told
        )
        self.assertEqual(0, app.cli("reconcile", "--full").returncode)
        self.assertEqual(row, self.one_row(app))

    def test_webhook_first(self):
        "A webhook that is faster than the answer leaves one appointment, and who booked it is still told"
        app = self.app()
        self.desk.deliver_first = True
        visit = self.book(app)
        self.assertEqual(1, len(self.desk.delivered))
        self.one_row(app)
        answer = self.ask(app, visit, "cancel")
        self.assertEqual(200, answer.status)
        history = app.get(f"/api/appointments/{visit['id']}").json["history"]
        self.assertEqual({"booked", "asked"}, {h["field"] for h in history if h["by"] == barkbook.OWNER})

    def test_pressed_twice(self):
        "A button pressed twice books once, at the same moment too"
        app = self.app()
        wish = self.wish()
        self.desk.next_write("late:1")
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(app.post("/api/bookings", wish))) for _ in range(3)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual({201, 202}, {a.status for a in answers})
        again = app.post("/api/bookings", wish)
        self.assertEqual(201, again.status)
        self.assertEqual(1, len(self.desk.writes))
        self.one_row(app)
        other = app.post("/api/bookings", {**wish, "time": "14:00"})
        self.assertEqual(409, other.status)
        self.assertIn("request_id", other.json["error"]["message"])
        self.assertEqual(1, len(self.desk.writes))

    def test_slot_taken(self):
        "Of two who want one slot the second is told so in words, nothing is booked for them, and it is gone from the list"
        app = self.app()
        query = f"/api/slots?event_type=7001&date={self.day.isoformat()}&days=1"
        times = [s["time"] for s in app.get(query).json["days"][0]["slots"]]
        self.assertIn("10:00", times)
        self.book(app)
        answer = app.post("/api/bookings", self.wish())
        self.assertEqual(409, answer.status)
        error = answer.json["error"]
        self.assertEqual(("conflict", "slot_taken"), (error["code"], error["reason"]))
        self.assertIn("not available", error["detail"])
        self.one_row(app)
        times = [s["time"] for s in app.get(query).json["days"][0]["slots"]]
        self.assertEqual([], [t for t in times if "09:00" < t < "11:00"])

    def test_lost_answer(self):
        "An answer that was lost is looked up by our own request id, and nothing is asked for twice"
        app = self.app(hooks=False)
        for n, kind in enumerate(("cut", "html", "500-done")):
            with self.subTest(kind):
                self.desk.next_write(kind)
                answer = app.post("/api/bookings", self.wish(time=f"1{n}:00"))
                self.assertEqual(201, answer.status, answer)
                self.assertEqual(n + 1, len(self.desk.writes))
                self.assertEqual(n + 1, len(app.rows("SELECT id FROM calendar_events")))
        visit = answer.json["appointment"]
        writes = len(self.desk.writes)
        self.desk.next_write("cut")
        answer = self.ask(app, visit, "reschedule", date=self.day.isoformat(), time="15:00")
        self.assertEqual((200, "15:00"), (answer.status, answer.json["appointment"]["start_local"]))
        self.desk.next_write("cut")
        answer = self.ask(app, visit, "cancel", reason="Pomyłka")
        self.assertEqual((200, "cancelled"), (answer.status, answer.json["appointment"]["status"]))
        self.assertEqual(writes + 2, len(self.desk.writes))
        self.assertEqual(3, len(app.rows("SELECT id FROM calendar_events")))

    def test_unsure(self):
        "While nobody knows what became of a booking it is neither shown as made nor asked for again"
        app = self.app(hooks=False)
        self.desk.next_write("drop")
        wish = self.wish()
        answer = app.post("/api/bookings", wish)
        self.assertEqual((202, "unsure"), (answer.status, answer.json["state"]))
        self.assertEqual(202, app.post("/api/bookings", wish).status)
        second = app.post("/api/bookings", {**wish, "request_id": self.wish()["request_id"]})
        self.assertEqual(409, second.status)
        self.assertEqual(1, len(self.desk.writes))
        self.assertEqual([], app.rows("SELECT id FROM calendar_events"))
        # It turns up after all.
        with self.desk.lock:
            self.desk.create(self.desk.writes[0][2])
        barkbook.wait_for(lambda: self.state(app, wish["request_id"]) == "done", 30, "the booking to be found")
        self.one_row(app)
        self.assertEqual(1, len(self.desk.writes))

    @unittest.skipUnless(tap.LONG, "takes a minute and a half; run with --long")
    def test_not_done(self):
        "What Cal.com knows nothing of after a minute and a half was not done, and is said so"
        app = self.app(hooks=False)
        self.desk.next_write("drop")
        wish = self.wish()
        self.assertEqual(202, app.post("/api/bookings", wish).status)
        barkbook.wait_for(lambda: self.state(app, wish["request_id"]) == "failed", 180, "the end of looking")
        self.assertEqual("not_done", app.post("/api/bookings", wish).json["error"]["reason"])
        self.assertEqual(1, len(self.desk.writes))

    def test_killed(self):
        "A program killed between asking and being answered finds the booking at its next start, once"
        app = self.app(hooks=False)
        came = threading.Event()
        self.desk.before_write = lambda path, body: came.set()
        self.desk.hold = threading.Event()
        wish = self.wish()

        def press():
            try:
                app.post("/api/bookings", wish)
            except OSError:
                pass
            except Exception:  # the connection ends in many ways
                pass

        thread = threading.Thread(target=press)
        thread.start()
        self.assertTrue(came.wait(30))
        app.kill()
        self.desk.hold.set()
        self.desk.hold = None
        thread.join()
        barkbook.wait_for(lambda: len(self.desk.live()) == 1, what="the booking at Cal.com")
        app.start()
        barkbook.wait_for(lambda: self.state(app, wish["request_id"]) == "done", 30, "the booking to be found")
        self.one_row(app)
        self.assertEqual(1, len(self.desk.writes))

    def test_down(self):
        "Without Cal.com nothing is pretended, and the link to its form has everything in it"
        app = self.app()
        self.assertEqual(3, len(app.get("/api/event-types").json["event_types"]))
        app.stop()
        self.desk.close()
        app.start()
        answer = app.post("/api/bookings", self.wish())
        self.assertEqual(503, answer.status)
        self.assertEqual("down", answer.json["error"]["reason"])
        self.assertEqual([], app.rows("SELECT id FROM calendar_events"))
        self.assertEqual(503, app.get("/api/slots?event_type=7001").status)
        kept = app.get("/api/event-types?refresh=1").json
        self.assertEqual(3, len(kept["event_types"]))
        self.assertEqual("remote_unavailable", kept["problem"]["code"])
        link = app.get(f"/api/booking-link?client={self.client}&pets={self.pet}&event_type=7001&length=90&notes=Burek%20i%20ja").json
        self.assertEqual(
            "https://cal.com/salon-lapka/strzyzenie-60?name=Jan%20Kowalski&email=jan.kowalski%40example.pl"
            f"&attendeePhoneNumber=%2B48600100200&notes=Burek%20i%20ja&duration=90&metadata[barkbookClientId]={self.client}"
            f"&metadata[barkbookPetId]={self.pet}",
            link["url"],
        )

    def test_no_key(self):
        "Without a key the page is told so, and nothing is recorded"
        app = self.barkbook(settings={"calcom.username": "salon-lapka"})
        app.set_up()
        self.client = self.add_client(app, "Jan", "Kowalski")
        self.pet = self.add_pet(app, self.client, "Burek")
        answer = app.post("/api/bookings", self.wish())
        self.assertEqual((409, "no_key"), (answer.status, answer.json["error"]["reason"]))
        types = app.get("/api/event-types").json
        self.assertEqual((False, []), (types["has_key"], types["event_types"]))
        slots = app.get("/api/slots?event_type=7001")
        self.assertEqual(409, slots.status)
        self.assertIn("api_key", slots.json["error"]["message"])
        self.assertIn("https://cal.com/salon-lapka?name=", app.get(f"/api/booking-link?client={self.client}").json["url"])
        self.assertEqual([], app.rows("SELECT id FROM calcom_writes"))

    def test_placeholder(self):
        "A client without e-mail gets an address that leads nowhere, is the same each time, and is known when it comes back"
        app = self.app()
        self.client = self.add_client(app, "Ewa", "Śliwińska", "+48603444555")
        self.pet = self.add_pet(app, self.client, "Mruczek")
        visit = self.book(app)
        self.book(app, time="14:00")
        emails = {w[2]["attendee"]["email"] for w in self.desk.writes}
        self.assertEqual({f"client-{self.client}@barkbook.invalid"}, emails)
        self.assertIsNone(visit["attendee"]["email"])
        self.assertEqual("Ewa", visit["client"]["name"])
        # Cal.com loses the metadata, and the card has got an e-mail meanwhile: still hers.
        self.write(app, "UPDATE clients SET email = 'ewa@example.pl' WHERE id = ?", self.client)
        uid = self.desk.add(instant(self.day, "16:00"), name="Ewa Śliwińska", email=emails.pop())
        del self.desk.rows[uid]["attendees"][0]["phoneNumber"]
        self.desk.tell("BOOKING_CREATED", uid)
        self.hooks_came(3)
        row = app.rows("SELECT client_id, pet_id FROM calendar_events WHERE cal_com_event_id = ?", uid)[0]
        self.assertEqual((self.client, self.pet), (row["client_id"], row["pet_id"]))

    def test_requests(self):
        "A booking that waits for the salon's word is confirmed, another declined with its reason"
        app = self.app()
        first = self.book(app, event_type=7003)
        self.assertEqual("pending", first["status"])
        answer = self.ask(app, first, "confirm")
        self.assertEqual((200, "scheduled"), (answer.status, answer.json["appointment"]["status"]))
        second = self.book(app, time="14:00", event_type=7003)
        answer = self.ask(app, second, "decline", reason="Tego dnia nie pracujemy")
        self.assertEqual("cancelled", answer.json["appointment"]["status"])
        self.assertEqual("Tego dnia nie pracujemy", answer.json["appointment"]["cancel_reason"])
        answer = self.ask(app, first, "confirm")
        self.assertEqual(200, answer.status, "it is so already")
        answer = self.ask(app, second, "confirm")
        self.assertEqual((409, "refused"), (answer.status, answer.json["error"]["reason"]))
        self.assertIn("not pending", answer.json["error"]["detail"])

    def test_no_show(self):
        "A client who did not come is marked, and it is taken back"
        app = self.app(hooks=False)
        start = self.desk.now() - timedelta(hours=2)
        uid = self.desk.add(start, metadata={"barkbookClientId": self.client, "barkbookPetId": self.pet})
        self.assertEqual(0, app.cli("reconcile").returncode)
        visit = {"id": self.one_row(app)["id"]}
        answer = self.ask(app, visit, "no-show", absent=True)
        self.assertEqual((200, "no_show"), (answer.status, answer.json["appointment"]["status"]))
        self.assertTrue(self.desk.rows[uid]["attendees"][0]["absent"])
        self.desk.later(seconds=2)
        answer = self.ask(app, visit, "no-show", absent=False)
        self.assertEqual((200, "completed"), (answer.status, answer.json["appointment"]["status"]))
        self.assertFalse(self.desk.rows[uid]["attendees"][0]["absent"])

    def test_already_so(self):
        "What somebody cancelled in Cal.com a moment ago is cancelled here too, not refused"
        app = self.app(hooks=False)
        visit = self.book(app)
        self.desk.cancel(self.one_row(app)["cal_com_event_id"])
        answer = self.ask(app, visit, "cancel")
        self.assertEqual((200, "cancelled"), (answer.status, answer.json["appointment"]["status"]))

    def test_reschedule(self):
        "Moving keeps the appointment; its own time counts as free; a taken time is refused and nothing moves"
        app = self.app()
        visit = self.book(app)
        self.book(app, time="12:00")
        query = f"/api/slots?event_type=7001&date={self.day.isoformat()}&days=1"
        times = [s["time"] for s in app.get(f"{query}&appointment={visit['id']}").json["days"][0]["slots"]]
        self.assertIn("10:30", times)
        self.assertNotIn("10:30", [s["time"] for s in app.get(query).json["days"][0]["slots"]])
        answer = self.ask(app, visit, "reschedule", date=self.day.isoformat(), time="12:30")
        self.assertEqual((409, "slot_taken"), (answer.status, answer.json["error"]["reason"]))
        self.assertEqual("10:00", app.get(f"/api/appointments/{visit['id']}").json["start_local"])
        answer = self.ask(app, visit, "reschedule", date=self.day.isoformat(), time="10:30", reason="Korek")
        self.assertEqual((200, "10:30"), (answer.status, answer.json["appointment"]["start_local"]))
        self.assertEqual("salon@lapka.example", self.desk.writes[-1][2]["rescheduledBy"])
        self.assertEqual(visit["id"], answer.json["appointment"]["id"])
        self.hooks_came(3)
        self.assertEqual(2, len(app.rows("SELECT id FROM calendar_events")))

    def test_hanging(self):
        "While Cal.com hangs, the day, the webhooks and everybody else go on; too many at once are told to wait"
        app = self.app(hooks=False)
        self.desk.hold = threading.Event()
        answers = []
        threads = [
            threading.Thread(target=lambda n=n: answers.append(app.post("/api/bookings", self.wish(f"{9 + n:02}:00"))))
            for n in range(8)
        ]
        for t in threads:
            t.start()
        barkbook.wait_for(lambda: len(answers) == 2, what="the two that are too many")
        self.assertEqual({503}, {a.status for a in answers})
        for _ in range(20):
            began = time.monotonic()
            self.assertEqual(200, app.get("/api/day").status)
            self.assertEqual(200, barkbook.request(app.webhook_port, "GET", "/healthz").status)
            self.assertLess(time.monotonic() - began, 2)
        import delivery

        self.assertEqual(200, app.deliver(delivery.created()).status)
        self.desk.hold.set()
        for t in threads:
            t.join()
        self.assertEqual(6, sum(a.status == 201 for a in answers))

    def test_refusals(self):
        "Key, rights, pauses and validation: each has its reason, and Cal.com's words are passed on"
        app = self.app()
        for kind, status, reason in (
            ("401", 409, "key"), ("403", 409, "denied"), ("429", 503, "rate"), ("400:Pole wymagane: rasa", 409, "refused"),
        ):  # fmt: skip
            with self.subTest(kind):
                self.desk.next_write(kind)
                answer = app.post("/api/bookings", self.wish())
                self.assertEqual((status, reason), (answer.status, answer.json["error"]["reason"]))
                if kind.startswith("400"):
                    self.assertEqual("Pole wymagane: rasa", answer.json["error"]["detail"])
        self.assertEqual([], app.rows("SELECT id FROM calendar_events"))

    def test_nonsense(self):
        "What cannot be right is refused before Cal.com is asked"
        app = self.app()
        stranger = self.add_pet(app, self.add_client(app, "Anna", "Żółć"), "Łapka")
        visit = self.book(app)
        count = len(self.desk.writes)
        for status, change in (
            (400, {"request_id": "x"}), (400, {"client_id": None}), (404, {"client_id": stranger}), (422, {"pet_ids": [stranger]}),
            (400, {"pet_ids": "x"}), (400, {"event_type": 0}), (400, {"date": "2026-02-30"}), (400, {"time": "25:00"}),
            (422, {"date": "2020-01-01"}), (400, {"length_minutes": 5000}),
        ):  # fmt: skip
            with self.subTest(change):
                self.assertEqual(status, app.post("/api/bookings", {**self.wish(), **change}).status)
        self.assertEqual(422, self.ask(app, visit, "no-show", absent=True).status)
        self.assertEqual(404, self.ask(app, {"id": "none"}, "cancel").status)
        self.assertEqual(404, app.get("/api/bookings/none").status)
        self.assertEqual(count, len(self.desk.writes))

    def test_spring(self):
        "A time that the spring day skips is refused in words"
        app = self.app()
        day = coming_day()
        while not (day.month == 3 and day.weekday() == 6 and day.day > 24):
            day += timedelta(days=1)
        answer = app.post("/api/bookings", self.wish("02:30", day))
        self.assertEqual(400, answer.status)

    def test_slots(self):
        "Free slots are told by the salon's clock, for the length asked for"
        app = self.app()
        self.desk.add(instant(self.day, "11:00"), 60)
        answer = app.get(f"/api/slots?event_type=7001&length=120&date={self.day.isoformat()}&days=2").json
        self.assertEqual("Europe/Warsaw", answer["timezone"])
        self.assertEqual([self.day.isoformat(), (self.day + timedelta(days=1)).isoformat()], [d["date"] for d in answer["days"]])
        first = answer["days"][0]["slots"]
        self.assertEqual(["09:00", "12:00"], [s["time"] for s in first][:2])
        self.assertEqual(instant(self.day, "09:00"), moment(first[0]["start"]))
        self.assertEqual("15:00", first[-1]["time"])


if __name__ == "__main__":
    tap.main()
