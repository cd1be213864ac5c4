"""The search from anywhere over HTTP: folded both ways, every word may be begun, last digits of a phone."""

import sqlite3
import sys
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import tap
from cards import CardCase


class Search(CardCase):
    def setUp(self):
        super().setUp()
        self.lapka = self.add_client("Zofia", "Łapka", phone="600 100 200",
                                     pets=[{"name": "Żółw", "breed": "York"}, {"name": "Mruczek", "type": "cat"}])
        self.jan = self.add_client("Jan", "Kowalski", email="jan.kowalski@example.pl", pets=[{"name": "Burek"}])

    def find(self, typed, **more):
        query = urllib.parse.quote(typed)
        return self.ok(self.app.get(f"/api/search?q={query}", **more))["results"]

    def titles(self, typed, **more):
        return [(r["kind"], r["title"]) for r in self.find(typed, **more)]

    def test_folding(self):
        "Typed with or without Polish letters, the same card is found"
        for typed in ("zolw", "Żółw", "ŻÓŁW", "zółw"):
            self.assertEqual([("pet", "Żółw")], self.titles(typed), typed)
        for typed in ("lapka", "Łapka", "łap", "zofia LAPKA"):
            self.assertEqual([("client", "Zofia Łapka")], self.titles(typed), typed)

    def test_words(self):
        "Every word may be just begun, in any order, of the client or of a pet"
        for typed in ("burek kow", "jan bur", "bu kowalski"):
            self.assertEqual([("pet", "Burek")], self.titles(typed), typed)
        self.assertEqual([("client", "Jan Kowalski")], self.titles("ko ja"))
        self.assertEqual([], self.titles("burek łapka"))

    def test_digits(self):
        "The last digits of a phone are enough"
        for typed in ("200", "100 200", "100200", "600100200", "+48 600 100 200", "zofia 200"):
            self.assertEqual([("client", "Zofia Łapka")], self.titles(typed), typed)
        self.assertEqual([], self.titles("100201"))

    def test_what_is_told(self):
        "A result says enough to choose: the phone, a client's pets, a pet's client"
        (client,) = self.find("łapka")
        self.assertEqual((self.lapka["id"], "600 100 200"), (client["id"], client["subtitle"]))
        self.assertEqual({"Żółw", "Mruczek"}, {p["name"] for p in client["pets"]})
        (pet,) = self.find("mruczek")
        self.assertEqual(("cat", "Zofia Łapka · 600 100 200", self.lapka["id"]),
                         (pet["type"], pet["subtitle"], pet["client_id"]))

    def test_edits(self):
        "What is changed is found by its new words at once, and not by the old ones"
        path = f"/api/clients/{self.lapka['id']}"
        self.ok(self.app.patch(path, {"revision": self.lapka["revision"], "surname": "Zając"}))
        self.assertEqual([("client", "Zofia Zając")], self.titles("zajac"))
        self.assertEqual([], self.titles("lapka"))
        self.assertEqual([("pet", "Żółw")], self.titles("zolw zając"))

    def test_odd(self):
        "Nothing that can be typed is an error"
        for typed in ("", " ", "%", "_", "*", "'", "\"", "a" * 200, "ż" * 100, "\u202e", "🐕", "a\tb\nc", "NEAR(a b)",
                      "jan AND kowalski", "#002", "1 2 3 4 5 6 7 8 9 10"):
            with self.subTest(typed[:20]):
                self.find(typed)
        self.assertEqual([], self.find(""))
        self.assertEqual(400, self.app.get("/api/search?q=" + "a" * 2000).status)
        self.assertEqual(400, self.app.get("/api/search?q=%ff").status)

    def test_at_once(self):
        "At most twenty results, the best first"
        for i in range(30):
            self.add_client("Anna", "Nowakowska")
        self.add_client("Anna", "Nowak")
        found = self.titles("anna nowak")
        self.assertEqual(20, len(found))
        self.assertEqual(("client", "Anna Nowak"), found[0])

    def test_other_means(self):
        "Cards written by other means are found a few seconds later"
        self.write("INSERT INTO clients (id, salon_id, name, surname) SELECT 'by-hand', id, 'Ręcznie', 'Wpisany' FROM salons")
        barkbook.wait_for(lambda: self.titles("recznie") == [("client", "Ręcznie Wpisany")], 20, "found")
        self.write("DELETE FROM clients WHERE id = 'by-hand'")
        self.assertEqual([], self.titles("recznie"))

    def test_erased_from_every_page(self):
        "The words of a deleted client are gone from the database's pages too"
        gone = self.add_client("Brzęczyszczykiewicz", "Grzegorz")
        self.write("DELETE FROM consent_changes WHERE client_id = ?", gone["id"])
        con = sqlite3.connect(self.app.data_dir / "barkbook.db", timeout=20)
        with con:
            con.execute("PRAGMA foreign_keys = ON")
            con.execute("PRAGMA secure_delete = ON")
            con.execute("DELETE FROM clients WHERE id = ?", (gone["id"],))
        con.close()
        self.app.stop()
        con = sqlite3.connect(self.app.data_dir / "barkbook.db")
        con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        con.close()
        self.assertNotIn(b"brzeczyszczykiewicz", (self.app.data_dir / "barkbook.db").read_bytes())
        self.app.start()


if __name__ == "__main__":
    tap.main()
