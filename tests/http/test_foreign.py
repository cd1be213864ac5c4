"""What is another salon's, handed in wherever a request can name something: in the path, in the body as
somebody's card, in a search; and asked for just after somebody who may see it. (test_salons.py asks
every route for one thing at a time.)
"""

import re
import sqlite3
import sys
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import delivery
import tap

PASSWORD = "mokre-łapy-21"
# What is sent where a body is needed to get as far as looking for the thing.
BODIES = {
    ("PATCH", "/api/appointments/{id}/desk"): {"status": "arrived"},
    ("PATCH", "/api/clients/{id}"): {"revision": 1, "name": "Zmieniony"},
    ("PATCH", "/api/pets/{id}"): {"revision": 1, "name": "Zmieniony"},
    ("PATCH", "/api/visits/{id}"): {"revision": 1, "notes": "Zmienione"},
}
SECRETS = (b"Tajny", b"Tajniak", b"600100299", b"600 100 299", b"tajny@example.pl", b"brzytwa 7F")


class ForeignTest(barkbook.Case):
    @classmethod
    def setUpClass(cls):
        cls.app = app = barkbook.Barkbook().start()
        app.set_up()
        cls.cookies = {}
        for name in ("Ewa", "Obca"):
            assert app.post("/api/staff", {"name": name, "password": PASSWORD}).status == 201
        app.stop()
        con = sqlite3.connect(app.data_dir / "barkbook.db")
        with con:
            con.execute("INSERT INTO salons (id, name) VALUES ('salon-2', 'Inny salon')")
            con.execute("UPDATE staff SET salon_id = 'salon-2' WHERE name = 'Obca'")
        con.close()
        app.start()
        for name in ("Ewa", "Obca"):
            answer = app.post("/api/session", {"name": name, "password": PASSWORD}, cookie="nothing=0")
            assert answer.status == 200, answer
            cls.cookies[name] = answer.headers["Set-Cookie"].split(";")[0]
        cls.make()
        cls.routes = [
            (method.upper(), path, operation)
            for path, operations in app.get("/api/openapi.json").json["paths"].items()
            for method, operation in operations.items()
        ]

    @classmethod
    def tearDownClass(cls):
        cls.app.stop()
        cls.app.remove()

    @classmethod
    def made(cls, name, path, body):
        answer = cls.app.post(path, body, cookie=cls.cookies[name])
        assert answer.status in (200, 201), f"{path}: {answer}"
        return answer.json

    @classmethod
    def make(cls):
        """One of everything in Ewa's salon, and a card in the other one."""
        card = {"name": "Jan", "surname": "Tajny", "phone": "+48600100299", "email": "tajny@example.pl",
                "pets": [{"name": "Tajniak", "type": "dog"}]}
        client = cls.made("Ewa", "/api/clients", card)
        double = cls.made("Ewa", "/api/clients", {"name": "Jan", "surname": "Tajny-Drugi", "phone": "+48600100298"})
        merge = cls.made("Ewa", f"/api/clients/{client['id']}/merge", {"other": double["id"], "preview": False})
        pet = client["pets"][0]["id"]
        sent = delivery.created(uid="of-this-salon", name="Jan Tajny", email="tajny@example.pl", phone="+48600100299",
                                metadata={"barkbookClientId": client["id"], "barkbookPetId": pet})
        assert cls.app.deliver(sent).status == 200
        event = cls.app.value("SELECT id FROM calendar_events WHERE client_id = ?", client["id"])
        assert event, cls.app.rows("SELECT client_id, pet_id, link_reason, link_source FROM calendar_events")
        visit = cls.made("Ewa", "/api/visits", {"pet_id": pet, "event_id": event})
        note = {"revision": visit["revision"], "notes": "Tajny przepis: brzytwa 7F"}
        assert cls.app.patch(f"/api/visits/{visit['id']}", note, cookie=cls.cookies["Ewa"]).status == 200
        cls.ids = {
            "appointments": event, "clients": client["id"], "pets": pet, "visits": visit["id"],
            "merges": merge["merge_id"], "webhooks": cls.app.value("SELECT id FROM webhook_logs"),
            "sessions": cls.app.get("/api/sessions", cookie=cls.cookies["Ewa"]).json["sessions"][0]["id"],
        }
        theirs = cls.made("Obca", "/api/clients", {"name": "Ola", "surname": "Obca", "phone": "+48600100277",
                                                   "pets": [{"name": "Obcy", "type": "dog"}]})
        cls.own = {"client": theirs["id"], "pet": theirs["pets"][0]["id"]}

    def ask(self, name, method, path, ids, body=None):
        for key, value in ids.items():
            path = path.replace("{" + key + "}", value)
        path = re.sub(r"\{\w+\}", "0" * 32, path)  # parts of things that are not made here
        if body is None and method in ("POST", "PATCH"):
            body = {}
        return self.app.call(method, path, body, cookie=self.cookies[name])

    def named(self):
        """Routes for staff with something named in the path, and what it is here."""
        for method, path, operation in self.routes:
            if "{id}" not in path or operation["x-access"] != "staff":
                continue
            kind = path.split("/")[2]
            if kind in self.ids:
                yield method, path, {"id": self.ids[kind], "client_id": self.ids["clients"]}

    def state(self):
        """Everything the first salon has."""
        con = self.app.db()
        try:
            return {table: [tuple(row) for row in con.execute(f"SELECT * FROM {table} ORDER BY 1, 2")]
                    for table in ("clients", "pets", "client_pets", "calendar_events", "event_pets", "pet_visits", "merges")
                    if con.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone()}
        finally:
            con.close()

    def test_own(self):
        "What is asked for here is there for its own salon"
        for method, path, ids in self.named():
            if method == "GET" and path.count("{") == 1:
                with self.subTest(path):
                    self.assertEqual(200, self.ask("Ewa", method, path, ids).status)

    def test_named(self):
        "Nothing of the other salon can be told from what does not exist, and asking changes nothing"
        before = self.state()
        tried = 0
        for method, path, ids in self.named():
            with self.subTest(f"{method} {path}"):
                body = BODIES.get((method, path))
                theirs = self.ask("Obca", method, path, ids, body)
                nothing = {key: str(uuid.uuid4()) for key in ids}
                missing = self.ask("Obca", method, path, nothing, body)
                told = theirs.body
                for key in ids:
                    told = told.replace(ids[key].encode(), nothing[key].encode())
                self.assertEqual((missing.status, missing.body), (theirs.status, told))
                self.assertNotIn(theirs.status // 100, (2, 5))
                tried += 1
        self.assertGreater(tried, 20)
        self.assertEqual(before, self.state())

    def test_in_bodies(self):
        "A card of the other salon cannot be used for one's own: not as owner, guest, double or booking"
        client, pet, event = self.ids["clients"], self.ids["pets"], self.ids["appointments"]
        mine, my_pet = self.own["client"], self.own["pet"]
        before = self.state()
        tries = [
            ("/api/pets", {"client_id": client, "name": "Podrzutek", "type": "dog"}),
            (f"/api/pets/{my_pet}/owners", {"client_id": client}),
            (f"/api/pets/{my_pet}/merge", {"other": pet, "preview": True}),
            (f"/api/pets/{my_pet}/merge", {"other": pet, "preview": False}),
            (f"/api/clients/{mine}/merge", {"other": client, "preview": True}),
            (f"/api/clients/{mine}/merge", {"other": client, "preview": False}),
            (f"/api/appointments/{event}/link", {"client_id": mine, "pet_ids": [my_pet]}),
            (f"/api/appointments/{event}/client", {"name": "Ola", "surname": "Obca"}),
            ("/api/visits", {"pet_id": pet, "event_id": event}),
            ("/api/visits", {"pet_id": pet, "date": "2026-11-23"}),
            ("/api/visits", {"pet_id": my_pet, "event_id": event}),
            ("/api/walk-ins", {"pet_ids": [pet]}),
            ("/api/walk-ins", {"pet_ids": [my_pet], "client_id": client}),
            ("/api/bookings", {"request_id": str(uuid.uuid4()), "client_id": client, "pet_ids": [pet], "event_type": 1,
                               "start": "2026-12-01T10:00:00Z"}),
            ("/api/bookings", {"request_id": str(uuid.uuid4()), "client_id": mine, "pet_ids": [pet], "event_type": 1,
                               "start": "2026-12-01T10:00:00Z"}),
        ]
        for path, body in tries:
            with self.subTest(f"{path} {sorted(body)}"):
                answer = self.app.post(path, body, cookie=self.cookies["Obca"])
                self.assertNotIn(answer.status // 100, (2, 5), answer)
                for secret in SECRETS:
                    self.assertNotIn(secret, answer.body)
        self.assertEqual(before, self.state())

    def test_lists(self):
        "No list, search, day or link shows anything of the other salon"
        pet, client = self.ids["pets"], self.ids["clients"]
        asked = ["/api/day?date=2026-11-23&days=7", "/api/clients", "/api/clients?q=tajn", "/api/search?q=Tajny", "/api/search?q=Tajniak",
                 "/api/search?q=299", "/api/clients/similar?name=Jan&surname=Tajny&phone=600100299&email=tajny@example.pl",
                 "/api/unlinked", "/api/webhooks", "/api/reconcile", f"/api/booking-link?client_id={client}&pet_ids={pet}",
                 f"/api/booking-link?client={client}&pet={pet}"]
        asked += [path for method, path, o in self.routes
                  if method == "GET" and "{" not in path and o["x-access"] == "staff" and path != "/api/live"]
        # The owner of all salons and the first salon's staff ask first: no answer of theirs may be handed on.
        for path in asked:
            self.app.get(path)
            self.app.get(path, cookie=self.cookies["Ewa"])
        seen = self.app.get("/api/search?q=Tajny", cookie=self.cookies["Ewa"])
        self.assertIn(b"Tajny", seen.body)
        for path in asked:
            with self.subTest(path):
                answer = self.app.get(path, cookie=self.cookies["Obca"])
                self.assertNotEqual(5, answer.status // 100)
                for secret in (*SECRETS, *(i.encode() for kind, i in self.ids.items() if kind != "sessions")):
                    # What was asked for may be repeated in a refusal, what was not may not be said.
                    if secret.decode() not in path:
                        self.assertNotIn(secret, answer.body)


if __name__ == "__main__":
    tap.main()
