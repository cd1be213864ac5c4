"""The diary over HTTP: a day's list, one appointment with its history, the desk's word."""

import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import delivery
import tap
from barkbook import Case

CLIENT = "6f1c2f0e-0000-4000-8000-000000000001"
BUREK = "0b6a9c1d-0000-4000-8000-000000000001"
FAFIK = "0b6a9c1d-0000-4000-8000-000000000002"


class Day(Case):
    def setUp(self):
        self.app = self.barkbook()
        self.app.set_up()

    def write(self, sql, *values):
        con = sqlite3.connect(self.app.data_dir / "barkbook.db", timeout=20)
        with con:
            con.execute(sql, values)
        con.close()

    def client_with_pets(self, *pets):
        salon = self.app.value("SELECT id FROM salons")
        self.write(
            "INSERT INTO clients (id, salon_id, name, surname, phone_number, email)"
            " VALUES (?, ?, 'Jan', 'Kowalski', '+48600100200', 'jan.kowalski@example.pl')",
            CLIENT,
            salon,
        )
        for pet, name, allergies in pets:
            self.write(
                "INSERT INTO pets (id, salon_id, name, breed, allergies) VALUES (?, ?, ?, 'kundelek', ?)",
                pet,
                salon,
                name,
                allergies,
            )
            self.write("INSERT INTO client_pets VALUES (?, ?)", CLIENT, pet)

    def day(self, date, days=1):
        answer = self.app.get(f"/api/day?date={date}&days={days}")
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def events(self, date):
        return self.day(date)["days"][0]["events"]

    def test_a_visit(self):
        """A booking stands on its day with the salon's time, its pet, client and allergy"""
        self.client_with_pets((BUREK, "Burek", "kurczak"))
        self.app.deliver(
            delivery.created(
                uid="A",
                start="2027-01-11T13:00:00Z",
                metadata={"barkbookClientId": CLIENT, "barkbookPetId": BUREK},
            )
        )
        (visit,) = self.events("2027-01-11")
        self.assertEqual((visit["start_local"], visit["end_local"]), ("14:00", "15:00"))
        self.assertEqual(visit["pets"][0]["name"], "Burek")
        self.assertEqual(visit["client"]["phone_display"], "600 100 200")
        self.assertEqual(visit["warnings"], [{"kind": "allergy", "pet": "Burek", "text": "kurczak"}])
        self.assertEqual(visit["status"], "scheduled")
        self.assertEqual(visit["change"]["kind"], "new")

    def test_service_name(self):
        """A visit's service has the name Cal.com gave it last, also where only the slug is known"""
        self.app.deliver(delivery.created(uid="A", start="2027-01-11T13:00:00Z", service="Kąpiel", slug="kapiel-30"))
        quiet = delivery.created(uid="B", start="2027-01-11T15:00:00Z", slug="kapiel-30", eventTitle=...)
        self.app.deliver(quiet)
        self.assertEqual([v["service_name"] for v in self.events("2027-01-11")], ["Kąpiel", "Kąpiel"])
        self.app.deliver(delivery.created(uid="C", start="2027-01-12T13:00:00Z", service="Kąpiel mała", slug="kapiel-30"))
        self.assertEqual([v["service_name"] for v in self.events("2027-01-11")], ["Kąpiel mała"] * 2)

    def test_unknown_pet(self):
        """While the pet is not known the warnings of all the client's pets are shown"""
        self.client_with_pets((BUREK, "Burek", "kurczak"), (FAFIK, "Fafik", "lateks"))
        self.app.deliver(delivery.created(uid="A", start="2027-01-11T13:00:00Z"))
        (visit,) = self.events("2027-01-11")
        self.assertEqual(visit["pets"], [])
        self.assertEqual({w["text"] for w in visit["warnings"]}, {"kurczak", "lateks"})
        self.assertEqual(visit["link_reason"], "pet_open")

    def test_several_pets(self):
        """An appointment for two pets shows both and what to beware of with each"""
        self.client_with_pets((BUREK, "Burek", "kurczak"), (FAFIK, "Fafik", "lateks"))
        self.app.deliver(
            delivery.created(
                uid="A",
                start="2027-01-11T13:00:00Z",
                metadata={"barkbookClientId": CLIENT, "barkbookPetId": f"{FAFIK}, {BUREK}"},
            )
        )
        (visit,) = self.events("2027-01-11")
        self.assertEqual([p["name"] for p in visit["pets"]], ["Fafik", "Burek"])
        self.assertEqual(len(visit["warnings"]), 2)

    def test_row_without_event_pets(self):
        """A row whose pet stands only in pet_id still shows its allergy"""
        self.client_with_pets((BUREK, "Burek", "kurczak"))
        self.write(
            "INSERT INTO calendar_events (id, cal_com_event_id, client_id, pet_id, start_time, end_time,"
            " duration_minutes, status) VALUES ('hand-made', 'local:1', ?, ?, '2027-01-11T13:00:00.000Z',"
            " '2027-01-11T14:00:00.000Z', 60, 'scheduled')",
            CLIENT,
            BUREK,
        )
        (visit,) = self.events("2027-01-11")
        self.assertEqual(visit["warnings"][0]["text"], "kurczak")

    def test_local_midnight(self):
        """A day ends at the salon's midnight, not at that of UTC"""
        self.app.deliver(delivery.created(uid="A", start="2027-01-10T23:00:00Z"))
        self.app.deliver(delivery.created(uid="B", start="2027-01-11T22:59:00Z"))
        self.app.deliver(delivery.created(uid="C", start="2027-01-11T23:00:00Z"))
        self.assertEqual([v["uid"] for v in self.events("2027-01-11")], ["A", "B"])

    def test_days_of_23_and_25_hours(self):
        """The days when the clocks change hold all their visits, each once"""
        moments = ["2027-03-27T23:30:00Z", "2027-03-28T21:30:00Z", "2027-10-31T00:30:00Z", "2027-10-31T22:30:00Z"]
        for uid, start in zip("ABCD", moments):
            self.app.deliver(delivery.created(uid=uid, start=start))
        spring = [(v["uid"], v["start_local"]) for v in self.events("2027-03-28")]
        autumn = [(v["uid"], v["start_local"]) for v in self.events("2027-10-31")]
        self.assertEqual(spring, [("A", "00:30"), ("B", "23:30")])
        self.assertEqual(autumn, [("C", "02:30"), ("D", "23:30")])

    def test_week(self):
        """A week lists each visit under its own day, in order of time"""
        for uid, start in (("B", "2027-01-13T12:00:00Z"), ("A", "2027-01-13T09:00:00Z"), ("C", "2027-01-17T09:00:00Z")):
            self.app.deliver(delivery.created(uid=uid, start=start))
        week = self.day("2027-01-11", 7)["days"]
        self.assertEqual([len(d["events"]) for d in week], [0, 0, 2, 0, 0, 0, 1])
        self.assertEqual([v["uid"] for v in week[2]["events"]], ["A", "B"])
        self.assertEqual([d["weekday"] for d in week], [1, 2, 3, 4, 5, 6, 7])

    def test_moved(self):
        """A visit that was moved says from when, under one id, and keeps its history"""
        first = self.app.deliver(delivery.created(uid="A", start="2027-01-11T13:00:00Z")).json["event_id"]
        self.write("UPDATE calendar_events SET created_at = '2026-01-01T00:00:00.000Z'")
        self.app.deliver(delivery.rescheduled("A", uid="B", start="2027-01-12T09:00:00Z"))
        self.assertEqual(self.events("2027-01-11"), [])
        (visit,) = self.events("2027-01-12")
        self.assertEqual(visit["id"], first)
        self.assertEqual(visit["change"]["kind"], "moved")
        self.assertEqual(visit["change"]["from_local"], "2027-01-11 14:00")
        whole = self.app.get(f"/api/appointments/{first}").json
        self.assertEqual([b["uid"] for b in whole["bookings"]], ["A", "B"])
        moves = [h for h in whole["history"] if h["field"] == "start_time"]
        self.assertEqual((moves[0]["old"], moves[0]["cause"]), ("2027-01-11T13:00:00.000Z", "delivery"))

    def test_cancelled_stays(self):
        """A cancelled visit stays on the list, marked, with the reason"""
        self.app.deliver(delivery.created(uid="A", start="2027-01-11T13:00:00Z"))
        self.app.deliver(delivery.cancelled(uid="A", start="2027-01-11T13:00:00Z", reason="Pies chory"))
        (visit,) = self.events("2027-01-11")
        self.assertEqual((visit["status"], visit["cancel_reason"]), ("cancelled", "Pies chory"))

    def test_desk(self):
        """The desk's word is set, shown with who and when, and taken back"""
        self.app.deliver(delivery.created(uid="A", start="2027-01-11T13:00:00Z"))
        (visit,) = self.events("2027-01-11")
        path = f"/api/appointments/{visit['id']}/desk"
        self.assertEqual(self.app.patch(path, {"status": "arrived"}).json["desk_status"], "arrived")
        self.assertIsNone(self.app.patch(path, {"status": None}).json["desk_status"])
        history = self.app.get(f"/api/appointments/{visit['id']}").json["history"]
        self.assertEqual([(h["old"], h["new"]) for h in history], [(None, "arrived"), ("arrived", None)])
        self.assertTrue(all(h["cause"] == "staff" and h["by"] for h in history))

    def test_desk_refuses(self):
        """An unknown desk status, a missing one, and an unknown appointment are refused in words"""
        self.app.deliver(delivery.created(uid="A", start="2027-01-11T13:00:00Z"))
        (visit,) = self.events("2027-01-11")
        path = f"/api/appointments/{visit['id']}/desk"
        for body in ({"status": "gone"}, {}, {"status": 5}):
            answer = self.app.patch(path, body)
            self.assertEqual(answer.status, 400)
            self.assertIn("status", answer.json["error"]["message"])
        self.assertEqual(self.app.patch("/api/appointments/none/desk", {"status": "arrived"}).status, 404)
        self.assertEqual(self.app.get("/api/appointments/none").status, 404)

    def test_etag(self):
        """An unchanged day is answered 304; a new booking ends that"""
        first = self.app.get("/api/day?date=2027-01-11")
        tag = first.headers["ETag"]
        again = self.app.get("/api/day?date=2027-01-11", headers={"If-None-Match": tag})
        self.assertEqual(again.status, 304)
        self.app.deliver(delivery.created(uid="A", start="2027-01-11T13:00:00Z"))
        changed = self.app.get("/api/day?date=2027-01-11", headers={"If-None-Match": tag})
        self.assertEqual(changed.status, 200)

    def test_bad_questions(self):
        """A day that does not exist and a span that is too long are refused in words"""
        for query in ("date=2027-02-30", "date=yesterday", "days=8", "days=0", "days=x"):
            answer = self.app.get(f"/api/day?{query}")
            self.assertEqual(answer.status, 400, query)
            self.assertIn(query.split("=")[0], answer.json["error"]["message"])

    def test_strangers(self):
        """Without a session nothing of the diary is answered"""
        self.app.cookie = None
        for path in ("/api/day", "/api/appointments/x", "/api/health"):
            self.assertEqual(self.app.get(path).status, 401)

    def test_health(self):
        """The head of the list says when the last delivery came and that nothing was compared yet"""
        health = self.app.get("/api/health").json
        self.assertIsNone(health["last_webhook_at"])
        self.assertIn("webhook_never", [m["code"] for m in health["messages"]])
        self.app.deliver(delivery.created(uid="A", start="2027-01-11T13:00:00Z"))
        self.app.deliver({"triggerEvent": "BOOKING_CREATED", "payload": {"title": "x"}})
        health = self.app.get("/api/health").json
        self.assertIsNotNone(health["last_webhook_at"])
        self.assertIn("webhook_errors", [m["code"] for m in health["messages"]])
        self.assertEqual(health["level"], "warn")


if __name__ == "__main__":
    tap.main()
