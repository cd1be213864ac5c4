"""Backups: made while deliveries come in, checked, restored on an empty machine, and cut short at any moment."""

import hashlib
import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import burst
import delivery
import tap

START = datetime(2027, 1, 4, 8, tzinfo=timezone.utc)
# What restoring may change: everybody is signed out, and it is noted that it happened.
NOT_COMPARED = {"sessions", "settings"}


def bodies(tag):
    n = 0
    while True:
        yield barkbook.encode(delivery.created(uid=f"{tag}-{n:06d}", start=START + timedelta(minutes=30 * n)))
        n += 1


def content(path):
    """Every row of every table, by table."""
    con = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        tables = [r[0] for r in con.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
        return {t: sorted(map(repr, con.execute(f"SELECT * FROM {t}"))) for t in tables if t not in NOT_COMPARED}
    finally:
        con.close()


def put_photo(folder, data):
    name = hashlib.sha256(data).hexdigest()
    path = folder / "photos" / name[:2] / name[2:]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


class Case(barkbook.Case):
    def folder(self):
        path = Path(tempfile.mkdtemp(prefix="barkbook-backup-"))
        self.addCleanup(shutil.rmtree, path)
        return path

    def filled(self, n=20):
        app = self.barkbook()
        app.set_up()
        for i in range(n):
            made = delivery.created(uid=f"u{i:03d}", start=START + timedelta(minutes=30 * i))
            self.assertEqual(200, app.deliver(made).status)
        put_photo(app.data_dir, b"\xff\xd8one" * 1000)
        put_photo(app.data_dir, b"\xff\xd8two" * 1000)
        return app

    def good(self, app, *words):
        done = app.cli(*words)
        self.assertEqual((0, ""), (done.returncode, done.stderr), done.stdout)
        return done.stdout

    def bad(self, app, *words, status=1):
        done = app.cli(*words)
        self.assertEqual((status, ""), (done.returncode, done.stdout), done.stderr)
        self.assertRegex(done.stderr, r"\Abarkbook: [^\n]+\n\Z")
        return done.stderr

    def backup(self, app, to):
        return Path(self.good(app, "backup", to).splitlines()[0])


class Backup(Case):
    def test_another_machine(self):
        "A backup made while the service runs is restored on an empty machine with everything in it"
        app = self.filled()
        to = self.folder() / "not" / "there yet"
        made = self.backup(app, to)
        self.good(app, "verify", to)
        self.assertEqual(0o700, made.stat().st_mode & 0o777)
        self.assertEqual({0o600}, {p.stat().st_mode & 0o777 for p in made.rglob("*") if p.is_file()})
        before = content(app.data_dir / "barkbook.db")
        secret = app.secret
        instance = app.get("/api/state").json["instance"]
        app.stop()
        shutil.rmtree(app.data_dir)

        other = self.barkbook(start=False)
        told = self.good(other, "restore", to)
        self.assertIn(str(made), told)
        self.assertEqual(before, content(other.data_dir / "barkbook.db"))
        self.assertEqual(secret, other.secret)
        self.assertEqual({b"\xff\xd8one" * 1000, b"\xff\xd8two" * 1000},
                         {p.read_bytes() for p in (other.data_dir / "photos").rglob("*") if p.is_file()})
        other.start()
        self.assertEqual(instance, other.get("/api/state").json["instance"])
        self.assertEqual(200, other.sign_in().status)
        self.assertEqual(20, other.value("SELECT count(*) FROM calendar_events"))
        self.assertEqual(200, other.deliver(delivery.created(uid="after", start=START)).status)

    def test_under_load(self):
        "A backup under load holds everything that was answered before it began, and deliveries go on meanwhile"
        app = self.barkbook()
        to = self.folder()
        result = burst.Burst()
        sender = threading.Thread(target=burst.send, args=(app, bodies("load")), kwargs={"burst": result, "patient": False})
        sender.start()
        try:
            barkbook.wait_for(lambda: len(result.answered) > 200, 60, "some answers")
            for _ in range(3):
                with result.lock:
                    known = set(result.answered)
                made = self.backup(app, to)
                self.good(app, "verify", made)
                con = sqlite3.connect(f"file:{made}/barkbook.db?mode=ro", uri=True)
                stored = {hashlib.sha256(r[0].encode()).hexdigest() for r in con.execute("SELECT payload FROM webhook_logs")}
                con.close()
                missing = [b for b in known if hashlib.sha256(b).hexdigest() not in stored]
                self.assertEqual([], missing[:2])
        finally:
            app.stop()
            sender.join()
        self.assertLessEqual(set(result.answered.values()), {200, 503})

    def test_photos_once(self):
        "Photos are kept once for all backups of a folder, and forgotten with the last that has them"
        app = self.filled(2)
        to = self.folder()
        self.assertIn("2 of them new", self.good(app, "backup", to))
        gone = put_photo(app.data_dir, b"third")
        self.assertIn("1 of them new", self.good(app, "backup", to))
        gone.unlink()
        self.assertIn("0 of them new", self.good(app, "backup", to))
        self.assertEqual(3, len([p for p in (to / "photos").rglob("*") if p.is_file()]))
        told = self.good(app, "backup", to, "--keep", "1")
        self.assertIn("3 older backups", told)
        self.assertEqual(1, len(list(to.glob("barkbook-*"))))
        self.assertEqual(2, len([p for p in (to / "photos").rglob("*") if p.is_file()]))
        self.good(app, "verify", to)

    def test_keep_strangers(self):
        "Forgetting old backups removes nothing that is not a backup"
        app = self.filled(1)
        to = self.folder()
        for name in ("barkbook-old", "barkbook-20261122T1300Z", "notes.txt"):
            (to / name).mkdir() if "." not in name else (to / name).write_text("mine")
        for _ in range(3):
            self.good(app, "backup", to, "--keep", "2")
        left = {p.name for p in to.iterdir()}
        self.assertLessEqual({"barkbook-old", "barkbook-20261122T1300Z", "notes.txt"}, left)

    def test_nowhere_to_write(self):
        "A folder that cannot be written is said to be so, and nothing is left behind"
        app = self.filled(1)
        to = self.folder()
        (to / "file").write_text("")
        self.assertIn(str(to / "file"), self.bad(app, "backup", to / "file"))
        self.assertIn("no database", self.bad(self.barkbook(start=False), "backup", to))


class Verify(Case):
    def test_damage(self):
        "Any byte changed, any file missing: the backup is refused by verify and restore, and says where"
        app = self.filled(3)
        to = self.folder()
        made = self.backup(app, to)
        app.stop()
        photo = next(p for p in (to / "photos").rglob("*") if p.is_file())
        before = content(app.data_dir / "barkbook.db")
        for path in (made / "barkbook.db", made / "secrets" / "webhook", photo, made / "manifest.json"):
            whole = path.read_bytes()
            flipped = bytearray(whole)
            flipped[len(whole) // 2] ^= 0x20
            for name, data in (("changed", bytes(flipped)), ("cut", whole[:-10]), ("missing", None)):
                if path.name == "manifest.json" and name == "changed":
                    continue  # a changed word is caught by what it describes, white space is none
                with self.subTest(path.name, damage=name):
                    path.unlink()
                    if data is not None:
                        path.write_bytes(data)
                    for command in ("verify", "restore"):
                        self.assertIn(path.name, self.bad(app, command, made))
                    path.unlink(missing_ok=True)
                    path.write_bytes(whole)
        self.good(app, "verify", made)
        self.assertEqual(before, content(app.data_dir / "barkbook.db"))

    def test_nothing(self):
        "A folder without backups, a stranger's database and a manifest that leads outside are refused"
        app = self.barkbook(start=False)
        empty = self.folder()
        self.assertIn("no backup", self.bad(app, "verify", empty))
        self.assertIn("No such file", self.bad(app, "verify", empty / "none"))
        con = sqlite3.connect(empty / "other.db")
        con.execute("CREATE TABLE t (x)")
        con.commit()
        con.close()
        self.assertIn("not a database of BarkBook", self.bad(app, "verify", empty / "other.db"))
        outside = empty / "barkbook-20261122T130000Z"
        outside.mkdir()
        row = {"path": "barkbook.db", "bytes": 1, "sha256": "0" * 64}
        for path in ("../x", "/etc/passwd", "a/../../x", ".."):
            doc = {"format": 1, "made_at": "2026-11-22T13:00:00.000Z", "version": "0.1.0", "instance": "", "schema": 1,
                   "files": [row, {**row, "path": path}], "photos": []}
            (outside / "manifest.json").write_text(json.dumps(doc))
            self.assertIn("manifest.json", self.bad(app, "verify", outside))


class Restore(Case):
    def test_running(self):
        "Restoring under a running service is refused, and it goes on undisturbed"
        app = self.filled(1)
        to = self.folder()
        self.backup(app, to)
        self.assertIn("stop it first", self.bad(app, "restore", to, status=75))
        self.assertEqual(200, app.get("/api/day").status)

    def test_replaced(self):
        "What a restore replaces is kept whole, with its log, and the new database has none of it"
        app = self.filled(2)
        to = self.folder()
        self.backup(app, to)
        self.assertEqual(200, app.deliver(delivery.created(uid="later", start=START)).status)
        app.kill()
        self.assertTrue((app.data_dir / "barkbook.db-wal").stat().st_size > 0)
        told = self.good(app, "restore", to)
        self.assertFalse((app.data_dir / "barkbook.db-wal").exists())
        self.assertEqual(0, app.value("SELECT count(*) FROM calendar_events WHERE cal_com_event_id = 'later'"))
        kept = next(app.data_dir.glob("replaced-*"))
        self.assertIn(str(kept), told)
        con = sqlite3.connect(kept / "barkbook.db")
        self.assertEqual(1, con.execute("SELECT count(*) FROM calendar_events WHERE cal_com_event_id = 'later'").fetchone()[0])
        con.close()
        app.start()
        self.assertEqual(401, app.get("/api/session").status)
        self.assertEqual(200, app.sign_in().status)

    def test_damaged_database(self):
        "A damaged database is refused with what to do, and that does it"
        app = self.filled(3)
        to = self.folder()
        self.backup(app, to)
        app.stop()
        with (app.data_dir / "barkbook.db").open("r+b") as f:
            f.write(b"\0" * 4096)
        done = app.cli("serve")
        self.assertEqual(1, done.returncode)
        self.assertIn("barkbook restore", done.stderr)
        self.good(app, "restore", to)
        app.start()
        self.assertEqual(3, app.value("SELECT count(*) FROM calendar_events"))

    def test_erased(self):
        "A client erased after the backup is not brought back by restoring it, and their photos are not either"
        app = self.filled(0)
        card = app.post("/api/clients", {"name": "Zenobia", "surname": "Zapomniana", "phone": "+48600100999",
                                         "pets": [{"name": "Burek", "type": "dog"}]}).json
        pet = card["pets"][0]["id"]
        theirs = put_photo(app.data_dir, b"their dog" * 500)
        other = put_photo(app.data_dir, b"another dog" * 500)
        keeper = app.post("/api/clients", {"name": "Adam", "surname": "Zostaje", "phone": "+48600100998",
                                           "pets": [{"name": "Azor", "type": "dog"}]}).json["pets"][0]["id"]
        app.stop()
        con = sqlite3.connect(app.data_dir / "barkbook.db")
        for visit, animal, path in (("v1", pet, theirs), ("v2", keeper, other)):
            con.execute("INSERT INTO pet_visits (id, pet_id, visit_date) VALUES (?, ?, '2026-11-22')", (visit, animal))
            con.execute("INSERT INTO visit_photos (id, visit_id, sha256) VALUES (?, ?, ?)",
                        (visit, visit, path.parent.name + path.name))
        con.commit()
        con.close()
        to = self.folder()
        self.backup(app, to)
        self.good(app, "erase", "client", card["id"])
        theirs.unlink(missing_ok=True)
        other.unlink()
        told = self.good(app, "restore", to)
        self.assertIn("1 clients who had been erased", told)
        text = (app.data_dir / "barkbook.db").read_bytes()
        self.assertNotIn(b"Zapomniana", text)
        self.assertIn(b"Zostaje", text)
        self.assertFalse(theirs.exists())
        self.assertTrue(other.exists())

    def test_single_file(self):
        "A copy of the database alone, as kept before an update, is restored; photos and secrets stay"
        app = self.filled(2)
        made = self.backup(app, self.folder())
        one = self.folder() / "before-migration-2-20261122T130000Z.db"
        shutil.copy(made / "barkbook.db", one)
        app.stop()
        secret = app.secret
        self.good(app, "restore", one)
        self.assertEqual(secret, app.secret)
        self.assertEqual(2, len([p for p in (app.data_dir / "photos").rglob("*") if p.is_file()]))
        app.start()
        self.assertEqual(2, app.value("SELECT count(*) FROM calendar_events"))


class Large(Case):
    MEGABYTES = tap.count("megabytes of photos backed up and restored", 40, 5000)

    def test_large(self):
        "A large data folder is backed up, checked and restored; the second backup copies nothing again"
        app = self.filled(5)
        for i in range(self.MEGABYTES // 4):
            put_photo(app.data_dir, hashlib.sha256(b"%d" % i).digest() * (4 * 1024 * 1024 // 32))
        to = self.folder()
        started = time.monotonic()
        self.assertIn(f"{self.MEGABYTES // 4 + 2} of them new", self.good(app, "backup", to))
        first = time.monotonic()
        self.assertIn("0 of them new", self.good(app, "backup", to))
        second = time.monotonic()
        self.assertEqual(200, app.deliver(delivery.created(uid="meanwhile", start=START)).status)
        self.good(app, "verify", to)
        other = self.barkbook(start=False)
        self.good(other, "restore", to)
        print(f"{self.MEGABYTES} MB: first {first - started:.1f} s, second {second - first:.1f} s")
        self.assertEqual(self.MEGABYTES // 4 + 2, len([p for p in (other.data_dir / "photos").rglob("*") if p.is_file()]))


class CutShort(Case):
    """SIGKILL at a random moment: the old, the new, or a clear word about it; never anything else."""

    ROUNDS = tap.count("backups and restores killed half way", 12, 200)

    def kill_at_random(self, app, dice, *words, most):
        process = subprocess.Popen([app.executable, "--config", str(app.config_path), *map(str, words)],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env=app.environment(), cwd=app.home)
        time.sleep(dice.uniform(0, most))
        process.send_signal(signal.SIGKILL)
        process.wait()

    def duration(self, app, *words):
        started = time.monotonic()
        self.good(app, *words)
        return time.monotonic() - started

    def test_backup(self):
        "A backup that is killed leaves no half one under a good name, and the next succeeds"
        app = self.filled(60)
        app.stop()
        for i in range(40):
            put_photo(app.data_dir, b"photo %d" % i * 5000)
        to = self.folder()
        seed = random.SystemRandom().randrange(1 << 30)
        dice = random.Random(seed)
        most = self.duration(app, "backup", to)
        for _ in range(self.ROUNDS):
            self.kill_at_random(app, dice, "backup", to, most=most)
            for made in to.glob("barkbook-*"):
                self.assertEqual(0, app.cli("verify", made).returncode, f"seed {seed}")
        self.good(app, "backup", to, "--keep", "1")
        self.good(app, "verify", to)
        self.assertFalse((to / ".growing").exists())

    def test_restore(self):
        "A restore that is killed leaves the old data or the new, or says to do it again; doing it again works"
        app = self.filled(10)
        to = self.folder()
        self.backup(app, to)
        new = content(app.data_dir / "barkbook.db")
        app.deliver(delivery.created(uid="later", start=START))
        old = content(app.data_dir / "barkbook.db")
        app.stop()
        saved = self.folder() / "data"
        shutil.copytree(app.data_dir, saved)
        seed = random.SystemRandom().randrange(1 << 30)
        dice = random.Random(seed)
        most = self.duration(app, "restore", to)
        seen = {"old": 0, "new": 0, "again": 0}
        for _ in range(self.ROUNDS):
            shutil.rmtree(app.data_dir)
            shutil.copytree(saved, app.data_dir)
            self.kill_at_random(app, dice, "restore", to, most=most)
            done = app.cli("user", "list")
            if done.returncode != 0:
                self.assertIn("barkbook restore", done.stderr, f"seed {seed}")
                seen["again"] += 1
            else:
                now = content(app.data_dir / "barkbook.db")
                self.assertIn(now, (old, new), f"seed {seed}")
                seen["old" if now == old else "new"] += 1
            self.good(app, "restore", to)
            self.assertEqual(new, content(app.data_dir / "barkbook.db"), f"seed {seed}")
        print(f"{self.ROUNDS} restores killed: {seen} (seed {seed})")

    def test_pending(self):
        "While a restore is half done nothing opens the data folder"
        app = self.filled(2)
        to = self.folder()
        self.backup(app, to)
        app.stop()
        (app.data_dir / "restore.pending").write_text("")
        for words in (["serve"], ["user", "list"], ["backup", self.folder()], ["webhooks", "list"]):
            self.assertIn("barkbook restore", app.cli(*words).stderr, words)
        self.good(app, "restore", to)
        app.start()


if __name__ == "__main__":
    tap.main()
