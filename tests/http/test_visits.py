"""What was done at a visit over HTTP: written down, remembered for next time, safe between two people."""

import sqlite3
import sys
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import delivery
import tap
from barkbook import Case

CLIENT = "6f1c2f0e-0000-4000-8000-000000000001"
BUREK = "0b6a9c1d-0000-4000-8000-000000000001"
FAFIK = "0b6a9c1d-0000-4000-8000-000000000002"
PASSWORD = "mokre-łapy-21"


class Visits(Case):
    def setUp(self):
        self.app = self.barkbook()
        self.app.set_up()
        salon = self.app.value("SELECT id FROM salons")
        self.write("INSERT INTO clients (id, salon_id, name, surname, email) VALUES (?, ?, 'Jan', 'Kowalski', 'jan.kowalski@example.pl')",
                   CLIENT, salon)
        for pet, name in ((BUREK, "Burek"), (FAFIK, "Fafik")):
            self.write("INSERT INTO pets (id, salon_id, name) VALUES (?, ?, ?)", pet, salon, name)
            self.write("INSERT INTO client_pets VALUES (?, ?)", CLIENT, pet)

    def write(self, sql, *values):
        con = sqlite3.connect(self.app.data_dir / "barkbook.db", timeout=20)
        with con:
            con.execute(sql, values)
        con.close()

    def booked(self, uid="A", start="2026-11-20T13:00:00Z", pets=(BUREK,)):
        return self.app.deliver(delivery.created(
            uid=uid, start=start, metadata={"barkbookClientId": CLIENT, "barkbookPetId": ",".join(pets)},
        )).json["event_id"]

    def opened(self, event, pet=BUREK):
        answer = self.app.post("/api/visits", {"event_id": event, "pet_id": pet})
        self.assertIn(answer.status, (200, 201), answer)
        return answer.json

    def places(self, event):
        answer = self.app.get(f"/api/appointments/{event}/visits")
        self.assertEqual(200, answer.status, answer)
        return answer.json["visits"]

    def test_written(self):
        "Notes, recipe, price and how it was paid are kept, and a field that is not sent stays"
        visit = self.opened(self.booked())
        self.assertEqual(("2026-11-20", 1), (visit["date"], visit["revision"]))
        path = f"/api/visits/{visit['id']}"
        first = self.app.patch(path, {"revision": 1, "notes": "Krótko przy uszach", "blade": "7F",
                                      "shampoo": "Owsiany", "minutes": 75})
        self.assertEqual(200, first.status, first)
        second = self.app.patch(path, {"revision": 2, "price_minor": 18050, "paid_by": "card"}).json
        self.assertEqual(("Krótko przy uszach", "7F", "Owsiany", 75, 18050, "PLN", "card", 3, "Ola"),
                         tuple(second[k] for k in ("notes", "blade", "shampoo", "minutes", "price_minor", "currency",
                                                   "paid_by", "revision", "by")))
        cleared = self.app.patch(path, {"revision": 3, "notes": "", "price_minor": None, "minutes": None}).json
        self.assertEqual((None, None, None, None, "7F"), tuple(cleared[k] for k in (
            "notes", "price_minor", "currency", "minutes", "blade")))
        self.assertEqual(0, self.app.patch(path, {"revision": 4, "price_minor": 0}).json["price_minor"], "free is a price")

    def test_last_time(self):
        "At the next appointment, and on the pet, last time's recipe is there at once"
        visit = self.opened(self.booked())
        self.app.patch(f"/api/visits/{visit['id']}", {"revision": 1, "blade": "7F", "shampoo": "Owsiany"})
        (place,) = self.places(self.booked("B", "2026-12-20T13:00:00Z"))
        self.assertIsNone(place["visit"])
        self.assertEqual(("7F", "Owsiany", "2026-11-20"), tuple(place["last"][k] for k in ("blade", "shampoo", "date")))
        (recipe,) = self.app.get(f"/api/pets/{BUREK}/recipe").json["visits"]
        self.assertEqual("7F", recipe["blade"])

    def test_two_people(self):
        "Of two people who write at once neither loses a word: the second is told, and keeps a draft"
        self.app.post("/api/staff", {"name": "Ewa", "password": PASSWORD})
        ewa = self.app.post("/api/session", {"name": "Ewa", "password": PASSWORD}, cookie="nothing=0")
        ewa = ewa.headers["Set-Cookie"].split(";")[0]
        visit = self.opened(self.booked())
        path = f"/api/visits/{visit['id']}"
        self.assertEqual(200, self.app.patch(path, {"revision": 1, "notes": "Od Oli"}).status)
        late = self.app.patch(path, {"revision": 1, "notes": "Od Ewy", "minutes": 30}, cookie=ewa)
        self.assertEqual((409, "conflict"), (late.status, late.json["error"]["code"]))
        self.assertEqual("Od Oli", late.json["current"]["notes"])
        self.assertEqual({"notes": "Od Ewy", "minutes": 30}, late.json["current"]["draft"]["fields"])
        self.app.restart()
        self.assertEqual("Od Ewy", self.app.get(path, cookie=ewa).json["draft"]["fields"]["notes"], "after a restart too")
        self.assertIsNone(self.app.get(path).json["draft"], "a draft is its writer's")
        done = self.app.patch(path, {"revision": 2, "notes": "Od Oli\nOd Ewy"}, cookie=ewa).json
        self.assertEqual(("Od Oli\nOd Ewy", None, "Ewa"), (done["notes"], done["draft"], done["by"]))

    def test_draft_dropped(self):
        "A draft that its writer does not want goes"
        visit = self.opened(self.booked())
        path = f"/api/visits/{visit['id']}"
        self.app.patch(path, {"revision": 1, "notes": "Pierwsze"})
        self.assertEqual(409, self.app.patch(path, {"revision": 1, "notes": "Drugie"}).status)
        self.assertEqual(204, self.app.delete(f"{path}/draft").status)
        self.assertIsNone(self.app.get(path).json["draft"])

    def test_one_each(self):
        "Opening the visit of a pet again gives the same one, and each pet has its own"
        event = self.booked(pets=(FAFIK, BUREK))
        first = self.opened(event, BUREK)
        self.assertEqual(first["id"], self.opened(event, BUREK)["id"])
        self.assertNotEqual(first["id"], self.opened(event, FAFIK)["id"])
        self.assertEqual(["Fafik", "Burek"], [p["pet"]["name"] for p in self.places(event)])

    def test_started(self):
        "When the desk says that the work began there is a visit for each pet; taken back, the empty ones go"
        event = self.booked(pets=(FAFIK, BUREK))
        desk = f"/api/appointments/{event}/desk"
        self.app.patch(desk, {"status": "in_progress"})
        fafik, burek = self.places(event)
        self.assertTrue(fafik["visit"] and burek["visit"])
        self.app.patch(f"/api/visits/{burek['visit']['id']}", {"revision": 1, "notes": "Już umyty"})
        self.app.patch(desk, {"status": "arrived"})
        self.assertEqual([None, "Już umyty"], [p["visit"] and p["visit"]["notes"] for p in self.places(event)])

    def test_moved_and_unlinked(self):
        "What was written stays with the appointment when it moves, and in sight when the pet is taken off it"
        event = self.booked()
        visit = self.opened(event)
        self.app.patch(f"/api/visits/{visit['id']}", {"revision": 1, "notes": "Zostaje"})
        self.app.deliver(delivery.rescheduled("A", uid="B", start="2026-11-21T09:00:00Z"))
        self.assertEqual("Zostaje", self.places(event)[0]["visit"]["notes"])
        self.write("DELETE FROM event_pets")
        self.write("UPDATE calendar_events SET pet_id = NULL")
        (stray,) = self.places(event)
        self.assertEqual(("Burek", "Zostaje"), (stray["pet"]["name"], stray["visit"]["notes"]))

    def test_walk_in(self):
        "Who comes without a booking stands on today's list as arrived, with client and pet, and can be written about"
        made = self.app.post("/api/walk-ins", {"pet_ids": [BUREK], "title": "Obcinanie pazurów", "duration_minutes": 30})
        self.assertEqual(201, made.status, made)
        (visit,) = self.app.get("/api/day").json["days"][0]["events"]
        self.assertEqual((made.json["id"], "arrived", "Obcinanie pazurów", 30, "Kowalski"),
                         (visit["id"], visit["desk_status"], visit["title"], visit["duration_minutes"],
                          visit["client"]["surname"]))
        self.assertTrue(visit["uid"].startswith("local:"))
        self.assertEqual("Burek", self.places(visit["id"])[0]["pet"]["name"])

    def test_by_hand(self):
        "A visit of the past can be written down without an appointment"
        made = self.app.post("/api/visits", {"pet_id": BUREK, "date": "2026-10-01"})
        self.assertEqual((201, "2026-10-01", None), (made.status, made.json["date"], made.json["event_id"]))

    def test_refused(self):
        "What cannot be right is refused in words, with the field it stands in"
        event = self.booked()
        visit = self.opened(event)
        path = f"/api/visits/{visit['id']}"
        for field, value in (("minutes", 0), ("minutes", "x"), ("minutes", 2000), ("price_minor", -5),
                             ("price_minor", 1.5), ("price_minor", 10**12), ("paid_by", "barter"), ("notes", 7),
                             ("notes", "x" * 4001), ("currency", "złote"), ("blade", "a\nb")):
            answer = self.app.patch(path, {"revision": 1, field: value})
            self.assertEqual((400, field), (answer.status, answer.json["error"].get("field")), (field, value))
        self.assertEqual(400, self.app.patch(path, {"notes": "x"}).status, "without a revision")
        for body, status in (({"event_id": event, "pet_id": FAFIK}, 422), ({"event_id": event}, 400),
                             ({"event_id": str(uuid.uuid4()), "pet_id": BUREK}, 404), ({"pet_id": "none"}, 404),
                             ({"pet_id": BUREK, "date": "2026-02-30"}, 400), ({"pet_id": BUREK, "date": "2099-01-01"}, 400)):
            self.assertEqual(status, self.app.post("/api/visits", body).status, body)
        for body, status in (({}, 400), ({"pet_ids": []}, 400), ({"pet_ids": ["none"]}, 404),
                             ({"pet_ids": [BUREK], "duration_minutes": 1}, 400),
                             ({"pet_ids": [BUREK], "start": "2020-01-01T00:00:00Z"}, 400),
                             ({"pet_ids": [BUREK], "client_id": "none"}, 422)):
            self.assertEqual(status, self.app.post("/api/walk-ins", body).status, body)
        self.assertIsNone(self.app.get(path).json["notes"])

    def test_other_salon(self):
        "Staff of another salon cannot tell this salon's visits from visits that do not exist"
        self.app.post("/api/staff", {"name": "Obca", "password": PASSWORD})
        self.write("INSERT INTO salons (id, name) VALUES ('other', 'Inny')")
        event = self.booked()
        visit = self.opened(event)
        self.write("UPDATE calendar_events SET salon_id = (SELECT salon_id FROM pets LIMIT 1)")
        self.write("UPDATE staff SET salon_id = 'other' WHERE name = 'Obca'")
        answer = self.app.post("/api/session", {"name": "Obca", "password": PASSWORD}, cookie="nothing=0")
        obca = answer.headers["Set-Cookie"].split(";")[0]
        path = f"/api/visits/{visit['id']}"
        for answer in (self.app.get(path, cookie=obca), self.app.patch(path, {"revision": 1, "notes": "x"}, cookie=obca),
                       self.app.patch(path, {"revision": 9, "notes": "x"}, cookie=obca),
                       self.app.delete(f"{path}/draft", cookie=obca),
                       self.app.get(f"/api/appointments/{event}/visits", cookie=obca),
                       self.app.post("/api/visits", {"event_id": event, "pet_id": BUREK}, cookie=obca),
                       self.app.post("/api/walk-ins", {"pet_ids": [BUREK]}, cookie=obca)):
            self.assertEqual(404, answer.status, answer)
        self.assertEqual(404, self.app.get(f"/api/pets/{BUREK}/recipe", cookie=obca).status)


if __name__ == "__main__":
    tap.main()
