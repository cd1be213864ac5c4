"""A salon with a client who may be texted, and a Twilio of our own."""

import uuid
from datetime import datetime, timedelta, timezone

import barkbook
import delivery
from fake_twilio import FakeTwilio

PHONE = "+48600100200"
PUBLIC = "https://hooks.example.pl"


def noon_zone():
    """A zone in which it is about noon: texts go out by day only, whenever the tests run."""
    ahead = 12 - datetime.now(timezone.utc).hour
    return "Etc/GMT" if ahead == 0 else f"Etc/GMT{-ahead:+d}"


def iso(at):
    return at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class MessageCase(barkbook.Case):
    def salon(self, public_url=None, on=True, **options):
        """The program with Twilio configured, the owner signed in; it is noon there."""
        twilio = FakeTwilio().start()
        self.addCleanup(twilio.stop)
        settings = {**twilio.settings(), "server.timezone": noon_zone(), **options.pop("settings", {})}
        if public_url:
            settings["server.public_url"] = public_url
        app = self.barkbook(settings=settings, **options)
        app.twilio = twilio
        app.set_up()
        self.patched(app, day_before=on)
        return app

    def patched(self, app, **change):
        answer = app.patch("/api/messages/settings", change)
        self.assertEqual(200, answer.status, answer)
        return answer.json

    def client(self, app, phone=PHONE, consent=True, name="Jan", pet="Burek"):
        """A client with a pet: (client id, pet id)."""
        answer = app.post("/api/clients", {"name": name, "surname": "Kowalski", "phone": phone, "sms_consent": consent,
                                           "gdpr_consent": True, "pets": [{"name": pet, "type": "dog"}]})
        self.assertEqual(201, answer.status, answer)
        return answer.json["id"], answer.json["pets"][0]["id"]

    def visit(self, app, client, pet, start, made=None):
        """A booking of that client's at Cal.com; made: when it was agreed. The appointment's id."""
        phone = app.value("SELECT phone_number FROM clients WHERE id = ?", client)
        booked = delivery.created(start=iso(start), phone=phone, email=f"{client[-8:]}@example.pl", metadata={"barkbookClientId": client, "barkbookPetId": pet})
        if made is not None:
            booked["createdAt"] = iso(made)
        answer = app.deliver(booked)
        self.assertEqual(200, answer.status, answer)
        self.assertEqual(client, app.value("SELECT client_id FROM calendar_events WHERE id = ?", answer.json["event_id"]))
        return answer.json["event_id"], booked["payload"]["uid"]

    def due_visit(self, app, **person):
        """A visit whose text is due now: in twenty hours, agreed days ago."""
        client, pet = self.client(app, **person)
        now = datetime.now(timezone.utc)
        event, uid = self.visit(app, client, pet, now + timedelta(hours=20), made=now - timedelta(days=5))
        return client, event, uid

    def text(self, app, event):
        rows = app.rows("SELECT * FROM messages WHERE event_id = ? AND direction = 'out' ORDER BY id", event)
        return rows[0] if rows else None

    def wait_state(self, app, event, *states, seconds=40):
        return barkbook.wait_for(lambda: (row := self.text(app, event)) and row["state"] in states and row, seconds,
                                 f"a text that is {' or '.join(states)}")

    def write(self, app, sql, *values):
        """Changes the database beside the service, as time passing would."""
        import sqlite3
        con = sqlite3.connect(app.data_dir / "barkbook.db", timeout=30)
        try:
            with con:
                con.execute(sql, values)
        finally:
            con.close()

    @staticmethod
    def batch():
        return str(uuid.uuid4())
