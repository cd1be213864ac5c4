"""barkbook reconcile against a Cal.com that behaves: what it finds, what it prints, what it leaves."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import calcom_api
import delivery
import tap


class ReconcileCase(barkbook.Case):
    def setUp(self):
        self.api = calcom_api.CalcomApi()
        self.addCleanup(self.api.close)
        self.now = datetime.now(timezone.utc).replace(microsecond=0)

    def app(self, start=False, **settings):
        return self.barkbook(start=start, settings=self.api.settings(**settings))

    def run_ok(self, app, *options):
        done = app.cli("reconcile", "--json", *options)
        self.assertEqual(0, done.returncode, done.stderr)
        return json.loads(done.stdout)

    def fill(self, count, made=None, first=None, step=timedelta(hours=1)):
        made = made or self.now - timedelta(days=2)
        first = first or self.now + timedelta(days=1)
        return [self.api.add(first + i * step, made=made + timedelta(seconds=i)) for i in range(count)]

    def events(self, app):
        return {r["cal_com_event_id"]: r for r in app.rows("SELECT * FROM calendar_events")}

    def changes(self, report):
        return {k: v for k, v in report["changes"].items() if v}


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


class Paging(ReconcileCase):
    def both(self, app):
        """A first run, then changes to all, then an incremental one; nothing may be lost."""
        self.run_ok(app)
        for uid in list(self.api.rows):
            self.api.change(uid, title="Nowy tytuł")
        self.run_ok(app)
        titles = app.rows("SELECT title, count(*) AS n FROM calendar_events GROUP BY title")
        self.assertEqual([{"title": "Nowy tytuł", "n": len(self.api.rows)}], titles)

    def test_short_pages(self):
        "Pages shorter than asked for are read to the end"
        self.fill(230)
        self.api.page_max = 40
        self.both(self.app())

    def test_lying_totals(self):
        "Totals that ignore the filters do not keep it from ending"
        self.fill(120)
        self.api.total_of_all = True
        self.api.page_max = 50
        self.both(self.app())

    def test_exclusive(self):
        "A server that takes 'after' literally loses no booking"
        self.fill(120)
        self.api.strict_after = True
        self.api.page_max = 30
        self.both(self.app())

    def test_ignored_filters(self):
        "Filters that are ignored are made up for, and what was not asked for is left out"
        self.fill(90)
        old = self.api.add(self.now - timedelta(days=200), made=self.now - timedelta(days=210))
        self.api.page_max = 40
        self.api.ignores = {"afterUpdatedAt", "afterStart", "beforeEnd"}
        app = self.app()
        report = self.run_ok(app)
        self.assertGreater(report["dropped"], 0)
        self.assertNotIn(old, self.events(app))
        self.api.remove(old)
        self.both(app)

    def test_ignored_order(self):
        "An order that is ignored is made up for"
        self.fill(90)
        self.api.page_max = 40
        self.api.ignores = {"sort"}
        self.both(self.app())

    def test_tie(self):
        "More bookings of one updatedAt than a page holds lose none"
        moment = self.now - timedelta(hours=3)
        self.fill(3)
        app = self.app()
        self.run_ok(app)
        for i in range(130):
            self.api.add(self.now + timedelta(days=1, hours=i), made=moment)
        self.api.page_max = 40
        report = self.run_ok(app)
        self.assertEqual({"created": 130}, self.changes(report))

    def test_changes_between_pages(self):
        "Bookings that change while the list is read push no other across a page"
        uids = self.fill(200)
        app = self.app()
        self.run_ok(app)
        self.api.later(minutes=1)
        for i, uid in enumerate(uids):
            self.api.change(uid, title="Nowy tytuł", quietly=True)
            self.api.rows[uid]["updatedAt"] = delivery.iso(self.now - timedelta(minutes=100) + timedelta(seconds=i))
        self.api.page_max = 20

        def meddle(number, query):
            uid = uids[(number * 7) % 200]
            self.api.change(uid, location=f"ul. Nowa {number}")

        self.api.before_answer = meddle
        self.run_ok(app)
        self.api.before_answer = None
        self.assertEqual(200, app.value("SELECT count(*) FROM calendar_events WHERE title = 'Nowy tytuł'"))

    def test_few_requests(self):
        "Twelve hundred changed bookings take at most fifteen requests"
        uids = self.fill(1200, made=self.now - timedelta(days=40), step=timedelta(minutes=30))
        app = self.app()
        self.run_ok(app)
        self.api.later(minutes=1)
        for i, uid in enumerate(uids):
            self.api.change(uid, title="Nowy tytuł", quietly=True)
            self.api.rows[uid]["updatedAt"] = delivery.iso(self.now - timedelta(days=30) + timedelta(minutes=i))
        self.api.requests.clear()
        report = self.run_ok(app)
        self.assertEqual({"updated": 1200}, self.changes(report))
        self.assertLessEqual(len(self.api.requests), 15)


class Running(ReconcileCase):
    def test_dry_run(self):
        "A dry run reports the same and writes nothing"
        uids = self.fill(20)
        app = self.app()
        self.run_ok(app)
        self.api.cancel(uids[0])
        self.api.reschedule(uids[1], self.now + timedelta(days=30))
        before = [app.rows(f"SELECT * FROM {t} ORDER BY 1") for t in
                  ("calendar_events", "bookings", "reconcile_runs", "reconcile_state", "reconcile_findings")]
        dry = self.run_ok(app, "--dry-run")
        after = [app.rows(f"SELECT * FROM {t} ORDER BY 1") for t in
                 ("calendar_events", "bookings", "reconcile_runs", "reconcile_state", "reconcile_findings")]
        self.assertEqual(before, after)
        wet = self.run_ok(app)
        for key in ("changes", "fields", "seen", "missed_by_webhooks"):
            self.assertEqual(wet[key], dry[key], key)
        self.assertEqual(["barkbook.db"], [p.name for p in app.data_dir.rglob("*") if p.name == "barkbook.db"])

    def test_beside_the_service(self):
        "It works beside a running service"
        uids = self.fill(10)
        app = self.app(start=True)
        self.run_ok(app)
        self.api.cancel(uids[0])
        self.assertEqual({"cancelled": 1}, self.changes(self.run_ok(app)))

    def test_service_start(self):
        "The service reconciles by itself at start-up"
        uids = self.fill(10)
        app = self.app(start=True)
        barkbook.wait_for(lambda: app.value("SELECT count(*) FROM reconcile_runs WHERE status = 'complete'"),
                          seconds=30, what="the run at start-up")
        self.assertEqual(set(uids), set(self.events(app)))
        self.assertEqual("start", app.value("SELECT cause FROM reconcile_runs"))

    def test_hint(self):
        "A delivery that names a booking never seen makes the service ask at once"
        self.fill(1)
        app = self.app(start=True)
        barkbook.wait_for(lambda: app.value("SELECT count(*) FROM reconcile_runs WHERE status = 'complete'"),
                          seconds=30, what="the run at start-up")
        old = self.api.add(self.now + timedelta(days=4), made=self.now - timedelta(days=1))
        new = self.api.reschedule(old, self.now + timedelta(days=5))
        row = self.api.rows[new]
        answer = app.deliver(delivery.rescheduled(old, uid=new, start=row["start"]))
        self.assertEqual(200, answer.status, answer)
        barkbook.wait_for(lambda: app.value("SELECT count(*) FROM reconcile_runs WHERE cause = 'hint' AND"
                                            " status = 'complete'"), seconds=30, what="a run on a hint")
        self.assertEqual(1, app.value("SELECT count(*) FROM bookings WHERE uid = ? AND starts_at IS NOT NULL", old))

    def test_one_at_a_time(self):
        "A second run waits for the first and then does its own"
        self.fill(60)
        self.api.page_max = 10
        self.api.delay = 0.15
        app = self.app()
        app.cli("webhooks", "list")
        command = [app.executable, "--config", str(app.config_path), "reconcile", "--json"]
        two = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=app.environment())
               for _ in range(2)]
        reports = []
        for process in two:
            out, err = process.communicate(timeout=100)
            self.assertEqual(0, process.returncode, err)
            reports.append(json.loads(out))
        reports.sort(key=lambda r: r["started_at"])
        self.assertLessEqual(reports[0]["ended_at"], reports[1]["started_at"])
        self.assertEqual([True, False], [r["initial"] for r in reports])

    def test_interrupt(self):
        "Ctrl-C ends it after the page, says so with status 75, and the next run goes on"
        self.fill(100)
        self.api.page_max = 10
        self.api.delay = 0.2
        app = self.app()
        app.write_config()
        process = subprocess.Popen([app.executable, "--config", str(app.config_path), "reconcile"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=app.environment())
        barkbook.wait_for(lambda: len(self.api.requests) >= 4, what="some pages")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        self.assertEqual(75, process.returncode, err)
        self.assertIn("stopped after a page", err)
        self.assertIn("Not finished", out)
        kept = app.value("SELECT count(*) FROM calendar_events")
        self.assertGreater(kept, 0)
        self.assertEqual("stopped", app.value("SELECT status FROM reconcile_runs"))
        self.api.delay = 0
        self.api.requests.clear()
        report = self.run_ok(app)
        self.assertTrue(report["resumed"])
        self.assertEqual(100 - kept, report["changes"]["created"])
        first = calcom_api.moment(self.api.lists()[0]["afterStart"])
        self.assertGreater(first, self.now, "it went on where it was, not from the window's beginning")

    def test_killed(self):
        "A run that is killed goes on from its last page, and is not taken for a running one"
        uids = self.fill(100)
        app = self.app()
        self.run_ok(app)
        self.api.later(minutes=1)
        for i, uid in enumerate(uids):
            self.api.change(uid, quietly=True, title="Nowy tytuł")
            self.api.rows[uid]["updatedAt"] = delivery.iso(self.now - timedelta(minutes=300) + timedelta(minutes=i))
        self.api.page_max = 10
        self.api.delay = 0.2
        process = subprocess.Popen([app.executable, "--config", str(app.config_path), "reconcile"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=app.environment())
        self.api.requests.clear()
        barkbook.wait_for(lambda: len(self.api.requests) >= 6, what="some pages")
        process.kill()
        process.communicate()
        done = app.value("SELECT count(*) FROM calendar_events WHERE title = 'Nowy tytuł'")
        cursor = app.value("SELECT cursor FROM reconcile_state")
        self.assertGreater(done, 0)
        self.assertLess(done, 100)
        self.api.delay = 0
        self.api.requests.clear()
        report = self.run_ok(app)
        self.assertEqual(100 - done, report["changes"]["updated"])
        self.assertAlmostEqual(600, (calcom_api.moment(cursor) - calcom_api.moment(
            self.api.lists()[0]["afterUpdatedAt"])).total_seconds(), delta=1)
        statuses = [r["status"] for r in app.rows("SELECT status FROM reconcile_runs ORDER BY started_at")]
        self.assertEqual(["complete", "stopped", "complete"], statuses)

    def test_bar(self):
        "On a terminal there is a bar with pages, bookings and rate; elsewhere no control characters"
        self.fill(60)
        self.api.page_max = 10
        self.api.delay = 0.15
        app = self.app()
        app.write_config()
        master, slave = pty.openpty()
        process = subprocess.Popen([app.executable, "--config", str(app.config_path), "reconcile"],
                                   stdout=subprocess.PIPE, stderr=slave, env=app.environment())
        os.close(slave)
        out, _ = process.communicate(timeout=60)
        seen = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:
                break
            if not part:
                break
            seen += part
        os.close(master)
        self.assertRegex(seen.decode(), r"\[#+\.*\]\s+\d+%  \d+ pages, \d+ bookings")
        self.assertRegex(seen.decode(), r"\d+ a second")
        self.assertNotIn(b"\x1b", out)
        plain = app.cli("reconcile", "--full")
        self.assertNotIn("\x1b", plain.stderr + plain.stdout)

    def test_missed(self):
        "A change counts as missed unless its webhook came within two minutes"
        uids = self.fill(3)
        app = self.app(start=True)
        barkbook.wait_for(lambda: app.value("SELECT count(*) FROM reconcile_runs WHERE status = 'complete'"),
                          seconds=30, what="the run at start-up")
        self.api.cancel(uids[0])
        self.api.change(uids[1], title="Kąpiel")
        row = self.api.rows[uids[1]]
        app.deliver(delivery.created(uid=uids[1], start=row["start"]))  # its webhook says less, but it came
        report = self.run_ok(app)
        self.assertEqual({"cancelled": 1, "updated": 1}, self.changes(report))
        self.assertEqual(1, report["missed_by_webhooks"])
        self.assertIsNotNone(report["last_delivery_at"])

    def test_without_key(self):
        "Without a key it says how to get one"
        app = self.barkbook(start=False)
        done = app.cli("reconcile")
        self.assertEqual(1, done.returncode)
        self.assertRegex(done.stderr, r"^barkbook: there is no Cal.com API key: make one")

    def test_usage(self):
        "A time that is none is a usage error"
        app = self.app()
        for options in (["--since", "soon"], ["--patience", "0"], ["--patience", "x"]):
            done = app.cli("reconcile", *options)
            self.assertEqual(2, done.returncode, done.stderr)

    def test_alias(self):
        "barkbook --reconcile is the same"
        uids = self.fill(2)
        app = self.app()
        done = app.cli("--reconcile")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertRegex(done.stdout, r"(?m)^  new\s+2$")
        self.assertEqual(set(uids), set(self.events(app)))


if __name__ == "__main__":
    tap.main()
