"""The outage rehearsal of the README: the service is down while Cal.com changes, then catches up."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import barkbook
import fake_calcom
import tap


class Outage(barkbook.Case):
    def setUp(self):
        self.cal = fake_calcom.FakeCalcom()
        self.addCleanup(self.cal.stop)
        self.app = self.barkbook(
            start=False,
            settings={
                "calcom.api_url": self.cal.url,
                "calcom.api_key": self.cal.key,
                "calcom.requests_per_second": "50",
            },
        )

    def reconcile(self, *options):
        done = self.app.cli("--reconcile", *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def counted(self, text, word):
        (line,) = [row for row in text.splitlines() if row.startswith(f"  {word} ")]
        return int(line[len(word) + 2 :].split()[0])

    def appointments(self):
        """uid of the head to (start, status), as the database has them."""
        rows = self.app.rows("SELECT cal_com_event_id, start_time, status FROM calendar_events")
        return {r["cal_com_event_id"]: (r["start_time"], r["status"]) for r in rows}

    def truth(self):
        true = self.cal.control("truth", grace=15 * 60 * 1000)
        return {t["uid"]: (t["start"], t["status"]) for t in true}

    def test_rehearsal(self):
        """Stop the service, change 100 bookings, start, reconcile: summary, dashboard and truth agree"""
        self.cal.control("make", n=300, days=60, silent=1)
        self.app.start()
        self.app.set_up()
        self.reconcile("--full")
        self.assertEqual(self.appointments(), self.truth())
        self.app.stop()
        changed = self.cal.control("change", n=100, silent=1)
        self.app.start()

        def caught_up():
            rows = self.app.rows("SELECT status FROM reconcile_runs WHERE cause = 'start' ORDER BY id DESC LIMIT 1")
            return rows and rows[0]["status"] == "complete"

        # The run at the start may be first; what it found counts as well.
        barkbook.wait_for(caught_up, seconds=60, what="the run at the start")
        self.reconcile("--full")
        found = self.app.rows(
            "SELECT sum(rescheduled) AS moved, sum(cancelled) AS cancelled, sum(updated) AS edited,"
            " sum(no_show) AS absent FROM reconcile_runs WHERE created = 0"
        )[0]
        self.assertEqual(found, {k: changed[k] for k in ("moved", "cancelled", "edited", "absent")})
        self.assertEqual(self.appointments(), self.truth())
        shown = {}
        day = self.app.get("/api/day?days=7").json
        for column in day["days"]:
            for visit in column["events"]:
                shown[visit["uid"]] = (visit["start"], visit["status"])
        self.assertTrue(shown)
        true = self.truth()
        self.assertEqual(shown, {uid: true[uid] for uid in shown})

    def test_summary(self):
        """The summary counts each kind of change; doing it again finds nothing"""
        self.cal.control("make", n=120, days=30, silent=1)
        first = self.reconcile("--full")
        self.assertEqual(self.counted(first, "new"), 120)
        changed = self.cal.control("change", n=40, silent=1)
        second = self.reconcile("--full")
        self.assertEqual(self.counted(second, "moved"), changed["moved"])
        self.assertEqual(self.counted(second, "cancelled"), changed["cancelled"])
        self.assertEqual(self.counted(second, "changed"), changed["edited"])
        self.assertEqual(self.counted(second, "no-show"), changed["absent"])
        self.assertIn("BarkBook agrees with Cal.com.", second)
        third = self.reconcile("--full")
        for word in ("new", "moved", "cancelled", "changed", "no-show"):
            self.assertEqual(self.counted(third, word), 0, word)

    def test_says_no_more_than_it_knows(self):
        """A run that asked only for dated changes does not claim to have compared everything"""
        self.cal.control("make", n=5, days=3, silent=1)
        self.reconcile("--full")
        text = self.reconcile()
        self.assertNotIn("agrees", text)
        self.assertIn("--full", text)


if __name__ == "__main__":
    tap.main()
