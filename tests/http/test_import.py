"""A card index from a spreadsheet over HTTP: dry run, lines created, merged and skipped, all or nothing."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import delivery
import tap
from cards import CardCase

HEADER = ("name;surname;phone_number;email;address;pet_name;pet_type;pet_breed;pet_birth_date;pet_allergies;"
          "pet_notes;sms_consent;gdpr_consent\n")


class Import(CardCase):
    def send(self, text, query="", **more):
        body = text if isinstance(text, bytes) else text.encode()
        headers = {"X-BarkBook": "1", "Content-Type": "text/csv", "Cookie": more.pop("cookie", self.app.cookie), **more}
        return barkbook.request(self.app.dashboard_port, "POST", "/api/import/clients" + query, body, headers)

    def take(self, text, query=""):
        return self.ok(self.send(text, query))

    def outcomes(self, answer):
        return [(r["line"], r["outcome"], r.get("reason")) for r in answer["report"]]

    def test_cards(self):
        "A line becomes a client with their animal as they are written"
        done = self.take(HEADER + "Zofia;Łapka;600 100 200;zofia@example.pl;\"ul. Psia 7\nKraków\";Żółw;pies;York;1.05.2021;"
                                  "kurczak;\"gryzie; ostrożnie\";tak;2026-01-05\n")
        self.assertEqual((1, 1, 0, 0, 1, 1), tuple(done[k] for k in ("lines", "created", "merged", "skipped", "clients", "pets")))
        (found,) = self.ok(self.app.get("/api/search?q=zolw"))["results"]
        card = self.ok(self.app.get(f"/api/clients/{found['client_id']}"))
        self.assertEqual(("Zofia", "Łapka", "+48600100200", "zofia@example.pl", "ul. Psia 7\nKraków"),
                         tuple(card[k] for k in ("name", "surname", "phone", "email", "address")))
        self.assertEqual("2026-01-05", card["gdpr_consent_at"][:10])
        self.assertEqual({"gdpr", "sms"}, {c["kind"] for c in card["consents"]})
        pet = self.ok(self.app.get(f"/api/pets/{found['id']}"))
        self.assertEqual(("Żółw", "dog", "York", "2021-05-01", "kurczak", "gryzie; ostrożnie"),
                         tuple(pet[k] for k in ("name", "type", "breed", "birth_date", "allergies", "notes")))

    def test_dry_run(self):
        "A dry run says the same as the import and writes nothing"
        text = (HEADER + "Jan;Lis;600100200;;;Burek;;;;;;;\nJan;Lis;600100200;;;Azor;;;;;;;\nEwa;Mak;12;;;;;;;;;;\n")
        before = self.take(text, "?dry_run=1")
        self.assertEqual(0, self.app.value("SELECT count(*) FROM clients"))
        after = self.take(text)
        self.assertEqual([(2, "created", None), (3, "merged", None), (4, "skipped", "invalid")], self.outcomes(before))
        self.assertEqual({**before, "dry_run": False}, after)
        self.assertEqual((1, 2), (after["clients"], after["pets"]))
        self.assertEqual("phone", after["report"][2]["field"])
        self.assertEqual("Ewa Mak", after["report"][2]["name"])

    def test_again(self):
        "Importing the same file again changes nothing"
        text = HEADER + "Jan;Lis;600100200;;;Burek;;;;kurczak;x;tak;tak\nEwa;Mak;;;;Luna;;;;;;;\nEwa;Mak;;;;Fikus;;;;;;;\n"
        self.take(text)
        tables = ("clients", "pets", "client_pets", "consent_changes")
        before = [self.app.rows(f"SELECT * FROM {t} ORDER BY 1, 2") for t in tables]
        again = self.take(text)
        self.assertEqual([(2, "skipped", "known"), (3, "skipped", "known"), (4, "skipped", "known")], self.outcomes(again))
        self.assertEqual(before, [self.app.rows(f"SELECT * FROM {t} ORDER BY 1, 2") for t in tables])
        self.assertEqual(2, self.app.value("SELECT count(*) FROM clients"))

    def test_merge(self):
        "A card that is there gets what it lacks and keeps what it says"
        jan = self.add_client("Jan", "Lis", phone="600100200", notes="VIP",
                              pets=[{"name": "Burek", "allergies": "kurczak", "breed": "York"}])
        done = self.take(HEADER + "Janek;Lis;+48 600 100 200;jan@example.pl;Kraków;BUREK;pies;Szpic;2020-01-01;lateks;;tak;\n")
        self.assertEqual([(2, "merged", None)], self.outcomes(done))
        card = self.ok(self.app.get(f"/api/clients/{jan['id']}"))
        self.assertEqual(("Jan", "jan@example.pl", "Kraków", "VIP"), tuple(card[k] for k in ("name", "email", "address", "notes")))
        self.assertIsNotNone(card["sms_consent_at"])
        self.assertGreater(card["revision"], jan["revision"])
        (pet,) = card["pets"]
        whole = self.ok(self.app.get(f"/api/pets/{pet['id']}"))
        self.assertEqual(("York", "2020-01-01", "kurczak\nlateks"), tuple(whole[k] for k in ("breed", "birth_date", "allergies")))

    def test_withdrawn_consent(self):
        "A consent that was taken back is not given again by an old list"
        jan = self.add_client("Jan", "Lis", phone="600100200", sms_consent=True)
        jan = self.ok(self.app.patch(f"/api/clients/{jan['id']}", {"revision": jan["revision"], "sms_consent": False}))
        self.take(HEADER + "Jan;Lis;600100200;;Kraków;;;;;;;tak;\n")
        self.assertIsNone(self.ok(self.app.get(f"/api/clients/{jan['id']}"))["sms_consent_at"])

    def test_unclear(self):
        "A line that may be about somebody else is skipped with the reason, and the others are taken"
        self.add_client("Jan", "Lis", phone="600100200")
        self.add_client("Ewa", "Mak", email="ewa@example.pl")
        done = self.take(HEADER + "Piotr;Wilk;600100200;;;;;;;;;;\nJan;Lis;600100200;ewa@example.pl;;;;;;;;;\n"
                                  "Ola;Ryś;;;;;pies;York;;;;;\nOla;Ryś;700100200;;;Ziutek;królik;;;;;;\n;;;;;Burek;;;;;;;\n"
                                  "Ola;Ryś;;;;Bis;;;1 maja;;;;\nOla;Ryś;;;;;;;;;;może;\n")
        self.assertEqual([(2, "skipped", "other_name"), (3, "skipped", "two_clients"), (4, "skipped", "invalid"),
                          (5, "created", None), (6, "skipped", "invalid"), (7, "skipped", "invalid"), (8, "skipped", "invalid")],
                         self.outcomes(done))
        self.assertEqual(["pet_name", "name", "pet_birth_date", "sms_consent"],
                         [r["field"] for r in done["report"] if r.get("reason") == "invalid"])
        self.assertEqual([("other", "królik")], [(r["type"], r["breed"]) for r in self.app.rows("SELECT type, breed FROM pets")])

    def test_forms(self):
        "Polish header and Windows-1250 with semicolons, English with commas, and other programs' columns"
        polish = "Imię;Nazwisko;Telefon;Imię zwierzęcia;Gatunek;Rasa;Uczulenia;Zgoda SMS;Kolor\n" \
                 "Żaneta;Łoś;600-100-200;Ćma;kot;;źdźbło;TAK;rudy\n"
        done = self.take(polish.encode("cp1250"))
        self.assertEqual((1, "Kolor"), (done["created"], done["ignored_columns"]))
        english = '\ufeff"Full name","Phone","Pet","Species"\r\n"Jan Maria Lis","\'+48600100201","Rex","dog"\r\n'
        self.assertEqual(1, self.take(english)["created"])
        self.assertEqual({("Żaneta", "Łoś"), ("Jan", "Maria Lis")},
                         {(r["name"], r["surname"]) for r in self.app.rows("SELECT name, surname FROM clients")})
        self.assertEqual({("Ćma", "cat", "źdźbło"), ("Rex", "dog", None)},
                         {(r["name"], r["type"], r["allergies"]) for r in self.app.rows("SELECT name, type, allergies FROM pets")})

    def test_refused(self):
        "What is no such file is refused as a whole and nothing is stored"
        for text, status in (("", 400), ("a;b\n1;2\n", 400), ("name;name\nJan;Lis\n", 400), ("PK\x00\x03", 400),
                             (HEADER + "Jan;Lis;;;;;;;;;;;\nEwa;\"Mak;;;\n", 400), ("name\n" + "Jan\n" * 100001, 413)):
            with self.subTest(text[:40]):
                self.assertEqual(status, self.send(text).status)
        self.assertEqual(415, self.send(HEADER, **{"Content-Type": "text/plain"}).status)
        self.assertEqual(0, self.app.value("SELECT count(*) FROM clients"))
        cookie = self.sign_in_as("Ewa")
        self.assertEqual(403, self.send(HEADER + "Jan;Lis;;;;;;;;;;;\n", cookie=cookie).status)
        self.assertEqual(0, self.app.value("SELECT count(*) FROM clients"))

    def test_waiting_appointments(self):
        "Appointments that were waiting for a card are linked, and counted"
        event = self.app.deliver(delivery.created(uid="A", start="2099-01-12T13:00:00Z", email="jan@example.pl",
                                                  phone=None)).json["event_id"]
        done = self.take(HEADER + "Jan;Lis;;jan@example.pl;;Burek;;;;;;;\n")
        self.assertEqual(1, done["linked"])
        visit = self.ok(self.app.get(f"/api/appointments/{event}"))
        self.assertEqual(("Jan", ["Burek"]), (visit["client"]["name"], [p["name"] for p in visit["pets"]]))

    def test_salon(self):
        "The cards are the chosen salon's, and cards of another salon are nobody's doubles"
        self.add_client("Jan", "Lis", phone="600100200")
        salon = self.second_salon()
        done = self.take(HEADER + "Jan;Lis;600100200;;;;;;;;;;\n", f"?salon_id={salon}")
        self.assertEqual(1, done["created"])
        self.assertEqual(2, self.app.value("SELECT count(DISTINCT salon_id) FROM clients"))
        self.assertEqual(404, self.send(HEADER + "Ewa;;;;;;;;;;;;\n", "?salon_id=nobody").status)


if __name__ == "__main__":
    tap.main()
