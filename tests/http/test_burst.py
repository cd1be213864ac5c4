"""Ten thousand deliveries from 32 connections at once, and what the database says afterwards."""

import subprocess
import sys
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


OWNER_QUERIES = {
    "success rate": """
        SELECT status, COUNT(*) AS count, ROUND(COUNT(*) * 100.0 / SUM(COUNT(*)) OVER (), 2) AS percentage
          FROM webhook_logs WHERE created_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 day') GROUP BY status""",
    "last synced": """
        SELECT ce.cal_com_event_id, ce.start_time, ce.status, ce.synced_at, p.name AS pet_name,
               c.name || ' ' || c.surname AS client_name
          FROM calendar_events ce LEFT JOIN pets p ON ce.pet_id = p.id LEFT JOIN clients c ON ce.client_id = c.id
         ORDER BY ce.synced_at DESC LIMIT 10""",
    "failed": """
        SELECT id, error_message, created_at, payload->>'triggerEvent' AS event_type
          FROM webhook_logs WHERE status = 'error' ORDER BY created_at DESC LIMIT 10""",
    "all statuses": "SELECT status, COUNT(*) AS count FROM webhook_logs GROUP BY status",
    "latest": """
        SELECT id, cal_com_event_id, start_time, pet_id, client_id, status, synced_at FROM calendar_events
         ORDER BY created_at DESC LIMIT 10""",
}


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
        "The owner's own queries answer through the sqlite3 shell while deliveries come in"
        app = self.barkbook()
        app.deliver(delivery.created(uid="q-1", start=START))
        app.deliver(delivery.envelope("BOOKING_CREATED", {"title": "no uid, no times"}))
        app.deliver(delivery.ping())
        app.deliver(delivery.created(uid="q-1", start=START))  # another envelope, nothing new: a duplicate
        app.deliver(delivery.cancelled(uid="q-2", start=START))
        for name, sql in OWNER_QUERIES.items():
            with self.subTest(name):
                lines = sqlite_shell(app, sql)
                self.assertGreater(len(lines), 1, "only a header, or nothing")
        rate = dict(line.split("|")[::2] for line in sqlite_shell(app, OWNER_QUERIES["success rate"])[1:])
        self.assertEqual({"success": "40.0", "ignored": "20.0", "error": "20.0", "duplicate": "20.0"}, rate)
        failed = sqlite_shell(app, OWNER_QUERIES["failed"])
        self.assertEqual(2, len(failed))
        self.assertTrue(failed[1].endswith("|BOOKING_CREATED"), failed[1])
        latest = sqlite_shell(app, OWNER_QUERIES["latest"])
        self.assertEqual({"q-1", "q-2"}, {line.split("|")[1] for line in latest[1:]})


if __name__ == "__main__":
    tap.main()
