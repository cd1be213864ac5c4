"""barkbook reconcile as a program: dry, beside the service, one at a time, interrupted, killed, watched."""

import json
import os
import pty
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import calcom_api
import delivery
import tap
from reconcile_case import ReconcileCase


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

    def test_found_before(self):
        "What the service found by itself a moment ago is told, too"
        uids = self.fill(10)
        app = self.app()
        self.run_ok(app)
        self.api.cancel(uids[0])
        self.api.reschedule(uids[1], self.now + timedelta(days=9))
        app.start()
        barkbook.wait_for(lambda: app.value("SELECT count(*) FROM reconcile_runs WHERE cause = 'start' AND"
                                            " status = 'complete'"), seconds=30, what="the run at start-up")
        done = app.cli("--reconcile")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertRegex(done.stdout, r"(?m)^  moved +0$")
        self.assertRegex(done.stdout, r"Shortly before \(..:.., start\) another run had found: new 0, moved 1, cancelled 1,")

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
