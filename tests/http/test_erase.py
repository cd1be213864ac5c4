"""A client is erased over HTTP and from the shell: nothing of them is left in any table, page of the file or
log of deliveries, amounts and counts stay, and Cal.com does not bring them back.
"""

import json
import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import delivery
import tap
from cards import CardCase

PAST = "2026-01-12T13:00:00Z"
FUTURE = "2099-01-12T13:00:00Z"
# Said of the client somewhere; none may be found afterwards, in whatever case.
SECRETS = ("brzęczysław", "szczypiorowski", "600777888", "600 777 888", "brz@example.pl", "chrząszczowa", "fafik",
           "wściekły", "odnowić szczepienie", "stary.adres@example.pl", "kudłata sierść", "nie dzwonić", "żona klienta")


class Erase(CardCase):
    def setUp(self):
        super().setUp()
        self.client = self.add_client(
            "Brzęczysław", "Szczypiorowski", phone="600777888", email="brz@example.pl", address="Chrząszczowa 7",
            notes="nie dzwonić po 20", gdpr_consent=True, pets=[{"name": "Fafik", "behaviour": "wściekły", "type": "dog"}])
        double = self.add_client("Brzęczysław", "Szczypiorowski", email="stary.adres@example.pl")
        self.ok(self.app.post(f"/api/clients/{self.client['id']}/merge", {"other": double["id"]}))
        self.pet = self.client["pets"][0]["id"]
        self.other = self.add_client("Ewa", "Zostaje", phone="600100200")
        self.shared = self.add_pet(self.client, "Wspólny")
        self.ok(self.app.post(f"/api/pets/{self.shared['id']}/owners", {"client_id": self.other["id"]}))
        said = {"name": "Brzęczysław Szczypiorowski", "email": "brz@example.pl", "phone": "+48600777888",
                "notes": "Fafik, żona klienta odbierze", "title": "Strzyżenie: Brzęczysław Szczypiorowski"}
        self.said = said
        self.past = self.book("A", start=PAST, **said)
        self.future = self.book("B", start=FUTURE, **said)
        self.ok(self.app.post(f"/api/appointments/{self.past}/link", {"client_id": self.client["id"], "pet_ids": [self.pet]}))
        visit = self.ok(self.app.post("/api/visits", {"pet_id": self.pet, "event_id": self.past}), 201)
        self.ok(self.app.patch(f"/api/visits/{visit['id']}", {
            "revision": visit["revision"], "notes": "odnowić szczepienie, kudłata sierść", "price_minor": 15000,
            "paid_by": "cash"}))
        for number, state in (("1", "delivered"), ("2", "planned")):
            self.write("INSERT INTO messages (id, direction, kind, event_id, client_id, state, phone, body, sid, created_at,"
                       " updated_at) VALUES (?, 'out', 'manual', ?, ?, ?, '+48600777888', 'Fafik: wizyta jutro', ?, 'x', 'x')",
                       "m" + number, self.past, self.client["id"], state, "SM" + number)
        self.write("INSERT INTO message_opt_outs VALUES ('+48600777888', 'x')")
        self.path = f"/api/clients/{self.client['id']}/erase"

    def book(self, uid, **fields):
        answer = self.app.deliver(delivery.created(uid=uid, **fields))
        self.assertEqual(200, answer.status, answer)
        return answer.json["event_id"]

    def everything(self):
        con = sqlite3.connect(f"file:{self.app.data_dir / 'barkbook.db'}?mode=ro", uri=True)
        return "\n".join(con.iterdump()).lower()

    def raw(self):
        files = [self.app.data_dir / name for name in ("barkbook.db", "barkbook.db-wal")]
        return b"".join(f.read_bytes() for f in files if f.exists())

    def erase(self):
        return self.ok(self.app.post(self.path, {"preview": False}))

    def test_preview(self):
        "A preview counts what would go and changes nothing"
        before = self.everything()
        counts = self.ok(self.app.post(self.path, {"preview": True}))
        self.assertEqual((True, None), (counts["preview"], counts["receipt"]))
        self.assertEqual({"cards": 2, "pets": 1, "shared_pets": 1, "appointments": 2, "upcoming": 1, "visits": 1,
                          "photos": 0, "deliveries": 2}, counts["counts"])
        self.assertEqual(before, self.everything())
        for body in ({}, {"preview": "no"}):
            self.refused(self.app.post(self.path, body), 400, "preview")

    def test_nothing_left(self):
        "No table, no index and no page of the file has anything of them; a receipt stays"
        before = self.everything()
        self.assertEqual([], [s for s in SECRETS if s not in before and s != "600 777 888"], "the test says too little")
        receipt = self.erase()["receipt"]
        dump = self.everything()
        for secret in SECRETS:
            with self.subTest(secret):
                self.assertNotIn(secret, dump)
        raw = self.raw()
        for secret in SECRETS + ("brzeczyslaw", "szczypiorowski", "Szczypiorowski", "Brzęczysław", "Fafik", "fafik"):
            with self.subTest(f"{secret} in the file"):
                self.assertNotIn(secret.encode(), raw)
        rows = self.app.rows("SELECT * FROM erasures")
        self.assertEqual([(receipt["id"], self.client["id"], 2, 1)],
                         [(r["id"], r["client_id"], r["cards"], r["pets"]) for r in rows])
        self.assertIn(self.client["id"], (self.app.data_dir / "backups" / "erasures").read_text())
        for path in (f"/api/clients/{self.client['id']}", f"/api/pets/{self.pet}", self.path):
            answer = self.app.get(path) if "erase" not in path else self.app.post(path, {"preview": False})
            self.assertEqual(404, answer.status, path)
        for word in ("fafik", "szczyp", "888"):
            self.assertEqual([], self.ok(self.app.get(f"/api/search?q={word}"))["results"])

    def test_what_stays(self):
        "Times, amounts and counts stay, and so do others' cards"
        before = self.app.rows("SELECT id, start_time, status, price_minor FROM calendar_events ORDER BY id")
        self.erase()
        self.assertEqual(before, self.app.rows("SELECT id, start_time, status, price_minor FROM calendar_events ORDER BY id"))
        self.assertEqual([(15000, "cash")], [(r["price_minor"], r["paid_by"]) for r in
                                             self.app.rows("SELECT price_minor, paid_by FROM pet_visits")])
        self.assertEqual(["delivered", "cancelled"], [r["state"] for r in self.app.rows("SELECT state FROM messages ORDER BY id")])
        visit = self.ok(self.app.get(f"/api/appointments/{self.past}"))
        self.assertEqual((None, None, ""), (visit["title"], visit["attendee"]["name"], visit["client"]["name"]))
        self.assertEqual(0, self.ok(self.app.get("/api/unlinked"))["count"])
        shared = self.ok(self.app.get(f"/api/pets/{self.shared['id']}"))
        self.assertEqual([self.other["id"]], [o["id"] for o in shared["owners"]])
        names = {c["name"] for page in ("?archived=0", "?archived=1") for c in
                 self.ok(self.app.get("/api/clients" + page))["clients"]}
        self.assertEqual({"Ewa"}, names)

    def test_not_brought_back(self):
        "Neither an old delivery nor a new one about an erased booking brings anything back"
        self.erase()
        self.app.deliver(delivery.created(uid="A", start=PAST, **self.said))
        answer = self.app.deliver(delivery.cancelled(uid="B", start=FUTURE, reason="żona klienta zachorowała",
                                                     **{k: v for k, v in self.said.items() if k != "notes"}))
        self.assertEqual("cancelled", answer.json["action"])
        dump = self.everything()
        for secret in SECRETS:
            with self.subTest(secret):
                self.assertNotIn(secret, dump)
        self.assertEqual("cancelled", self.ok(self.app.get(f"/api/appointments/{self.future}"))["status"])

    def test_shell(self):
        "barkbook erase client does the same beside the running service; --dry-run only tells"
        dry = json.loads(self.app.cli("erase", "client", self.client["id"], "--dry-run", "--json").stdout)
        self.assertEqual((True, None, 2), (dry["dry_run"], dry["receipt"], dry["cards"]))
        self.assertEqual(200, self.app.get(f"/api/clients/{self.client['id']}").status)
        done = self.app.cli("erase", "client", self.client["id"])
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertIn("Receipt ", done.stdout)
        dump = self.everything()
        self.assertEqual([], [s for s in SECRETS if s in dump])
        again = self.app.cli("erase", "client", self.client["id"])
        self.assertEqual(1, again.returncode)
        self.assertEqual(1, again.stderr.count("\n"))

    def test_restored_backup(self):
        "A backup made before is erased anew when it is restored"
        backup = self.app.home / "backup"
        self.assertEqual(0, self.app.cli("backup", backup).returncode)
        self.erase()
        self.app.stop()
        done = self.app.cli("restore", backup)
        self.assertEqual(0, done.returncode, done)
        dump = self.everything()
        self.assertEqual([], [s for s in SECRETS if s in dump])
        self.app.start()

    def test_staff(self):
        "Only the owner may, and only with the password"
        cookie = self.sign_in_as("Staszek")
        self.assertEqual(403, self.app.post(self.path, {"preview": True}, cookie=cookie).status)
        self.assertEqual(404, self.app.post("/api/clients/nobody/erase", {"preview": True}).status)


if __name__ == "__main__":
    tap.main()
