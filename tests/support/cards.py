"""Clients and pets made over HTTP, and staff of a second salon: what tests of the card index share."""

import sqlite3
import uuid

import barkbook

STAFF_PASSWORD = "mokre-łapy-21"


class CardCase(barkbook.Case):
    """One BarkBook with an owner; its database may be written to behind its back."""

    def setUp(self):
        self.app = self.barkbook()
        self.app.set_up()

    def write(self, sql, *values):
        con = sqlite3.connect(self.app.data_dir / "barkbook.db", timeout=20)
        with con:
            con.execute("PRAGMA foreign_keys = ON")
            con.execute(sql, values)
        con.close()

    def ok(self, answer, status=200):
        self.assertEqual(status, answer.status, answer)
        return answer.json

    def add_client(self, name="Jan", surname="Kowalski", **fields):
        return self.ok(self.app.post("/api/clients", {"name": name, "surname": surname, **fields}), 201)

    def add_pet(self, client, name="Burek", **fields):
        return self.ok(self.app.post("/api/pets", {"client_id": client["id"], "name": name, **fields}), 201)

    def refused(self, answer, status, field=None):
        self.assertEqual(status, answer.status, answer)
        if field is not None:
            self.assertEqual(field, answer.json["error"].get("field"), answer)
        return answer.json["error"]

    def sign_in_as(self, name, salon=None, cookie="nothing=0"):
        """Makes a member of staff (of that salon, else the first) and returns their cookie."""
        self.ok(self.app.post("/api/staff", {"name": name, "password": STAFF_PASSWORD}), 201)
        if salon is not None:
            self.write("UPDATE staff SET salon_id = ? WHERE name = ?", salon, name)
        answer = self.app.post("/api/session", {"name": name, "password": STAFF_PASSWORD}, cookie=cookie)
        self.assertEqual(200, answer.status, answer)
        return answer.headers["Set-Cookie"].split(";")[0]

    def second_salon(self):
        salon = str(uuid.uuid4())
        self.write("INSERT INTO salons (id, name) VALUES (?, 'Inny salon')", salon)
        return salon
