"""Two salons in one box: staff of one get 404 for every card of the other, on every route there is."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import delivery
import tap
from cards import CardCase

PICTURE = "ab" * 32  # lies there in setUp
# What a body needs to get past the form, so that it is the card that is refused and not the form.
BODIES = {
    ("PATCH", "/api/clients/{id}"): {"revision": 1, "notes": "x"},
    ("PATCH", "/api/pets/{id}"): {"revision": 1, "notes": "x"},
    ("POST", "/api/clients/{id}/merge"): {"other": "{own_client}"},
    ("POST", "/api/pets/{id}/merge"): {"other": "{own_pet}"},
    ("POST", "/api/pets/{id}/owners"): {"client_id": "{own_client}"},
    ("POST", "/api/appointments/{id}/link"): {"client_id": "{own_client}"},
    ("POST", "/api/appointments/{id}/client"): {"name": "Obcy"},
    ("PATCH", "/api/appointments/{id}/desk"): {"status": "arrived"},
    ("PATCH", "/api/visits/{id}"): {"revision": 1, "notes": "x"},
    ("POST", "/api/visits/{id}/photos"): {"kind": "before", "sha256": PICTURE, "thumb_sha256": PICTURE},
    ("POST", "/api/appointments/{id}/no-show"): {"request_id": "of-the-other-salon", "absent": True},
    ("POST", "/api/appointments/{id}/reschedule"): {
        "request_id": "of-the-other-salon", "date": "2099-02-12", "time": "10:00", "start": "2099-02-12T10:00:00Z"},
}
# Routes whose {id} is none of a card, an appointment, a visit or a merge.
OTHER_THINGS = ("/api/bookings", "/api/devices", "/api/staff", "/api/sessions", "/api/webhooks")


class Salons(CardCase):
    def setUp(self):
        super().setUp()
        # Theirs: a client, a pet, an appointment, a visit and a merge of the first salon.
        self.client = self.add_client("Jan", "Tajny", phone="600100299", email="tajny@example.pl",
                                      pets=[{"name": "Burek"}])
        double = self.add_client("Janek", "Tajny")
        self.merge_id = self.ok(self.app.post(f"/api/clients/{self.client['id']}/merge",
                                              {"other": double["id"]}))["merge_id"]
        self.event = self.app.deliver(delivery.created(uid="A", start="2099-01-12T13:00:00Z",
                                                       email="tajny@example.pl", phone=None)).json["event_id"]
        self.assertIsNotNone(self.app.value("SELECT salon_id FROM calendar_events"))
        self.waiting = self.app.deliver(delivery.created(uid="B", start="2099-01-13T13:00:00Z", phone=None,
                                                         email="nikt@example.pl", name="Jan Tajny")).json["event_id"]
        self.write("UPDATE calendar_events SET salon_id = (SELECT salon_id FROM clients LIMIT 1)")
        self.visit = self.ok(self.app.post("/api/visits", {"pet_id": self.client["pets"][0]["id"]}), 201)["id"]
        salon = self.app.value("SELECT salon_id FROM clients LIMIT 1")
        self.write("INSERT INTO messages (id, direction, kind, salon_id, event_id, client_id, state, phone, body, created_at,"
                   " updated_at) VALUES ('m1', 'out', 'manual', ?, ?, ?, 'failed', '+48600100299', 'Tajny', 'x', 'x')",
                   salon, self.event, self.client["id"])
        self.write("INSERT INTO visit_photos (id, visit_id, sha256) VALUES ('f1', ?, ?)", self.visit, PICTURE)
        folder = self.app.data_dir / "photos" / PICTURE[:2]
        folder.mkdir(parents=True)
        (folder / PICTURE[2:]).write_bytes(b"a picture")
        # Ours: a member of staff of the second salon with a card of their own.
        self.salon = self.second_salon()
        self.cookie = self.sign_in_as("Obca", self.salon)
        self.own = self.ok(self.app.post("/api/clients", {"name": "Nasz", "pets": [{"name": "Nasza"}]},
                                         cookie=self.cookie), 201)

    def fill(self, path, ids):
        for name, value in ids.items():
            path = path.replace("{" + name + "}", value)
        return path

    def snapshot(self):
        return [self.app.rows(f"SELECT * FROM {table} ORDER BY 1, 2")
                for table in ("clients", "pets", "client_pets", "calendar_events", "event_pets", "card_merges", "pet_visits", "messages",
                              "visit_photos")]

    def test_every_route(self):
        "Every route that takes the id of a card, an appointment or a merge answers 404 and changes nothing"
        own = {"own_client": self.own["id"], "own_pet": self.own["pets"][0]["id"]}
        theirs = {"clients": self.client["id"], "pets": self.client["pets"][0]["id"], "appointments": self.event,
                  "merges": self.merge_id, "visits": self.visit,
                  "messages": "m1", "photos": "f1"}
        before = self.snapshot()
        walked = 0
        for path, operations in self.ok(self.app.get("/api/openapi.json"))["paths"].items():
            if "{id}" not in path or path.startswith(OTHER_THINGS):
                continue
            kind = path.split("/")[2]
            self.assertIn(kind, theirs, f"{path}: say here what its id is of")
            concrete = self.fill(path, {"id": theirs[kind], "client_id": self.client["id"], "upload": "0123456789"})
            for method, operation in operations.items():
                if operation["x-access"] != "staff":
                    continue
                with self.subTest(f"{method.upper()} {path}"):
                    body = BODIES.get((method.upper(), path), {"request_id": "of-the-other-salon"})
                    body = {k: self.fill(v, own) if isinstance(v, str) else v for k, v in body.items()}
                    answer = self.app.call(method.upper(), concrete, body, cookie=self.cookie)
                    self.assertEqual(404, answer.status, answer)
                    self.assertNotIn("Tajny".encode(), answer.body)
                    walked += 1
        self.assertGreater(walked, 15)
        self.assertEqual(before, self.snapshot())

    def test_other_way_round(self):
        "Their card as the second one is 404 too: another owner, the other half of a merge, a link to it"
        pet, client = self.own["pets"][0]["id"], self.client["id"]
        before = self.snapshot()
        for method, path, body in (
            ("POST", f"/api/pets/{pet}/owners", {"client_id": client}),
            ("DELETE", f"/api/pets/{pet}/owners/{client}", None),
            ("POST", "/api/pets", {"client_id": client, "name": "Podrzutek"}),
            ("POST", "/api/visits", {"pet_id": self.client["pets"][0]["id"]}),
            ("POST", f"/api/clients/{self.own['id']}/merge", {"other": client}),
            ("POST", f"/api/clients/{self.own['id']}/merge", {"other": client, "preview": True}),
            ("POST", f"/api/pets/{pet}/merge", {"other": self.client["pets"][0]["id"]}),
            ("POST", "/api/clients", {"name": "Podrzutek", "salon_id": self.app.value("SELECT salon_id FROM clients")}),
        ):
            with self.subTest(f"{method} {path} {body}"):
                self.assertEqual(404, self.app.call(method, path, body, cookie=self.cookie).status)
        self.assertEqual(before, self.snapshot())

    def test_lists(self):
        "Lists, search, duplicates and suggestions show nothing of the other salon"
        for path in ("/api/clients", "/api/clients?q=tajny", "/api/clients?archived=1", "/api/search?q=tajny",
                     "/api/search?q=burek", "/api/search?q=299", "/api/unlinked",
                     "/api/clients/similar?name=Jan&surname=Tajny&phone=600100299&email=tajny@example.pl"):
            with self.subTest(path):
                answer = self.app.get(path, cookie=self.cookie)
                self.assertEqual(200, answer.status)
                for secret in ("Tajny", "600100299", "tajny@example.pl", "Burek", self.event, self.waiting):
                    self.assertNotIn(secret.encode(), answer.body)
        self.assertEqual(0, self.ok(self.app.get("/api/unlinked", cookie=self.cookie))["count"])

    def test_owner(self):
        "The owner sees the cards of both"
        names = {c["name"] for c in self.ok(self.app.get("/api/clients"))["clients"]}
        self.assertEqual({"Jan", "Nasz"}, names)
        self.assertEqual(200, self.app.get(f"/api/clients/{self.own['id']}").status)


if __name__ == "__main__":
    tap.main()
