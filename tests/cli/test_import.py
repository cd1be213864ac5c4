"""`barkbook import clients`: a card index from a spreadsheet, from the shell."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import tap

HEADER = "imię;nazwisko;telefon;email;imię zwierzęcia;rasa;uczulenia;zgoda sms\n"
CLIENTS = 5000


class Import(barkbook.Case):
    def setUp(self):
        self.app = self.barkbook(start=False)
        self.file = self.app.home / "clients.csv"

    def write(self, text):
        self.file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.file

    def test_report(self):
        "Each line's fate is printed, then the sums; a dry run prints the same and writes nothing"
        self.write((HEADER + "Żaneta;Łoś;600100200;;Ćma;;;tak\nŻaneta;Łoś;600100200;;Bis;;;\nJan;Lis;12;;;;;\n").encode("cp1250"))
        dry = self.app.cli("import", "clients", self.file, "--dry-run")
        self.assertEqual((0, ""), (dry.returncode, dry.stderr))
        self.assertEqual(0, self.app.value("SELECT count(*) FROM clients"))
        done = self.app.cli("import", "clients", self.file)
        self.assertEqual(0, done.returncode)
        self.assertEqual(dry.stdout, done.stdout.replace("3 lines:", "Nothing was written. 3 lines:"))
        lines = done.stdout.splitlines()
        self.assertEqual("line 2: created: Żaneta Łoś", lines[0])
        self.assertEqual("line 3: merged: Żaneta Łoś", lines[1])
        self.assertTrue(lines[2].startswith("line 4: skipped: Jan Lis: phone: "), lines[2])
        self.assertEqual("3 lines: 1 created, 1 merged, 1 skipped (1 clients, 2 pets).", lines[3])
        self.assertEqual(1, self.app.value("SELECT count(*) FROM clients"))

    def test_json(self):
        "--json prints one document"
        self.write(HEADER + "Jan;Lis;600100200;;Burek;;;\n")
        done = json.loads(self.app.cli("import", "clients", self.file, "--json").stdout)
        self.assertEqual((1, 1, False), (done["lines"], done["created"], done["dry_run"]))
        self.assertEqual([{"line": 2, "outcome": "created", "reason": None, "message": None, "name": "Jan Lis"}],
                         done["report"])

    def test_refused(self):
        "A file that cannot be read is said in one line, and nothing is kept"
        for text in ("", "a;b\n1;2\n", b"\xff\xfen\x00", HEADER + "Jan;Lis\nEwa;\"Mak\n"):
            with self.subTest(text=str(text)[:30]):
                done = self.app.cli("import", "clients", self.write(text))
                self.assertEqual((1, "", 1), (done.returncode, done.stdout, done.stderr.count("\n")))
                self.assertTrue(done.stderr.startswith("barkbook: "), done.stderr)
        done = self.app.cli("import", "clients", self.app.home / "nothing.csv")
        self.assertEqual(1, done.returncode)
        self.assertEqual(2, self.app.cli("import", "clients").returncode)
        self.assertEqual(0, self.app.value("SELECT count(*) FROM clients"))

    def test_many_beside_a_running_service(self):
        "Thousands of lines go in while the service runs, and are found by its search afterwards"
        app = self.barkbook()
        app.set_up()
        file = app.home / "many.csv"
        with file.open("w") as f:
            f.write(HEADER)
            for i in range(CLIENTS):
                f.write(f"Jan{i};Wilk{i % 700};6{i:08d};jan{i}@example.pl;Burek{i % 90};York;kurczak;tak\n")
        done = json.loads(app.cli("import", "clients", file, "--json", timeout=300).stdout)
        self.assertEqual((CLIENTS, CLIENTS, 0), (done["lines"], done["created"], done["skipped"]))
        self.assertEqual(CLIENTS, app.value("SELECT count(*) FROM pets"))
        self.assertEqual(0, app.value("SELECT count(*) FROM search_stale"))
        (found,) = app.get(f"/api/search?q=jan{CLIENTS - 1}").json["results"]
        self.assertEqual(f"Jan{CLIENTS - 1} Wilk{(CLIENTS - 1) % 700}", found["title"])


if __name__ == "__main__":
    tap.main()
