"""The salon's records as files, by HTTP and by command: read back by other readers, equal to the screen, and safe to open.

The files of tests/fixtures/export are what a spreadsheet got before: BARKBOOK_GOLDEN=1 writes them anew.
"""

import csv
import io
import json
import os
import re
import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import delivery
import ics
import tap
from barkbook import ROOT, Case

GOLDEN = ROOT / "tests" / "fixtures" / "export"
SPAN = "from=2026-10-01&to=2026-10-31"
HOSTILE = '=HYPERLINK("http://x";"Kąpiel")'
LONG = "Zażółć gęślą jaźń; " * 12 + "koniec, i\nnowy wiersz \\ z ukośnikiem"

# id, start, status, desk, title, price, taken, way
EVENTS = [
    ("e1", "2026-10-05T08:00:00.000Z", "completed", None, "Strzyżenie", 18000, 18050, "card"),
    ("e2", "2026-10-05T10:00:00.000Z", "completed", "picked_up", HOSTILE, 6000, None, None),
    ("e3", "2026-10-06T10:00:00.000Z", "cancelled", None, "Kąpiel", 9000, None, None),
    ("e4", "2026-10-07T10:00:00.000Z", "no_show", None, "Kąpiel", 9000, None, None),
    ("e5", "2026-10-08T10:00:00.000Z", "completed", None, "Kąpiel", None, 9000, "cash"),
    ("e6", "2026-11-02T10:00:00.000Z", "completed", None, "Kąpiel", 9000, 9000, "cash"),
]


class Export(Case):
    def setUp(self):
        self.app = self.barkbook()
        self.app.set_up()
        con = sqlite3.connect(self.app.data_dir / "barkbook.db", timeout=30)
        with con:
            salon = con.execute("SELECT id FROM salons").fetchone()[0]
            con.execute("INSERT INTO clients (id, salon_id, name, surname, phone_number, email, address, notes, created_at)"
                        " VALUES ('c1', ?, 'Łucja', '@Żółć', '+48600100200', 'l@example.pl', 'ul. Psia 7; Kraków', '-1+1',"
                        " '2026-01-01T00:00:00.000Z')", (salon,))
            con.execute("INSERT INTO pets (id, salon_id, name, allergies, created_at) VALUES ('p1', ?, 'Burek', 'kurczak',"
                        " '2026-01-01T00:00:00.000Z')", (salon,))
            con.execute("INSERT INTO client_pets VALUES ('c1', 'p1')")
            for id, start, status, desk, title, price, taken, way in EVENTS:
                con.execute("INSERT INTO calendar_events (id, cal_com_event_id, salon_id, client_id, pet_id, title, start_time,"
                            " end_time, duration_minutes, status, desk_status, price_minor, currency, location, created_at,"
                            " updated_at) VALUES (?, ?, ?, 'c1', 'p1', ?, ?, ?, 60, ?, ?, ?, 'PLN', ?, ?, ?)",
                            (id, f"uid-{id}", salon, title, start, start[:11] + f"{int(start[11:13]) + 1:02}" + start[13:],
                             status, desk, price, LONG if id == "e1" else None, start, start))
                con.execute("INSERT INTO event_pets VALUES (?, 'p1')", (id,))
                if taken is not None:
                    con.execute("INSERT INTO pet_visits (id, pet_id, event_id, visit_date, notes, blade, price_minor, currency,"
                                " paid_by) VALUES (?, 'p1', ?, ?, ?, '7F', ?, 'PLN', ?)",
                                (f"v-{id}", id, start[:10], "Uwaga; \"gryzie\"\ndruga linia", taken, way))
        con.close()

    def file(self, what, query=SPAN, **more):
        answer = self.app.get(f"/api/export/{what}?{query}", **more)
        self.assertEqual(200, answer.status, answer)
        return answer

    def table(self, data):
        self.assertTrue(data.startswith(b"\xef\xbb\xbf"), "no byte order mark")
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";", strict=True))

    def golden(self, name, data):
        path = GOLDEN / name
        if os.environ.get("BARKBOOK_GOLDEN"):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        self.assertEqual(path.read_bytes().decode(), data.decode(), f"{name} is not what it was")

    def test_golden(self):
        "Each file is what it was before, byte for byte, and has a name that says what it is"
        for what in ("appointments", "clients", "pets", "visits", "revenue", "accounting"):
            answer = self.file(what)
            self.golden(f"{what}.csv", answer.body)
            self.assertIn(f"barkbook-{what}-2026-10-01-2026-10-31.csv", answer.headers["Content-Disposition"])
            self.assertEqual("text/csv; charset=utf-8", answer.headers["Content-Type"])
        text = re.sub(rb'"(made_at|program)":"[^"]*"', rb'"\1":"-"', self.file("everything").body)
        self.golden("everything.json", text)
        text = re.sub(rb"PRODID:[^\r]*", b"PRODID:-", self.file("appointments", SPAN + "&format=ics").body)
        self.golden("appointments.ics", text)

    def test_csv(self):
        "Another reader finds every row and field again, and no cell is a formula"
        rows = self.table(self.file("appointments").body)
        self.assertEqual(6, len(rows))
        self.assertEqual({len(rows[0])}, {len(r) for r in rows})
        by = dict(zip(rows[0], rows[2]))
        self.assertEqual("'" + HOSTILE, by["Usługa"])
        self.assertEqual("60,00", by["Cena z rezerwacji"])
        self.assertEqual("2026-10-05 12:00", by["Początek"])
        for what in ("appointments", "clients", "pets", "visits", "revenue", "accounting"):
            for row in self.table(self.file(what).body):
                for cell in row:
                    self.assertNotIn(cell[:1], ("=", "+", "@"), cell)
                    self.assertFalse(cell.startswith("-") and not re.fullmatch(r"-\d+(,\d\d)?", cell), cell)
        client = dict(zip(*self.table(self.file("clients").body)[:2]))
        self.assertEqual(("'@Żółć", "'+48600100200", "ul. Psia 7; Kraków", "'-1+1"),
                         tuple(client[k] for k in ("Nazwisko", "Telefon", "Adres", "Notatki")))
        visit = dict(zip(*self.table(self.file("visits").body)[:2]))
        self.assertEqual('Uwaga; "gryzie"\ndruga linia', visit["Notatki"])

    def test_totals(self):
        "Totals are the sums of the rows, and equal the figures on the page"
        def number(text):
            return round(float(text.replace(",", ".")) * 100) if text else 0
        (page,) = self.app.get(f"/api/numbers/revenue?{SPAN}").json["rows"]
        revenue = self.table(self.file("revenue").body)
        for heading, key in (("Umówione", "booked_minor"), ("Zrealizowane", "completed_minor"), ("Pobrane", "collected_minor")):
            col = revenue[0].index(heading)
            self.assertEqual(page[key], sum(number(r[col]) for r in revenue[1:-1]))
            self.assertEqual(page[key], number(revenue[-1][col]), "the total")
        books = self.table(self.file("accounting").body)
        self.assertEqual("Razem", books[-1][0])
        for heading, key in (("Zrealizowane", "completed_minor"), ("Pobrano", "collected_minor")):
            col = books[0].index(heading)
            self.assertEqual(page[key], sum(number(r[col]) for r in books[1:-1]))
            self.assertEqual(page[key], number(books[-1][col]))
        outcomes = [r[books[0].index("Wynik")] for r in books[1:-1]]
        self.assertEqual((3, 1, 1), tuple(outcomes.count(o) for o in ("zrealizowana", "odwołana", "nieobecność")))
        self.assertEqual(page["untaken"], sum(r[books[0].index("Brak kwoty")] == "x" for r in books[1:-1]))
        self.assertNotIn("Żółć", self.file("accounting").body.decode(), "an accountant needs no names")

    def test_audited(self):
        "Every export leaves a line that says who took it"
        self.file("clients")
        self.app.cli("export", "clients")
        lines = self.app.rows("SELECT staff_id <> '' AS by_page, action, kind FROM audit_lines ORDER BY 1")
        self.assertEqual([{"by_page": n, "action": "export", "kind": "clients"} for n in (0, 1)], lines)

    def test_json(self):
        "JSON says its version, and everything has every table"
        whole = self.file("everything").json
        self.assertEqual(1, whole["barkbook_export"])
        self.assertEqual([5, 1, 1, 2, 1], [len(whole[k]) for k in ("appointments", "clients", "pets", "visits", "revenue")])
        self.assertEqual(HOSTILE, whole["appointments"][1]["service"], "data is data in JSON")
        self.assertEqual(18050, whole["visits"][0]["taken_minor"])

    def test_ics(self):
        "A strict calendar reader takes the file: UTC times, folded lines, escaped text"
        events = ics.read(self.file("appointments", SPAN + "&format=ics").body)
        self.assertEqual(["CONFIRMED", "CONFIRMED", "CANCELLED", "CONFIRMED", "CONFIRMED"], [e["STATUS"] for e in events])
        first = events[0]
        self.assertEqual(("e1@barkbook", "Burek: Strzyżenie", LONG.strip()),
                         (first["UID"], first["SUMMARY"], first["LOCATION"].strip()))
        self.assertEqual("2026-10-05T08:00:00+00:00", first["DTSTART"].isoformat())
        self.assertIn("Burek: kurczak", first["DESCRIPTION"])

    def test_feed(self):
        "A private calendar follows reschedules under one UID with a growing SEQUENCE, until it is revoked"
        made = self.app.post("/api/feed")
        self.assertEqual(201, made.status, made)
        path = made.json["path"]
        self.app.deliver(delivery.created(uid="A", start="2026-12-01T13:00:00Z"))
        def mine():
            answer = self.app.get(path, cookie="nothing=0")
            self.assertEqual((200, "text/calendar; charset=utf-8"), (answer.status, answer.headers["Content-Type"]))
            return ics.read(answer.body)[-1]
        before = mine()
        self.app.deliver(delivery.rescheduled("A", uid="B", start="2026-12-02T09:00:00Z"))
        after = mine()
        self.assertEqual(before["UID"], after["UID"])
        self.assertGreater(int(after["SEQUENCE"]), int(before["SEQUENCE"]))
        self.assertEqual("2026-12-02T09:00:00+00:00", after["DTSTART"].isoformat())
        self.assertTrue(self.app.get("/api/feed").json["exists"])
        other = self.app.post("/api/feed").json["path"]
        self.assertEqual(404, self.app.get(path, cookie="nothing=0").status, "the earlier address ends")
        self.assertEqual(204, self.app.delete("/api/feed").status)
        self.assertEqual(404, self.app.get(other, cookie="nothing=0").status)
        self.assertEqual(404, self.app.get("/feeds/x", cookie="nothing=0").status)
        self.assertNotIn(path.split("/")[-1], self.app.log)
        dump = (self.app.data_dir / "barkbook.db").read_bytes()
        self.assertNotIn(path.split("/")[-1].encode(), dump, "the database would give the address away")

    def test_command(self):
        "The command writes the same files, and refuses in words what it cannot"
        def run(*args):
            return self.app.cli("export", *args)
        done = run("accounting", "--from", "2026-10-01", "--to", "2026-10-31")
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertEqual(self.table(self.file("accounting").body), self.table(done.stdout.encode()))
        self.assertEqual(5, len(ics.read(run("appointments", "--format", "ics", "--to", "2026-10-31").stdout
                                         .replace("\n", "\r\n").encode())))
        self.assertEqual(1, json.loads(run("everything").stdout)["barkbook_export"])
        revenue = self.table(run("revenue", "--from", "2026-10-01", "--to", "2026-10-31").stdout.encode())
        self.assertEqual(self.table(self.file("revenue").body), revenue)
        for args in (("x",), ("clients", "--format", "ics"), ("everything", "--format", "csv"), ("clients", "--format", "x"),
                     ("clients", "--from", "x"), ()):
            done = run(*args)
            self.assertEqual((2, ""), (done.returncode, done.stdout), args)
            self.assertTrue(done.stderr.startswith("barkbook: "), done.stderr)

    def test_accounting_command(self):
        "The month's file goes to the owner's program and is gone after; the program's failure is shown"
        self.assertEqual({"command": False}, self.app.get("/api/accounting").json)
        self.assertEqual(422, self.app.post("/api/accounting", {"month": "2026-10"}).status)
        program = self.app.home / "send"
        program.write_text(f"#!/bin/sh\ncp \"$1\" {self.app.home}/sent.csv\necho \"$2 to nobody@example.pl\"\n"
                           f"test ! -e {self.app.home}/broken || {{ echo 'no route to the accountant' >&2; exit 3; }}\n")
        program.chmod(0o755)
        self.app.stop()
        self.app.settings["server.accounting_command"] = str(program)
        self.app.start()
        self.assertEqual({"command": True}, self.app.get("/api/accounting").json)
        done = self.app.post("/api/accounting", {"month": "2026-10"}).json
        self.assertTrue(done["sent"], done)
        self.assertIn("2026-10", done["said"])
        self.assertEqual(self.file("accounting").body, (self.app.home / "sent.csv").read_bytes())
        (self.app.home / "broken").touch()
        done = self.app.post("/api/accounting", {"month": "2026-10"}).json
        self.assertFalse(done["sent"])
        self.assertIn("no route to the accountant", done["said"])
        self.assertEqual([], list((self.app.data_dir / "accounting").iterdir()), "client data is left lying")
        for month in ("2026-13", "x", "2026-1", "../2026"):
            self.assertEqual(400, self.app.post("/api/accounting", {"month": month}).status, month)

    def test_many(self):
        "Ten thousand rows come whole, and the program takes no more memory for them"
        con = sqlite3.connect(self.app.data_dir / "barkbook.db", timeout=30)
        with con:
            con.execute("INSERT INTO calendar_events (id, start_time, end_time, duration_minutes, status, title)"
                        " WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 10000)"
                        " SELECT 'm' || n, '2025-03-01T10:00:00.000Z', '2025-03-01T11:00:00.000Z', 60, 'completed',"
                        " hex(zeroblob(400)) FROM i")
        con.close()
        if b"__asan_init" in Path(self.app.executable).read_bytes():
            self.skipTest("the address sanitizer keeps what was freed")

        def peak():
            return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{self.app.process.pid}/status").read_text())[1])
        self.file("appointments")
        before = peak()
        rows = self.table(self.file("appointments", "from=2025-03-01&to=2025-03-01").body)
        self.assertEqual(10001, len(rows))
        self.assertLess(peak() - before, 6000, "kB")

    def test_refused(self):
        "Bad questions are refused in words, and staff get their own calendar but no export"
        for path, status in (("x", 404), ("clients?format=ics", 400), ("clients?format=x", 400), ("clients?from=x", 400)):
            self.assertEqual(status, self.app.get(f"/api/export/{path}").status, path)
        self.app.post("/api/staff", {"name": "Ewa", "password": "mokre-łapy-21"})
        ewa = self.app.post("/api/session", {"name": "Ewa", "password": "mokre-łapy-21"}, cookie="nothing=0")
        ewa = ewa.headers["Set-Cookie"].split(";")[0]
        self.assertEqual(403, self.app.get("/api/export/clients", cookie=ewa).status)
        self.assertEqual(201, self.app.post("/api/feed", cookie=ewa).status)


if __name__ == "__main__":
    tap.main()
