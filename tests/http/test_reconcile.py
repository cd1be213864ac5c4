"""barkbook reconcile against a Cal.com that behaves: what it finds and what it leaves."""

import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import calcom_api
import delivery
import tap
from reconcile_case import ReconcileCase


class Finding(ReconcileCase):
    def test_first(self):
        "A first run sweeps the window, fills an empty calendar and sets the cursor"
        uids = self.fill(30)
        app = self.app()
        report = self.run_ok(app)
        self.assertEqual(("complete", "sweep", True), (report["status"], report["kind"], report["initial"]))
        self.assertEqual({"created": 30}, self.changes(report))
        self.assertEqual(set(uids), set(self.events(app)))
        self.assertEqual(self.api.rows[uids[-1]]["updatedAt"], report["cursor"])
        self.assertIn("sortStart", self.api.lists()[0])

    def test_second(self):
        "A second run changes no row and reports nothing"
        self.fill(30)
        app = self.app()
        self.run_ok(app)
        before = app.rows("SELECT * FROM calendar_events ORDER BY id")
        for options in ([], ["--full"]):
            report = self.run_ok(app, *options)
            self.assertEqual({}, self.changes(report))
            self.assertEqual(0, report["missed_by_webhooks"])
        self.assertEqual(before, app.rows("SELECT * FROM calendar_events ORDER BY id"))

    def test_incremental(self):
        "Later runs ask only for what changed since the cursor, ten minutes overlapping"
        uids = self.fill(300)
        app = self.app()
        first = self.run_ok(app)
        self.api.requests.clear()
        self.api.cancel(uids[7])
        report = self.run_ok(app)
        self.assertEqual({"cancelled": 1}, self.changes(report))
        asked = calcom_api.moment(self.api.lists()[0]["afterUpdatedAt"])
        overlap = calcom_api.moment(first["cursor"]) - asked
        self.assertAlmostEqual(600, overlap.total_seconds(), delta=1)
        self.assertEqual("asc", self.api.lists()[0]["sortUpdatedAt"])

    def test_kinds(self):
        "Each kind of change is counted once per appointment, with the fields that differed"
        uids = self.fill(12)
        app = self.app()
        self.run_ok(app)
        ids = {u: e["id"] for u, e in self.events(app).items()}
        self.api.add(self.now + timedelta(days=9))
        moved = self.api.reschedule(uids[0], self.now + timedelta(days=10))
        self.api.cancel(uids[1])
        self.api.change(uids[2], title="Kąpiel")
        self.api.change(uids[3], title="Kąpiel", location="ul. Kocia 1, Kraków")
        self.api.set_absent(uids[4])
        report = self.run_ok(app, "--full")
        self.assertEqual(
            {"created": 1, "rescheduled": 1, "cancelled": 1, "updated": 2, "no_show": 1}, self.changes(report)
        )
        self.assertEqual(2, report["fields"]["title"])
        self.assertEqual(1, report["fields"]["location"])
        events = self.events(app)
        self.assertEqual(ids[uids[0]], events[moved]["id"], "a reschedule keeps the appointment")
        self.assertNotIn(uids[0], events)
        self.assertEqual("no_show", events[uids[4]]["status"])
        line = next(a for a in report["appointments"] if a["appointment_id"] == ids[uids[0]])
        self.assertEqual("rescheduled", line["kind"])
        self.assertEqual(self.api.rows[uids[0]]["start"], line["start_time_was"])

    def test_there_and_back(self):
        "A booking cancelled and made again by two reschedules is one change of one appointment"
        uids = self.fill(3)
        app = self.app()
        self.run_ok(app)
        start = self.api.rows[uids[0]]["start"]
        second = self.api.reschedule(uids[0], self.now + timedelta(days=20))
        self.api.reschedule(second, calcom_api.moment(start) + timedelta(minutes=30))
        report = self.run_ok(app)
        self.assertEqual({"rescheduled": 1}, self.changes(report))
        self.assertEqual(3, app.value("SELECT count(*) FROM calendar_events"))

    def test_silent_edit(self):
        "What Cal.com changes without touching updatedAt is found by a sweep and not before"
        uids = self.fill(3)
        self.api.change(uids[2], quietly=True, updatedAt=delivery.iso(self.now - timedelta(days=1)))
        app = self.app()
        self.run_ok(app)
        self.api.later(minutes=1)
        self.api.change(uids[0], quietly=True, location="ul. Kocia 1, Kraków")
        later = self.api.add(self.now + timedelta(days=3), made=self.now - timedelta(hours=1))
        self.assertEqual({"created": 1}, self.changes(self.run_ok(app)))
        report = self.run_ok(app, "--full")
        self.assertEqual({"updated": 1}, self.changes(report))
        self.assertEqual("ul. Kocia 1, Kraków", self.events(app)[uids[0]]["location"])
        self.assertIn(later, self.events(app))

    def test_vanished(self):
        "A visit to come that a sweep does not see is asked for by uid, and cancelled when Cal.com has none"
        uids = self.fill(5)
        app = self.app()
        self.run_ok(app)
        self.api.remove(uids[2])
        self.api.requests.clear()
        report = self.run_ok(app, "--full")
        self.assertEqual({"cancelled": 1}, self.changes(report))
        self.assertEqual([uids[2]], self.api.singles())
        event = self.events(app)[uids[2]]
        self.assertEqual(("cancelled", "not at Cal.com any more"), (event["status"], event["cancel_reason"]))
        self.api.requests.clear()
        self.assertEqual({}, self.changes(self.run_ok(app, "--full")))
        self.assertEqual([], self.api.singles())

    def test_walk_in(self):
        "A walk-in that Cal.com does not know is left alone"
        self.fill(1)
        app = self.app()
        self.run_ok(app)
        con = barkbook.sqlite3.connect(app.data_dir / "barkbook.db")
        start = delivery.iso(self.now + timedelta(days=2))
        con.execute("INSERT INTO calendar_events (id, cal_com_event_id, start_time, end_time, duration_minutes, status)"
                    " VALUES ('w', 'local:w', ?, ?, 60, 'scheduled')", (start, start))
        con.commit()
        con.close()
        self.api.requests.clear()
        self.assertEqual({}, self.changes(self.run_ok(app, "--full")))
        self.assertEqual([], self.api.singles())

    def test_wrong_account(self):
        "A key of another account cancels nothing and says why"
        self.fill(20)
        app = self.app()
        self.run_ok(app)
        self.api.rows.clear()
        self.fill(5, first=self.now + timedelta(days=40))
        done = app.cli("reconcile", "--full")
        self.assertEqual(1, done.returncode)
        self.assertRegex(done.stderr, "none of the 20 appointments to come.*Nothing was cancelled")
        self.assertEqual(0, app.value("SELECT count(*) FROM calendar_events WHERE status = 'cancelled'"))

    def test_unknown_predecessor(self):
        "A booking whose predecessor was never seen has it asked for by uid"
        self.fill(2)
        app = self.app()
        self.run_ok(app)
        far = self.api.add(self.now - timedelta(days=300), made=self.now - timedelta(days=310), status="cancelled")
        self.api.change(far, quietly=True, title="Dawno temu")
        new = self.api.add(self.now + timedelta(days=2), rescheduledFromUid=far)
        self.api.requests.clear()
        report = self.run_ok(app)
        self.assertEqual([far], self.api.singles())
        self.assertEqual({"created": 1}, self.changes(report))
        self.assertEqual(1, app.value("SELECT count(DISTINCT chain_id) FROM bookings WHERE uid IN (?, ?)", far, new))
        self.api.requests.clear()
        self.run_ok(app, "--full")
        self.assertEqual([], self.api.singles(), "what was answered is not asked again")

    def test_predecessor_gone(self):
        "A predecessor that Cal.com does not know any more is asked for once"
        app = self.app()
        self.api.add(self.now + timedelta(days=2), rescheduledFromUid="neverSeenBefore0000000")
        self.assertEqual({"created": 1}, self.changes(self.run_ok(app)))
        self.assertEqual(["neverSeenBefore0000000"], self.api.singles())
        self.run_ok(app, "--full")
        self.assertEqual(1, len(self.api.singles()))
        self.assertEqual("scheduled", app.value("SELECT status FROM calendar_events"))

    def test_guest(self):
        "Bookings where the salon is only a guest are not the salon's"
        mine, other = self.fill(2)
        host = {"id": 9, "name": "Dentysta", "email": "d@x.example", "username": "dentysta", "timeZone": "Europe/Warsaw"}
        self.api.change(other, hosts=[host])
        app = self.app(**{"calcom.username": calcom_api.USERNAME})
        report = self.run_ok(app)
        self.assertEqual({mine}, set(self.events(app)))
        self.assertGreaterEqual(report["others"], 1)
        without = self.app()
        self.run_ok(without)
        self.assertEqual({mine, other}, set(self.events(without)), "no username: nobody can tell")

    def test_null_updated(self):
        "Old bookings without updatedAt are found by the sweep and do not disturb later runs"
        uids = self.fill(4)
        self.api.change(uids[0], quietly=True, updatedAt=None)
        app = self.app()
        self.assertEqual({"created": 4}, self.changes(self.run_ok(app)))
        self.assertEqual({}, self.changes(self.run_ok(app)))

    def test_unreadable(self):
        "A booking that cannot be understood is told and left; the others are applied"
        uids = self.fill(3)
        self.api.change(uids[1], uid="")
        app = self.app()
        done = app.cli("reconcile")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertRegex(done.stdout, r"not understood\s+\d+ .*uid")
        self.assertEqual({uids[0], uids[2]}, set(self.events(app)))

    def test_since(self):
        "--since moves the lower bound of the window"
        old = self.api.add(self.now - timedelta(days=90), made=self.now - timedelta(days=100))
        self.fill(2)
        app = self.app()
        self.run_ok(app)
        self.assertNotIn(old, self.events(app))
        report = self.run_ok(app, "--since", "120d")
        self.assertEqual({"created": 1}, self.changes(report))
        self.assertEqual("completed", self.events(app)[old]["status"])

    def test_clock_skew(self):
        "A clock that is wrong is told, and what Cal.com says is dated by Cal.com's clock"
        uids = self.fill(3)
        app = self.app()
        self.run_ok(app)
        self.api.clock_offset = timedelta(minutes=40)
        self.api.cancel(uids[0])
        done = app.cli("reconcile")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertRegex(done.stdout, r"clock\s+(2399|2400) s this computer's clock is behind Cal.com's")
        self.assertEqual("cancelled", self.events(app)[uids[0]]["status"])

    def test_wrong_year(self):
        "With a clock that is years off the sweep compares the window around Cal.com's today"
        self.api.clock_offset = timedelta(days=900)
        uid = self.api.add(self.api.now() + timedelta(days=3))
        app = self.app()
        self.run_ok(app)
        self.assertIn(uid, self.events(app))

    def test_no_date(self):
        "Without a Date header our own clock serves"
        self.api.dates = False
        uids = self.fill(3)
        app = self.app()
        self.run_ok(app)
        self.api.cancel(uids[1])
        self.assertEqual({"cancelled": 1}, self.changes(self.run_ok(app)))

    def test_requests(self):
        "Every request carries the key, the pinned version and who asks"
        self.fill(2)
        app = self.app()
        self.run_ok(app)
        for _, _, headers in self.api.requests:
            self.assertEqual(f"Bearer {calcom_api.KEY}", headers["Authorization"])
            self.assertEqual(calcom_api.VERSION, headers["cal-api-version"])
            self.assertRegex(headers["User-Agent"], r"^BarkBook/\d")
            self.assertIn("gzip", headers["Accept-Encoding"])


if __name__ == "__main__":
    tap.main()
