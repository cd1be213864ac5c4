"""The process is killed at random moments of a burst. What was answered 200 must be there afterwards."""

import hashlib
import random
import sys
import threading
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import burst
import delivery
import tap

ROUNDS = tap.count("kills during a burst", 5, 200)
START = datetime(2027, 1, 4, 8, tzinfo=timezone.utc)


def bodies(tag):
    """Without end: new bookings, and now and then the reschedule or the cancellation of one before."""
    n = 0
    while True:
        uid = f"{tag}-{n:06d}"
        start = START + timedelta(minutes=30 * n)
        if n % 5 == 4:
            made = delivery.rescheduled(f"{tag}-{n - 1:06d}", uid=uid, start=start)
        elif n % 7 == 6:
            made = delivery.cancelled(uid=f"{tag}-{n - 1:06d}", start=start)
        else:
            made = delivery.created(uid=uid, start=start)
        yield barkbook.encode(made)
        n += 1


class Kill(barkbook.Case):
    def check(self, app, answered, label):
        """Every body answered 200 is in the log, applied, and the file is sound."""
        self.assertEqual("ok", app.value("PRAGMA integrity_check"), label)
        self.assertEqual([], app.rows("PRAGMA foreign_key_check"), label)
        kept = {}
        for row in app.rows("SELECT payload, status, event_id FROM webhook_logs"):
            kept[hashlib.sha256(row["payload"].encode()).hexdigest()] = row
        lost = [body for body in answered if hashlib.sha256(body).hexdigest() not in kept]
        self.assertEqual([], lost[:3], f"{label}: {len(lost)} of {len(answered)} answered deliveries are lost")
        unapplied = [r for r in kept.values() if r["status"] not in ("success", "duplicate") or not r["event_id"]]
        self.assertEqual([], unapplied[:3], f"{label}: stored but not applied")
        self.assertEqual(0, app.value("SELECT COUNT(*) FROM webhook_logs WHERE status = 'processing'"), label)
        orphans = app.value("SELECT COUNT(*) FROM webhook_logs w LEFT JOIN calendar_events c ON c.id = w.event_id"
                            " LEFT JOIN appointment_aliases a ON a.alias_id = w.event_id"
                            " WHERE c.id IS NULL AND a.alias_id IS NULL")
        self.assertEqual(0, orphans, f"{label}: a delivery points at no appointment")

    def test_kill(self):
        "Law 8: after kill -9 at any moment of a burst, every delivery answered 200 is stored and applied"
        app = self.barkbook(start=False)
        seed = random.SystemRandom().randrange(1 << 30)
        dice = random.Random(seed)
        answered = set()
        for round_number in range(ROUNDS):
            app.start()
            result = burst.Burst()
            sender = threading.Thread(target=burst.send, args=(app, bodies(f"r{round_number}")),
                                      kwargs={"burst": result, "patient": False})
            sender.start()
            # The moment counts from the first answer, so that every round kills amid work.
            barkbook.wait_for(lambda: result.answered, 30, "a first answer")
            time.sleep(dice.uniform(0, 0.7))
            app.kill()
            sender.join()
            bad = {s for s in result.answered.values() if s != 200}
            self.assertEqual(set(), bad)
            answered |= set(result.answered)
            label = f"seed {seed}, round {round_number}"
            app.start()
            self.check(app, answered, label)
            app.stop()
        print(f"{ROUNDS} kills, {len(answered)} deliveries answered, none lost (seed {seed})")
        self.assertGreater(len(answered), ROUNDS)

    def test_stop(self):
        "SIGTERM amid a burst: what was answered is kept, and the process ends by itself with status 0"
        app = self.barkbook()
        result = burst.Burst()
        sender = threading.Thread(target=burst.send, args=(app, bodies("t")), kwargs={"burst": result, "patient": False})
        sender.start()
        barkbook.wait_for(lambda: len(result.answered) > 50, 30, "some answers")
        app.stop()
        sender.join()
        good = {body for body, status in result.answered.items() if status == 200}
        self.assertLessEqual(set(result.answered.values()), {200, 503})
        app.start()
        self.check(app, good, "after SIGTERM")


if __name__ == "__main__":
    tap.main()
