"""Ten thousand deliveries from 32 connections at once, and what the database says afterwards."""

import re
import subprocess
import sys
import textwrap
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import burst
import delivery
import tap

DELIVERIES = tap.count("deliveries in the burst", 10000, 100000)
START = datetime(2027, 1, 4, 8, tzinfo=timezone.utc)


def body(n):
    start = START + timedelta(minutes=30 * n)
    return barkbook.encode(delivery.created(uid=f"burst-{n:06d}", start=start, number=n + 1))


def sqlite_shell(app, sql):
    """The owner's way: the sqlite3 program on the live database."""
    done = subprocess.run(["sqlite3", "-readonly", "-header", str(app.data_dir / "barkbook.db"), sql],
                          capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise AssertionError(f"sqlite3: {done.stderr}")
    return done.stdout.splitlines()


def owner_queries():
    """The statements of the README's chapter, as the owner would copy them: by their comment."""
    chapter = (barkbook.ROOT / "README.md").read_text().split("## Your own questions")[1].split("\n## ")[0]
    found = re.findall(r"^    -- (.*)\n((?:    .*\n)+)", chapter, re.M)
    return {name: textwrap.dedent(sql) for name, sql in found}


class BurstTest(barkbook.Case):
    def test_burst(self):
        "A burst from 32 connections is answered 200 throughout, every delivery has its rows, the file is sound"
        app = self.barkbook()
        bodies = [body(n) for n in range(DELIVERIES)]
        began = time.monotonic()
        result = burst.send(app, bodies)
        took = time.monotonic() - began
        print(f"{DELIVERIES} deliveries in {took:.1f} s: {DELIVERIES / took:.0f} a second")
        self.assertEqual({200}, set(result.answered.values()))
        self.assertEqual(DELIVERIES, len(result.answered))
        self.assertEqual(DELIVERIES, app.value("SELECT COUNT(*) FROM webhook_logs WHERE status = 'success'"))
        self.assertEqual(DELIVERIES, app.value("SELECT COUNT(*) FROM webhook_logs"))
        self.assertEqual(DELIVERIES, app.value("SELECT COUNT(*) FROM bookings"))
        self.assertEqual(DELIVERIES, app.value("SELECT COUNT(*) FROM calendar_events WHERE status = 'scheduled'"))
        self.assertEqual(DELIVERIES, app.value(
            "SELECT COUNT(*) FROM calendar_events ce JOIN webhook_logs w ON w.event_id = ce.id"
            " AND w.cal_com_event_id = ce.cal_com_event_id"))
        self.assertEqual("ok", app.value("PRAGMA integrity_check"))
        self.assertEqual([], app.rows("PRAGMA foreign_key_check"))

    def test_copies(self):
        "Sixteen copies of each delivery at the same time make one appointment and one log row each"
        app = self.barkbook()
        one = [body(n) for n in range(60)]
        sent = []

        def copies():
            for each in one:
                for _ in range(16):
                    sent.append(each)
                    yield each

        result = burst.send(app, copies())
        self.assertEqual({200}, set(result.answered.values()))
        self.assertEqual(60 * 16, len(sent))
        self.assertEqual(60, app.value("SELECT COUNT(*) FROM calendar_events"))
        self.assertEqual(60, app.value("SELECT COUNT(*) FROM webhook_logs"))
        self.assertEqual(60 * 15, app.value("SELECT SUM(repeat_count) FROM webhook_logs"))

    def test_owner_queries(self):
        "The queries of the README answer through the sqlite3 shell while deliveries come in"
        app = self.barkbook()
        app.deliver(delivery.created(uid="q-1", start=START))
        app.deliver(delivery.envelope("BOOKING_CREATED", {"title": "no uid, no times"}))
        app.deliver(delivery.ping())
        app.deliver(delivery.created(uid="q-1", start=START))  # another envelope, nothing new: a duplicate
        app.deliver(delivery.cancelled(uid="q-2", start=START))
        queries = owner_queries()
        self.assertEqual(5, len(queries))
        for name, sql in queries.items():
            with self.subTest(name):
                lines = sqlite_shell(app, sql)
                self.assertGreater(len(lines), 1, "only a header, or nothing")
        rate = dict(line.split("|")[::2] for line in sqlite_shell(app, queries["success rate of the last 24 hours"])[1:])
        self.assertEqual({"success": "40.0", "ignored": "20.0", "error": "20.0", "duplicate": "20.0"}, rate)
        failed = sqlite_shell(app, queries["failed deliveries"])
        self.assertEqual(2, len(failed))
        self.assertTrue(failed[1].endswith("|BOOKING_CREATED"), failed[1])
        latest = sqlite_shell(app, queries["latest events"])
        self.assertEqual({"q-1", "q-2"}, {line.split("|")[1] for line in latest[1:]})


if __name__ == "__main__":
    tap.main()
