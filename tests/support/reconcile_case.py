"""What tests of the reconciler share: a scripted Cal.com, some bookings, a run and its report."""

import json
from datetime import datetime, timedelta, timezone

import barkbook
import calcom_api


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
