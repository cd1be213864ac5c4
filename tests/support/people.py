"""A salon with two people for the tests of accounts and tablets: browsers with cookies, and one BarkBook
whose accounts, sessions and tablets each test finds as they were.
"""

import sqlite3

import barkbook

EWA = "Ewa"
EWA_PASSWORD = "mokre-łapy-21"
NEW_PASSWORD = "nowe-hasło-77"
PIN = "4071"
NOT_THE_PIN = "4072"
OWNER_PIN = "902117"


class Browser:
    """Keeps cookies as a browser does, so that several can talk to one BarkBook."""

    def __init__(self, app):
        self.app = app
        self.jar = {}

    def call(self, method, path, body=None):
        cookie = "; ".join(f"{k}={v}" for k, v in self.jar.items())
        answer = self.app.call(method, path, body, cookie=cookie or "nothing=0")
        for value in answer.headers.get_all("Set-Cookie") or []:
            pair, *attributes = value.split("; ")
            name, _, content = pair.partition("=")
            if "Max-Age=0" in attributes:
                self.jar.pop(name, None)
            else:
                self.jar[name] = content
        return answer

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body=None):
        return self.call("POST", path, body)

    def patch(self, path, body=None):
        return self.call("PATCH", path, body)

    def delete(self, path):
        return self.call("DELETE", path)

    def sign_in(self, name=barkbook.OWNER, password=barkbook.PASSWORD):
        return self.post("/api/session", {"name": name, "password": password})

    def new_password(self, current, password):
        return self.post("/api/session/password", {"current": current, "password": password})

    def by_pin(self, staff_id, pin):
        return self.post("/api/session/pin", {"staff_id": staff_id, "pin": pin})

    def who(self):
        answer = self.get("/api/session")
        return answer.json["user"]["name"] if answer.status == 200 else None


TABLES = ("staff", "sessions", "devices", "device_pins")


class Salon:
    """One BarkBook for all tests, with two accounts, Ewa signed in three times and a tablet on which both
    have a PIN. Each password costs a good part of a second, so these are made once, and each test finds
    the rows of accounts, sessions and tablets as they were then."""

    made = None

    def __init__(self):
        self.app = barkbook.Barkbook().start()
        self.app.set_up()
        name, _, value = self.app.cookie.partition("=")
        owner = Browser(self.app)
        owner.jar[name] = value
        answer = owner.post("/api/staff", {"name": EWA, "password": EWA_PASSWORD, "language": "en"})
        if answer.status != 201:
            raise AssertionError(f"making an account: {answer}")
        self.ewa_id = answer.json["id"]
        self.owner_id = owner.get("/api/session").json["user"]["id"]
        self.owner_jar = dict(owner.jar)
        self.ewa_jars = []
        for _ in range(3):
            ewa = Browser(self.app)
            if ewa.sign_in(EWA, EWA_PASSWORD).status != 200:
                raise AssertionError("Ewa cannot sign in")
            self.ewa_jars.append(dict(ewa.jar))
        self.plain = self.snapshot()
        tablet = Browser(self.app)
        tablet.jar = dict(self.ewa_jars[0])
        done = [tablet.post("/api/device/pin", {"pin": PIN, "device": "Tablet przy ladzie"}).status]
        tablet.jar.update(self.owner_jar)
        done.append(tablet.post("/api/device/pin", {"pin": OWNER_PIN}).status)
        if done != [204, 204]:
            raise AssertionError(f"setting PINs: {done}")
        self.tablet_jar = dict(tablet.jar)
        self.with_tablet = self.snapshot()

    def connect(self):
        return sqlite3.connect(self.app.data_dir / "barkbook.db", timeout=30)

    def snapshot(self):
        con = self.connect()
        rows = {table: con.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
        con.close()
        return rows

    def restore(self, rows):
        con = self.connect()
        with con:
            for table in reversed(TABLES):
                con.execute(f"DELETE FROM {table}")
            for table in TABLES:
                for row in rows[table]:
                    con.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        con.close()

    def change(self, sql, *values):
        con = self.connect()
        with con:
            con.execute(sql, values)
        con.close()


def close():
    """For tearDownModule of who uses People."""
    if Salon.made is not None:
        try:
            Salon.made.app.stop()
        finally:
            Salon.made.app.remove()
            Salon.made = None


class People(barkbook.Case):
    """A salon with its owner signed in and one member of staff."""

    def setUp(self):
        if Salon.made is None:
            Salon.made = Salon()
        self.salon = Salon.made
        self.app = self.salon.app
        self.salon.restore(self.salon.plain)
        self.owner = Browser(self.app)
        self.owner.jar = dict(self.salon.owner_jar)
        self.ewa_id = self.salon.ewa_id
        self.owner_id = self.salon.owner_id
        self.ready = [dict(jar) for jar in self.salon.ewa_jars]

    def tearDown(self):
        self.assertEqual("", self.app.sanitizer_reports())

    def forget_tries(self):
        """Wrong passwords are counted in memory: this test's own must not lock out the next one."""
        self.app.restart()
        self.addCleanup(self.app.restart)

    def signed_in_as_ewa(self):
        browser = Browser(self.app)
        browser.jar = self.ready.pop()
        self.assertEqual(EWA, browser.who())
        return browser

    def change_ewa(self, **change):
        return self.owner.patch(f"/api/staff/{self.ewa_id}", change)
