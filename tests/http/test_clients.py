"""Clients' and pets' cards over HTTP: made, changed by two tablets, listed, with their history."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import delivery
import tap
from cards import CardCase

NASTY = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "Robert'); DROP TABLE clients;--",
    "a\\b\"c'd&amp;ążźć 🐕 \u202eabc",
    "=HYPERLINK(\"http://evil.example\")",
)


class Clients(CardCase):
    def test_made_and_read(self):
        "A card is given back as it was made, with phone in both spellings and consents with their date"
        made = self.add_client(
            "Zofia", "Łapka", phone="600-100-200", email="zofia@example.pl", address="ul. Psia 7\nKraków",
            notes="dzwonić po 15", gdpr_consent=True, sms_consent=False,
            pets=[{"name": "Żółw", "breed": "York", "allergies": "kurczak"}, {"name": "Mruczek", "type": "cat"}])
        card = self.ok(self.app.get(f"/api/clients/{made['id']}"))
        self.assertEqual(made, card)
        self.assertEqual(("+48600100200", "600 100 200"), (card["phone"], card["phone_display"]))
        self.assertIsNotNone(card["gdpr_consent_at"])
        self.assertIsNone(card["sms_consent_at"])
        self.assertEqual([("gdpr", True, "Ola")], [(c["kind"], c["given"], c["by"]) for c in card["consents"]])
        self.assertEqual({("Żółw", "dog"), ("Mruczek", "cat")}, {(p["name"], p["type"]) for p in card["pets"]})
        self.assertEqual((0, 0, None), (card["visit_count"], card["no_show_count"], card["next_visit"]))
        pet = next(p for p in card["pets"] if p["name"] == "Żółw")
        whole = self.ok(self.app.get(f"/api/pets/{pet['id']}"))
        self.assertEqual(("York", "kurczak"), (whole["breed"], whole["allergies"]))
        self.assertEqual([made["id"]], [o["id"] for o in whole["owners"]])

    def test_messages_at_fields(self):
        "What cannot be right is refused with the field it stands in, and nothing is stored"
        for body, field in (
            ({}, "name"),
            ({"name": "  "}, "name"),
            ({"name": 7}, "name"),
            ({"name": "Jan", "phone": "123"}, "phone"),
            ({"name": "Jan", "phone": "zadzwoń do mnie"}, "phone"),
            ({"name": "Jan", "email": "jan@"}, "email"),
            ({"name": "Jan", "email": ["jan@example.pl"]}, "email"),
            ({"name": "J" * 81}, "name"),
            ({"name": "Jan", "notes": "x" * 4001}, "notes"),
            ({"name": "Jan", "gdpr_consent": "yes"}, "gdpr_consent"),
            ({"name": "Jan", "pets": [{"name": "Burek"}, {"breed": "York"}]}, "pets[1].name"),
            ({"name": "Jan", "pets": [{"name": "Burek", "birth_date": "2999-01-01"}]}, "pets[0].birth_date"),
            ({"name": "Jan", "pets": {"name": "Burek"}}, "pets"),
        ):
            with self.subTest(body=str(body)[:60]):
                error = self.refused(self.app.post("/api/clients", body), 400, field)
                self.assertGreater(len(error["message"]), 10)
        self.assertEqual(0, self.app.value("SELECT count(*) FROM clients"))
        self.assertEqual(0, self.app.value("SELECT count(*) FROM pets"))
        client = self.add_client()
        for body, field in (
            ({"name": "Burek", "type": "horse"}, "type"),
            ({"name": "Burek", "birth_date": "1 maja"}, "birth_date"),
            ({"name": "Burek", "rabies_vaccinated_on": "2999-01-01"}, "rabies_vaccinated_on"),
            ({"name": "Burek", "default_duration_minutes": 1}, "default_duration_minutes"),
            ({"name": "Burek", "default_duration_minutes": "long"}, "default_duration_minutes"),
            ({"name": "Burek", "deceased": 1}, "deceased"),
            ({"name": ""}, "name"),
        ):
            with self.subTest(body=str(body)):
                self.refused(self.app.post("/api/pets", {"client_id": client["id"], **body}), 400, field)
        self.refused(self.app.post("/api/pets", {"name": "Burek"}), 400, "client_id")

    def test_two_tablets(self):
        "Of two tablets that change the same card the second is told what is there, and nothing is overwritten"
        card = self.add_client()
        path = f"/api/clients/{card['id']}"
        first = self.ok(self.app.patch(path, {"revision": card["revision"], "notes": "pierwsza"}))
        answer = self.app.patch(path, {"revision": card["revision"], "notes": "druga", "phone": "600100200"})
        self.refused(answer, 409)
        self.assertEqual(first, answer.json["current"])
        self.assertEqual("pierwsza", self.ok(self.app.get(path))["notes"])
        again = self.ok(self.app.patch(path, {"revision": first["revision"], "notes": "druga"}))
        self.assertEqual("druga", again["notes"])
        pet = self.add_pet(card)
        path = f"/api/pets/{pet['id']}"
        first = self.ok(self.app.patch(path, {"revision": pet["revision"], "allergies": "kurczak"}))
        answer = self.app.patch(path, {"revision": pet["revision"], "allergies": ""})
        self.refused(answer, 409)
        self.assertEqual("kurczak", answer.json["current"]["allergies"])
        self.refused(self.app.patch(path, {"allergies": ""}), 400, "revision")

    def test_edit(self):
        "An edit changes what it names; null and empty clear"
        card = self.add_client(phone="600100200", email="jan@example.pl", notes="x")
        path = f"/api/clients/{card['id']}"
        card = self.ok(self.app.patch(path, {"revision": card["revision"], "email": None, "notes": ""}))
        self.assertEqual(("Jan", "+48600100200", None, None),
                         (card["name"], card["phone"], card["email"], card["notes"]))
        pet = self.add_pet(card, default_duration_minutes=90, birth_date="2020-02-29")
        pet = self.ok(self.app.patch(f"/api/pets/{pet['id']}", {
            "revision": pet["revision"], "default_duration_minutes": None, "deceased": True}))
        self.assertEqual((None, True, "2020-02-29"),
                         (pet["default_duration_minutes"], pet["deceased"], pet["birth_date"]))

    def test_stored_verbatim(self):
        "Text that means something to browsers, databases or spreadsheets comes back as it was typed"
        for text in NASTY:
            with self.subTest(text=text):
                made = self.add_client(text, text, notes=text, address=text, pets=[{"name": text, "allergies": text}])
                answer = self.app.get(f"/api/clients/{made['id']}")
                card = self.ok(answer)
                self.assertEqual([text] * 4, [card[k] for k in ("name", "surname", "notes", "address")])
                pet = self.ok(self.app.get(f"/api/pets/{card['pets'][0]['id']}"))
                self.assertEqual((text, text), (pet["name"], pet["allergies"]))
                self.assertEqual("application/json; charset=utf-8", answer.headers["Content-Type"])
        self.assertEqual(len(NASTY), self.app.value("SELECT count(*) FROM clients"))

    def test_list(self):
        "The list goes by surname, folded, page by page; archived cards have a list of their own"
        for name in ("Zięba", "Łapka", "Lis", "Mazur"):
            self.add_client("Ewa", name)
        old = self.add_client("Ewa", "Dawna")
        self.ok(self.app.patch(f"/api/clients/{old['id']}", {"revision": old["revision"], "archived": True}))
        page = self.ok(self.app.get("/api/clients?limit=3"))
        self.assertEqual(["Łapka", "Lis", "Mazur"], [c["surname"] for c in page["clients"]])
        rest = self.ok(self.app.get(f"/api/clients?limit=3&after={page['next']}"))
        self.assertEqual(["Zięba"], [c["surname"] for c in rest["clients"]])
        self.assertIsNone(rest["next"])
        self.assertEqual(["Dawna"], [c["surname"] for c in self.ok(self.app.get("/api/clients?archived=1"))["clients"]])
        found = self.ok(self.app.get("/api/clients?q=lapk"))
        self.assertEqual(["Łapka"], [c["surname"] for c in found["clients"]])
        self.refused(self.app.get("/api/clients?after=nobody"), 422)

    def test_several_owners(self):
        "A pet may have several owners, shows in each one's card, and one always remains"
        jan, ewa = self.add_client(), self.add_client("Ewa")
        pet = self.add_pet(jan)
        both = self.ok(self.app.post(f"/api/pets/{pet['id']}/owners", {"client_id": ewa["id"]}))
        self.assertEqual({jan["id"], ewa["id"]}, {o["id"] for o in both["owners"]})
        self.assertEqual(["Burek"], [p["name"] for p in self.ok(self.app.get(f"/api/clients/{ewa['id']}"))["pets"]])
        household = self.ok(self.app.get(f"/api/clients/{jan['id']}/household"))
        self.assertEqual(["Jan", "Ewa"], [c["name"] for c in household["clients"]])
        self.assertEqual({jan["id"], ewa["id"]}, set(household["pets"][0]["owner_ids"]))
        one = self.ok(self.app.delete(f"/api/pets/{pet['id']}/owners/{jan['id']}"))
        self.assertEqual([ewa["id"]], [o["id"] for o in one["owners"]])
        self.refused(self.app.delete(f"/api/pets/{pet['id']}/owners/{ewa['id']}"), 422)

    def test_history(self):
        "A card's history has what is to come and what was, cancelled and missed visits too, page by page"
        jan = self.add_client(email="jan.kowalski@example.pl")
        pet = self.add_pet(jan)
        for uid, start in (("A", "2026-01-12T13:00:00Z"), ("B", "2026-02-12T13:00:00Z"), ("C", "2099-01-12T13:00:00Z")):
            self.app.deliver(delivery.created(uid=uid, start=start))
        self.app.deliver(delivery.cancelled(uid="B", start="2026-02-12T13:00:00Z"))
        missed = self.app.value("SELECT id FROM calendar_events WHERE cal_com_event_id = 'A'")
        self.ok(self.app.patch(f"/api/appointments/{missed}/desk", {"status": "no_show"}))
        path = f"/api/clients/{jan['id']}/visits"
        visits = self.ok(self.app.get(path))["visits"]
        self.assertEqual([("2099-01-12", "14:00", "scheduled", None), ("2026-02-12", "14:00", "cancelled", None),
                          ("2026-01-12", "14:00", "completed", "no_show")],
                         [(v["date_local"], v["start_local"], v["status"], v["desk_status"]) for v in visits])
        self.assertEqual(["Burek"], [p["name"] for p in visits[0]["pets"]])
        first = self.ok(self.app.get(path + "?limit=2"))
        rest = self.ok(self.app.get(f"{path}?limit=2&before={first['next']}"))
        self.assertEqual(visits, first["visits"] + rest["visits"])
        self.assertIsNone(rest["next"])
        self.assertEqual(visits, self.ok(self.app.get(f"/api/pets/{pet['id']}/visits"))["visits"])
        card = self.ok(self.app.get(f"/api/clients/{jan['id']}"))
        self.assertEqual((0, 1), (card["visit_count"], card["no_show_count"]))
        self.assertEqual(("2099-01-12", "14:00"), (card["next_visit"]["date_local"], card["next_visit"]["start_local"]))

    def test_similar(self):
        "While a card is typed, the one that is there already is shown with the reason"
        jan = self.add_client(phone="600100200", email="jan@example.pl")
        for query, why in (("phone=600%20100%20200", ["phone"]), ("email=JAN@example.pl", ["email"]),
                           ("name=Janek&surname=kowalski", ["name"]),
                           ("name=Jan&surname=Kowalski&phone=%2B48600100200", ["phone", "name"])):
            with self.subTest(query):
                found = self.ok(self.app.get(f"/api/clients/similar?{query}"))["clients"]
                self.assertEqual([(jan["id"], why)], [(f["client"]["id"], f["why"]) for f in found])
        for query in ("", "name=Jan", "name=Ewa&surname=Kowalska", f"phone=600100200&except={jan['id']}"):
            with self.subTest(query):
                self.assertEqual([], self.ok(self.app.get(f"/api/clients/similar?{query}"))["clients"])

    def test_not_there(self):
        "An id that is none of ours, of whatever shape, is 404"
        for bad in ("nobody", "0" * 36, "x" * 400, "%00", "%27%20OR%201=1", "%C5%BC"):
            for path in (f"/api/clients/{bad}", f"/api/pets/{bad}", f"/api/clients/{bad}/visits"):
                with self.subTest(path[:60]):
                    self.assertIn(self.app.get(path).status, (400, 404))
        self.refused(self.app.patch("/api/clients/nobody", {"revision": 1, "name": "x"}), 404)
        self.refused(self.app.post("/api/pets", {"client_id": "nobody", "name": "Burek"}), 404)


if __name__ == "__main__":
    tap.main()
