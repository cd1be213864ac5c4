"""The salon's figures over HTTP: each equals the sum of its rows, follows every change, and is the owner's."""

import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import delivery
import tap
from barkbook import Case

# id, local-ish UTC start, status, desk status, price, price taken, paid by
EVENTS = [
    ("a", "2026-09-01T08:00", "completed", None, 18000, 18000, "card"),
    ("b", "2026-09-01T09:00", "completed", "picked_up", 12000, None, None),
    ("c", "2026-09-02T08:00", "no_show", None, 18000, None, None),
    ("d", "2026-09-03T08:00", "completed", "no_show", 18000, None, None),
    ("e", "2026-09-04T08:00", "cancelled", None, 18000, None, None),
    ("f", "2026-09-30T22:30", "completed", None, 5000, 4550, "cash"),  # already October in Warsaw
    ("g", "2026-10-05T08:00", "completed", None, None, 9000, "transfer"),
    ("h", "2026-10-06T08:00", "cancelled", "picked_up", 7000, 7000, None),  # called off, but the dog came
]


class Numbers(Case):
    def setUp(self):
        self.app = self.barkbook()
        self.app.set_up()
        self.fill()

    def sql(self, script, *values):
        con = sqlite3.connect(self.app.data_dir / "barkbook.db", timeout=30)
        with con:
            con.execute(script, values)
        con.close()

    def fill(self):
        salon = self.app.value("SELECT id FROM salons")
        con = sqlite3.connect(self.app.data_dir / "barkbook.db", timeout=30)
        with con:
            for i in (1, 2):
                con.execute("INSERT INTO clients (id, salon_id, name, surname) VALUES (?, ?, 'Jan', 'Kowalski')", (f"c{i}", salon))
                con.execute("INSERT INTO pets (id, salon_id, name) VALUES (?, ?, 'Burek')", (f"p{i}", salon))
                con.execute("INSERT INTO client_pets VALUES (?, ?)", (f"c{i}", f"p{i}"))
            for n, (id, start, status, desk, price, taken, way) in enumerate(EVENTS):
                who = 1 if n < 6 else 2
                con.execute(
                    "INSERT INTO calendar_events (id, cal_com_event_id, salon_id, client_id, pet_id, title, start_time,"
                    " end_time, duration_minutes, status, desk_status, price_minor, currency) VALUES"
                    " (?, ?, ?, ?, ?, ?, ?, ?, 60, ?, ?, ?, 'PLN')",
                    (id, f"u-{id}", salon, f"c{who}", f"p{who}", "Kąpiel" if n % 2 else "Strzyżenie", f"{start}:00.000Z",
                     f"{start}:30.000Z", status, desk, price))
                con.execute("INSERT INTO event_pets VALUES (?, ?)", (id, f"p{who}"))
                if taken is not None:
                    day = "2026-10-01" if id == "f" else start[:10]
                    con.execute("INSERT INTO pet_visits (id, pet_id, event_id, visit_date, price_minor, currency, paid_by)"
                                " VALUES (?, ?, ?, ?, ?, 'PLN', ?)", (f"v-{id}", f"p{who}", id, day, taken, way))
        con.close()

    def numbers(self, what, start="2026-09-01", end="2026-10-31", **more):
        query = "".join(f"&{k}={v}" for k, v in more.items())
        answer = self.app.get(f"/api/numbers/{what}?from={start}&to={end}{query}")
        self.assertEqual(200, answer.status, answer)
        self.assertEqual(0, answer.json["pending"])
        return answer.json["rows"]

    def test_revenue(self):
        "Booked, completed and collected per month, with what is missing counted and not guessed"
        september, october = self.numbers("revenue")
        self.assertEqual(("2026-09", 84000 - 18000 - 0, 30000, 18000), tuple(
            september[k] for k in ("month", "booked_minor", "completed_minor", "collected_minor")))
        self.assertEqual((2, 1, 1, 2), tuple(september[k] for k in ("completed", "untaken", "cancelled", "no_show")))
        self.assertEqual((12000, 20550, 4550, 0, 9000, 7000), tuple(october[k] for k in (
            "completed_minor", "collected_minor", "cash_minor", "card_minor", "transfer_minor", "other_minor")))
        self.assertEqual((3, 1, 0), tuple(october[k] for k in ("completed", "unpriced", "untaken")))

    def test_sums_are_the_rows(self):
        "Every figure equals the sum of the rows behind it"
        for month, last in (("2026-09", "30"), ("2026-10", "31")):
            span = {"start": f"{month}-01", "end": f"{month}-{last}"}
            (sums,) = self.numbers("revenue", **span)
            done = self.numbers("appointments", outcome="done", **span)
            booked = self.numbers("appointments", outcome="booked", **span)
            self.assertEqual(sums["completed"], len(done))
            self.assertEqual(sums["completed_minor"], sum(r["price_minor"] or 0 for r in done))
            self.assertEqual(sums["booked_minor"], sum(r["price_minor"] or 0 for r in booked))
            self.assertEqual(sums["collected_minor"], sum(r["taken_minor"] or 0 for r in done))
            self.assertEqual(sums["untaken"], len(self.numbers("appointments", outcome="done", untaken=1, **span)))
            (who,) = self.numbers("attendance", **span)
            self.assertEqual(who["no_show"], len(self.numbers("appointments", outcome="no_show", **span)))
            hours = self.numbers("hours", **span)
            self.assertEqual(who["done"] + who["open"], sum(r["count"] for r in hours))
            for row in hours:
                rows = self.numbers("appointments", weekday=row["weekday"], hour=row["hour"], **span)
                self.assertEqual(row["count"], sum(r["outcome"] in ("done", "open") for r in rows))
            for row in self.numbers("services", **span):
                rows = self.numbers("appointments", outcome="done", service="K%C4%85piel" if row["service"] == "Kąpiel"
                                    else "Strzy%C5%BCenie", **span)
                self.assertEqual(row["done"], len(rows))

    def test_services(self):
        "Bookings of one service are one row, whoever they are titled after, under the service's name"
        for n, who in enumerate(("Jan Kowalski", "Anna Nowak", "Ewa Lis")):
            self.app.deliver(delivery.created(uid=f"s{n}", start=f"2026-08-0{n + 3}T08:00:00Z", name=who,
                                              service="Kąpiel", slug="kapiel-30"))
        span = {"start": "2026-08-01", "end": "2026-08-31"}
        (row,) = self.numbers("services", **span)
        self.assertEqual(("Kąpiel", 3), (row["service"], row["booked"]))
        rows = self.numbers("appointments", service="K%C4%85piel", **span)
        self.assertEqual(["Kąpiel"] * 3, [r["service"] for r in rows])

    def test_follows(self):
        "A change by whatever hand is in the figures with the next question"
        before = self.numbers("revenue")[0]["completed_minor"]
        self.sql("UPDATE calendar_events SET price_minor = 99900 WHERE id = 'a'")
        self.assertEqual(before + 81900, self.numbers("revenue")[0]["completed_minor"])
        self.app.patch("/api/appointments/b/desk", {"status": "no_show"})
        self.assertEqual(3, self.numbers("attendance")[0]["no_show"])
        self.sql("DELETE FROM pet_visits WHERE id = 'v-a'")
        self.assertEqual((0, 1), tuple(self.numbers("revenue")[0][k] for k in ("collected_minor", "untaken")))
        self.sql("UPDATE calendar_events SET start_time = '2026-10-02T08:00:00.000Z' WHERE id = 'a'")
        self.assertEqual([0, 4], [r["done"] for r in self.numbers("attendance")])

    def test_late(self):
        "Called off less than a day before is told apart from called off early"
        self.sql("INSERT INTO event_changes VALUES ('h1', 'e', 'status', 'scheduled', 'cancelled', 'delivery', NULL,"
                 " '2026-09-03T20:00:00.000Z')")
        self.sql("UPDATE calendar_events SET title = 'x' WHERE id = 'e'")
        row = self.numbers("attendance")[0]
        self.assertEqual((1, 0), (row["late_cancelled"], row["cancelled"]))

    def test_clients(self):
        "New, known and lost clients by month"
        september, october = self.numbers("clients")
        self.assertEqual((1, 1, 0, 1), tuple(september[k] for k in ("active", "new", "came_before", "came_again")))
        self.assertEqual((2, 1, 1), tuple(october[k] for k in ("active", "new", "came_before")))
        self.sql("UPDATE calendar_events SET start_time = replace(start_time, '2026-09', '2025-01'), end_time = start_time"
                 " WHERE client_id = 'c1'")
        lost = {r["month"]: r["lost"] for r in self.numbers("clients", "2025-01-01", "2025-12-31")}
        self.assertEqual(1, lost["2025-07"])  # the last of them was on 30 January, local time 31

    def test_pets(self):
        "How often pets come, the median between two visits, and who is overdue"
        self.sql("UPDATE calendar_events SET start_time = '2026-08-01T08:00:00.000Z' WHERE id = 'b'")
        (row,) = [r for r in self.numbers("overdue") if r["pet_id"] == "p1"]
        # 1 August, 1 September, 1 October: 31 and 30 days.
        self.assertEqual((3, 31, "2026-10-01", "2026-11-01"), tuple(row[k] for k in (
            "visits", "interval_days", "last_day", "due_day")))
        self.assertEqual([2], [r["pets"] for r in self.numbers("pets")])
        self.sql("UPDATE calendar_events SET start_time = '2099-01-01T08:00:00.000Z', status = 'scheduled' WHERE id = 'c'")
        self.assertNotIn("p1", [r["pet_id"] for r in self.numbers("overdue")], "it is booked")

    def test_refused(self):
        "A period that is none and an unknown figure are refused; staff see nothing of it"
        for query in ("", "?from=2026-09-01", "?from=x&to=y", "?from=2026-09-02&to=2026-09-01"):
            self.assertEqual(400, self.app.get(f"/api/numbers/revenue{query}").status, query)
        self.assertEqual(404, self.app.get("/api/numbers/x?from=2026-09-01&to=2026-09-02").status)
        self.app.post("/api/staff", {"name": "Ewa", "password": "mokre-łapy-21"})
        ewa = self.app.post("/api/session", {"name": "Ewa", "password": "mokre-łapy-21"}, cookie="nothing=0")
        answer = self.app.get("/api/numbers/revenue?from=2026-09-01&to=2026-09-02",
                              cookie=ewa.headers["Set-Cookie"].split(";")[0])
        self.assertEqual(403, answer.status)


if __name__ == "__main__":
    tap.main()
