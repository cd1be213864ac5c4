"""Walks every route the program says it has with every kind of person: nobody, staff, owner, staff of
another salon. The list comes from the live server, so a new route is walked without being named here.
"""

import json
import sqlite3
import sys
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import delivery
import tap

PASSWORD = "mokre-łapy-21"
# Everything that may be asked without signing in. A route that becomes public has to be added here too.
PUBLIC = {
    ("GET", "/api/device"),
    ("POST", "/api/session"),
    ("POST", "/api/session/pin"),
    ("POST", "/api/setup"),
    ("GET", "/api/state"),
    ("GET", "/feeds/{token}"),
    ("GET", "/healthz"),
}
# What only the owner may do, whatever else the table says.
OWNERS = {
    ("GET", "/api/staff"),
    ("POST", "/api/staff"),
    ("PATCH", "/api/staff/{id}"),
    ("GET", "/api/staff/{id}/sessions"),
    ("GET", "/api/devices"),
    ("DELETE", "/api/devices/{id}"),
    ("GET", "/api/webhooks/{id}"),
    ("GET", "/api/accounting"),
    ("POST", "/api/accounting"),
    ("GET", "/api/export/{what}"),
    ("GET", "/api/numbers/{what}"),
    ("POST", "/api/import/clients"),
    ("POST", "/api/clients/{id}/erase"),
    ("GET", "/api/clients/{id}/export"),
    ("GET", "/api/audit"),
}
# Streams never end by themselves.
ENDLESS = {"/api/live"}
# Ends the session it is made with: walked last, by the roles that may.
LAST = {("DELETE", "/api/session")}


class Rights(barkbook.Case):
    @classmethod
    def setUpClass(cls):
        cls.app = app = barkbook.Barkbook().start()
        app.set_up()
        cls.cookies = {"nobody": "nothing=0", "owner": app.cookie}
        for name in ("Ewa", "Obca"):
            answer = app.post("/api/staff", {"name": name, "password": PASSWORD})
            assert answer.status == 201, answer
        app.stop()
        cls.other_salon = str(uuid.uuid4())
        client = str(uuid.uuid4())
        con = sqlite3.connect(app.data_dir / "barkbook.db")
        with con:
            con.execute("INSERT INTO salons (id, name) VALUES (?, 'Inny salon')", (cls.other_salon,))
            con.execute("UPDATE staff SET salon_id = ? WHERE name = 'Obca'", (cls.other_salon,))
            con.execute("INSERT INTO clients (id, salon_id, name, surname, phone_number)"
                        " SELECT ?, salon_id, 'Jan', 'Tajny', '+48600100299' FROM staff WHERE name = 'Ewa'", (client,))
        con.close()
        app.start()
        sent = delivery.created(uid="of-this-salon", name="Jan Tajny", phone="+48600100299",
                                metadata={"barkbookClientId": client})
        assert app.deliver(sent).status == 200
        cls.event = app.value("SELECT id FROM calendar_events WHERE client_id = ? AND salon_id IS NOT NULL", client)
        cls.log = app.value("SELECT id FROM webhook_logs")
        for role, name in (("staff", "Ewa"), ("other salon", "Obca")):
            answer = app.post("/api/session", {"name": name, "password": PASSWORD}, cookie="nothing=0")
            assert answer.status == 200, answer
            cls.cookies[role] = answer.headers["Set-Cookie"].split(";")[0]
        cls.routes = [
            (method.upper(), path, operation)
            for path, operations in app.get("/api/openapi.json").json["paths"].items()
            for method, operation in operations.items()
        ]

    @classmethod
    def tearDownClass(cls):
        cls.app.stop()
        cls.app.remove()

    def ask(self, role, method, path, ids=None, **more):
        for name, value in (ids or {}).items():
            path = path.replace("{" + name + "}", value)
        while "{" in path:
            path = path[: path.index("{")] + str(uuid.uuid4()) + path[path.index("}") + 1 :]
        return self.app.call(method, path, cookie=self.cookies[role], **more)

    def test_listed(self):
        "The list has routes, each says who may, and nothing is public that is not known here to be"
        self.assertGreater(len(self.routes), 20)
        for method, path, operation in self.routes:
            self.assertIn(operation["x-access"], ("public", "machine", "staff", "owner"), path)
        public = {(m, p) for m, p, o in self.routes if o["x-access"] == "public"}
        self.assertEqual(PUBLIC, public)
        self.assertLessEqual(OWNERS, {(m, p) for m, p, o in self.routes if o["x-access"] == "owner"})

    def test_nobody(self):
        "Nobody gets anything but what is public: 401 before the body is even read"
        for method, path, operation in self.routes:
            with self.subTest(f"{method} {path}"):
                if operation["x-access"] == "machine":
                    answer = self.ask("nobody", method, path, headers={"X-Forwarded-For": "192.0.2.1"})
                    self.assertEqual(401, answer.status)
                elif operation["x-access"] != "public":
                    answer = self.ask("nobody", method, path)
                    self.assertEqual(401, answer.status)
                    self.assertEqual({"error"}, set(answer.json))
                    broken = {"Content-Type": "text/plain", "X-BarkBook": "0"}
                    self.assertEqual(401, self.ask("nobody", method, path, headers=broken).status)

    def test_bad_cookies(self):
        "A cookie that is no session, however shaped, is nobody"
        for cookie in ("barkbook_session=", "barkbook_session=" + "A" * 43, "barkbook_session=" + "A" * 5000,
                       "barkbook_session=' OR 1=1 --", self.cookies["owner"] + "x",
                       f"{self.cookies['owner']}; {self.cookies['owner']}",
                       "__Host-" + self.cookies["owner"]):
            with self.subTest(cookie[:60]):
                self.assertEqual(401, self.app.get("/api/session", cookie=cookie).status)

    def test_staff(self):
        "Staff get 403 where only the owner may, and nothing of it happens"
        before = self.app.value("SELECT count(*) FROM staff")
        for method, path, operation in self.routes:
            with self.subTest(f"{method} {path}"):
                if operation["x-access"] == "owner":
                    for role in ("staff", "other salon"):
                        answer = self.ask(role, method, path, {"id": self.log})
                        self.assertEqual(403, answer.status)
                        self.assertEqual({"error"}, set(answer.json))
        self.assertEqual(before, self.app.value("SELECT count(*) FROM staff"))

    def test_right_ones(self):
        "Whoever may is never told 401 or 403"
        for method, path, operation in self.routes:
            if operation["x-access"] == "public" or path in ENDLESS or (method, path) in LAST:
                continue
            if (method, path) in {("DELETE", "/api/sessions"), ("POST", "/api/session/password")}:
                continue  # they end sessions of these people; test_people has them
            with self.subTest(f"{method} {path}"):
                roles = ("owner",) if operation["x-access"] == "owner" else ("staff", "owner")
                for role in roles:
                    self.assertNotIn(self.ask(role, method, path).status, (401, 403), role)

    def test_other_salon(self):
        "Staff of another salon cannot tell this salon's things from things that do not exist"
        ids = {"id": self.event}
        for method, path, operation in self.routes:
            if "{" not in path or operation["x-access"] != "staff" or not path.startswith("/api/appointments"):
                continue
            with self.subTest(f"{method} {path}"):
                theirs = self.ask("other salon", method, path, ids)
                missing = self.ask("other salon", method, path, {"id": str(uuid.uuid4())})
                self.assertEqual((missing.status, missing.body), (theirs.status, theirs.body))
        for method, path, operation in self.routes:
            if method != "GET" or path in ENDLESS or operation["x-access"] != "staff":
                continue
            with self.subTest(f"{method} {path} shows nothing of it"):
                answer = self.ask("other salon", method, path, {"id": self.event})
                for secret in (b"Jan Tajny", b"600100299", b"600 100 299"):
                    self.assertNotIn(secret, answer.body)
                for own in (self.event, self.log, "of-this-salon"):
                    self.assertNotIn(own.encode(), answer.body)

    def test_deliveries_of_another_salon(self):
        "A delivery is listed and applied again for its own salon, and is not there for another one"
        for role, seen in (("owner", True), ("staff", True), ("other salon", False)):
            with self.subTest(role):
                ids = [d["id"] for d in self.ask(role, "GET", "/api/webhooks").json["deliveries"]]
                self.assertEqual(seen, self.log in ids)
                again = self.ask(role, "POST", "/api/webhooks/{id}/replay", {"id": self.log})
                self.assertEqual(200 if seen else 404, again.status)
                before = self.ask(role, "GET", f"/api/webhooks?before={self.log}")
                self.assertEqual(200 if seen else 404, before.status)

    def test_cross_site(self):
        "A write that another site could have sent is refused, whoever is signed in"
        writes = [(m, p, o) for m, p, o in self.routes if m != "GET" and o["x-access"] != "public"]
        self.assertGreater(len(writes), 5)
        tricks = (
            {"X-BarkBook": ""},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": f"http://127.0.0.1:{self.app.dashboard_port}.evil.example"},
            {"Origin": f"http://127.0.0.1:{self.app.webhook_port}"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        )
        for method, path, _ in writes:
            for trick in tricks:
                with self.subTest(f"{method} {path} {trick}"):
                    self.assertEqual(403, self.ask("owner", method, path, headers=trick).status)
        for method, path in (("POST", "/api/session"), ("POST", "/api/setup"), ("POST", "/api/session/pin")):
            with self.subTest(f"{method} {path} signed out"):
                self.assertEqual(403, self.ask("nobody", method, path, headers={"Origin": "https://evil.example"}).status)

    def test_form_types(self):
        "A body of a type that a form can send is refused with 415"
        for method, path, operation in self.routes:
            body = operation.get("requestBody", {}).get("content", {})
            if "application/json" not in body:
                continue
            for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
                with self.subTest(f"{method} {path} {kind}"):
                    self.assertEqual(415, self.ask("owner", method, path, headers={"Content-Type": kind}).status)

    def test_headers(self):
        "Every answer carries the headers that keep browsers from misusing it, and is not kept in a cache"
        answers = [self.app.get("/api/session"), self.ask("nobody", "GET", "/api/session"), self.app.get("/api/nothing"),
                   self.app.get("/"), self.app.get("/app.js"), self.ask("nobody", "POST", "/api/session")]
        for answer in answers:
            self.assertEqual("nosniff", answer.headers["X-Content-Type-Options"])
            self.assertEqual("DENY", answer.headers["X-Frame-Options"])
            self.assertIn(answer.headers["Referrer-Policy"], ("no-referrer", "same-origin"))
            policy = answer.headers["Content-Security-Policy"]
            self.assertIn("default-src 'none'", policy)
            self.assertIn("frame-ancestors 'none'", policy)
            self.assertNotIn("unsafe", policy)
            self.assertNotIn("*", policy)
            self.assertIsNone(answer.headers["Access-Control-Allow-Origin"])
            self.assertIsNone(answer.headers["Server"])
        for answer in answers[:3] + answers[-1:]:
            self.assertEqual("no-store", answer.headers["Cache-Control"])

    def test_nothing_kept(self):
        "No answer about anybody may be kept by a cache, whoever asked for whatever, and none is taken for a page"
        for method, path, operation in self.routes:
            if method != "GET" or path in ENDLESS or path == "/healthz":
                continue
            for role in ("nobody", "owner"):
                with self.subTest(f"{path} {role}"):
                    answer = self.ask(role, method, path, {"id": self.event})
                    self.assertRegex(answer.headers["Cache-Control"] or "", "no-store|private, no-cache|^no-cache$")
                    self.assertEqual("nosniff", answer.headers["X-Content-Type-Options"])
                    self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
                    self.assertNotIn("text/html", answer.headers["Content-Type"] or "")

    def test_tunnel(self):
        "The tunnel's listener knows no route of the dashboard, not even with the owner's cookie"
        for method, path, _ in self.routes:
            if path == "/healthz":
                continue
            with self.subTest(f"{method} {path}"):
                concrete = path.replace("{id}", self.event)
                answer = barkbook.request(self.app.webhook_port, method, concrete, None,
                                          {"Cookie": self.cookies["owner"], "X-BarkBook": "1"})
                self.assertEqual(404, answer.status)
        for path in ("/", "/index.html", "/app.js", "/metrics", "/api/state"):
            self.assertEqual(404, barkbook.request(self.app.webhook_port, "GET", path).status, path)

    def test_dashboard_takes_no_deliveries(self):
        "The dashboard takes no deliveries, not even signed ones"
        body = json.dumps(delivery.created(uid="through-the-wrong-door")).encode()
        answer = barkbook.request(self.app.dashboard_port, "POST", "/api/webhooks/calcom", body,
                                  self.app.signed_headers(body))
        self.assertIn(answer.status, (401, 404, 405))
        self.assertEqual(0, self.app.value("SELECT count(*) FROM bookings WHERE uid = 'through-the-wrong-door'"))


if __name__ == "__main__":
    tap.main()
