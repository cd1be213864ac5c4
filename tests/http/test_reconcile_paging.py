"""barkbook reconcile against lists that are long, living, or not what was asked for."""

import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import delivery
import tap
from reconcile_case import ReconcileCase


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


if __name__ == "__main__":
    tap.main()
