"""What tests of booking share: a Cal.com with both halves, a salon with cards, and a page's requests."""

import uuid
from datetime import datetime, timedelta, timezone

import barkbook
import calcom_desk


def coming_day(weekday=1, weeks=1):
    """A date far enough ahead, of that weekday (0 Monday)."""
    day = datetime.now(calcom_desk.ZONE).date() + timedelta(weeks=weeks)
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def instant(day, time):
    hour, minute = map(int, time.split(":"))
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=calcom_desk.ZONE)
    return local.astimezone(timezone.utc)


class DeskCase(barkbook.Case):
    def setUp(self):
        self.desk = calcom_desk.CalcomDesk()
        self.addCleanup(self.desk.close)
        self.day = coming_day()

    def app(self, hooks=True, **settings):
        app = self.barkbook(settings=self.desk.settings(**settings))
        app.set_up()
        self.client = self.add_client(app, "Jan", "Kowalski", "+48600100200", "jan.kowalski@example.pl")
        self.pet = self.add_pet(app, self.client, "Burek")
        if hooks:
            self.desk.deliver_to = app
        return app

    def write(self, app, sql, *values):
        import sqlite3

        con = sqlite3.connect(app.data_dir / "barkbook.db", timeout=30)
        with con:
            con.execute(sql, values)
        con.close()

    def add_client(self, app, name, surname, phone=None, email=None):
        number = str(uuid.uuid4())
        self.write(
            app,
            "INSERT INTO clients (id, salon_id, name, surname, phone_number, email)"
            " SELECT ?, id, ?, ?, ?, ? FROM salons LIMIT 1",
            number, name, surname, phone, email,
        )  # fmt: skip
        return number

    def add_pet(self, app, client, name):
        number = str(uuid.uuid4())
        self.write(app, "INSERT INTO pets (id, salon_id, name) SELECT ?, id, ? FROM salons LIMIT 1", number, name)
        self.write(app, "INSERT INTO client_pets (client_id, pet_id) VALUES (?, ?)", client, number)
        return number

    def wish(self, time="10:00", day=None, **more):
        return {
            "request_id": str(uuid.uuid4()),
            "client_id": self.client,
            "pet_ids": [self.pet],
            "event_type": 7001,
            "date": (day or self.day).isoformat(),
            "time": time,
            **more,
        }

    def book(self, app, time="10:00", **more):
        answer = app.post("/api/bookings", self.wish(time, **more))
        self.assertEqual(201, answer.status, answer)
        return answer.json["appointment"]

    def ask(self, app, appointment, what, **more):
        body = {"request_id": str(uuid.uuid4()), **more}
        return app.post(f"/api/appointments/{appointment['id']}/{what}", body)

    def hooks_came(self, count):
        barkbook.wait_for(lambda: len(self.desk.delivered) >= count, what=f"{count} webhooks")
        return self.desk.delivered

    def state(self, app, request_id):
        return app.get(f"/api/bookings/{request_id}").json["state"]
