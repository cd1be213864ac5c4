"""The first run, signing in and out, lock-out, and what a page of another site can do."""

import concurrent.futures
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import tap

WRONG = {"name": barkbook.OWNER, "password": "nie-to-haslo"}


class FirstRun(barkbook.Case):
    def test_first_run(self):
        "The one-time link makes the owner, names the salon and signs in"
        app = self.barkbook()
        self.assertTrue(app.get("/api/state").json["setup_needed"])
        answer = app.set_up()
        self.assertEqual("owner", answer.json["user"]["role"])
        self.assertEqual("Salon Łapka", answer.json["salon"]["name"])
        state = app.get("/api/state").json
        self.assertEqual((False, True), (state["setup_needed"], state["signed_in"]))
        self.assertEqual(answer.json, app.get("/api/session").json)

    def test_link_is_spent(self):
        "The link works once, and a restart makes no other once there is an owner"
        app = self.barkbook()
        token = app.first_run_token
        app.set_up()
        form = {"token": token, "name": "Zły", "password": "dlugie-haslo", "language": "pl", "salon_name": "X"}
        self.assertEqual(409, app.post("/api/setup", form, cookie="").status)
        app.restart()
        self.assertNotIn("token=", app.log)
        self.assertEqual(409, app.post("/api/setup", form, cookie="").status)
        self.assertEqual(1, app.value("SELECT count(*) FROM staff"))

    def test_wrong_link(self):
        "Without the right link nobody becomes the owner, and nothing is computed for them"
        app = self.barkbook()
        form = {"name": "Zły", "password": "dlugie-haslo", "language": "pl", "salon_name": "X"}
        begun = time.monotonic()
        for token in (None, "", "x", "A" * 43, app.first_run_token[:-1]):
            self.assertEqual(403, app.post("/api/setup", {**form, "token": token}).status, token)
        self.assertLess(time.monotonic() - begun, 2)
        self.assertEqual(0, app.value("SELECT count(*) FROM staff"))

    def test_bad_form(self):
        "A form with a field wrong says which, and the link stays good"
        app = self.barkbook()
        form = {"token": app.first_run_token, "name": "Ola", "password": "dlugie-haslo", "language": "pl",
                "salon_name": "Łapka"}
        for field, value in (("name", ""), ("name", "x" * 61), ("name", 7), ("password", "short"),
                             ("password", None), ("language", "de"), ("salon_name", "x" * 121)):
            answer = app.post("/api/setup", {**form, field: value})
            self.assertEqual(400, answer.status, (field, value))
            self.assertEqual(field, answer.json["error"].get("field"), answer)
        self.assertEqual(201, app.post("/api/setup", form).status)


class SignIn(barkbook.Case):
    def ready(self, **options):
        app = self.barkbook(**options)
        app.set_up()
        return app

    def test_cookie(self):
        "The session's cookie is for this site's requests alone, and out of reach of scripts"
        app = self.ready()
        cookie = app.sign_in().headers["Set-Cookie"]
        for part in ("barkbook_session=", "Path=/", "HttpOnly", "SameSite=Strict"):
            self.assertIn(part, cookie)
        self.assertNotIn("Secure", cookie)
        stored = app.rows("SELECT token_hash FROM sessions")
        self.assertNotIn(app.cookie.split("=")[1], [row["token_hash"] for row in stored])

    def test_cookie_behind_tls(self):
        "Behind a trusted proxy with TLS the cookie has another name and is secure"
        app = self.ready(settings={"server.dashboard_trusted_proxies": "127.0.0.1"})
        https = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.5"}
        answer = app.post("/api/session", {"name": barkbook.OWNER, "password": barkbook.PASSWORD}, headers=https,
                          cookie="")
        cookie = answer.headers["Set-Cookie"]
        self.assertTrue(cookie.startswith("__Host-barkbook_session="), cookie)
        self.assertIn("Secure", cookie)
        pair = cookie.split(";")[0]
        self.assertEqual(200, app.get("/api/session", cookie=pair, headers=https).status)
        # A cookie that plain HTTP set is not taken for it, nor the other way round.
        self.assertEqual(401, app.get("/api/session", cookie=app.cookie, headers=https).status)
        self.assertEqual(401, app.get("/api/session", cookie=pair).status)
        self.assertIn("max-age", answer.headers["Strict-Transport-Security"])
        address = app.value("SELECT address FROM sessions ORDER BY created_at DESC, rowid DESC LIMIT 1")
        self.assertEqual("192.0.2.5", address)
        # The cookie that remembers a tablet likewise.
        device = app.post("/api/device/pin", {"pin": "902117"}, cookie=pair, headers=https).headers["Set-Cookie"]
        self.assertTrue(device.startswith("__Host-barkbook_device="), device)
        for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
            self.assertIn(part, device)
        name, _, value = device.split(";")[0].partition("=")
        for jar, headers, known in ((f"{name}={value}", https, True), (f"barkbook_device={value}", https, False),
                                    (f"{name}={value}", {}, False)):
            self.assertEqual(known, app.get("/api/device", cookie=jar, headers=headers).json["remembered"], jar)

    def test_proto_is_not_believed(self):
        "Nobody but a trusted proxy can say that the connection is secure"
        app = self.ready()
        answer = app.get("/api/session", headers={"X-Forwarded-Proto": "https"})
        self.assertEqual(200, answer.status)
        self.assertIsNone(answer.headers["Strict-Transport-Security"])

    def test_sign_out(self):
        "Signing out ends the session here and at the server"
        app = self.ready()
        old = app.cookie
        answer = app.delete("/api/session")
        self.assertEqual(204, answer.status)
        self.assertIn("Max-Age=0", answer.headers["Set-Cookie"])
        self.assertEqual(401, app.get("/api/session", cookie=old).status)

    def test_new_session_each_time(self):
        "Signing in again makes a new session and ends the browser's old one"
        app = self.ready()
        old = app.cookie
        answer = app.post("/api/session", {"name": barkbook.OWNER, "password": barkbook.PASSWORD})
        new = answer.headers["Set-Cookie"].split(";")[0]
        self.assertNotEqual(old, new)
        self.assertEqual(401, app.get("/api/session", cookie=old).status)
        self.assertEqual(200, app.get("/api/session", cookie=new).status)

    def test_unknown_name(self):
        "An unknown name and a wrong password are told in the same words and the same time"
        app = self.ready()
        took, answers = {}, {}
        for name in (barkbook.OWNER, "Nikt"):
            times = []
            for _ in range(3):
                begun = time.monotonic()
                answers[name] = app.post("/api/session", {"name": name, "password": "nie-to-haslo"}, cookie="")
                times.append(time.monotonic() - begun)
            took[name] = min(times)
            self.assertEqual(401, answers[name].status)
        self.assertEqual(answers["Nikt"].body, answers[barkbook.OWNER].body)
        # The computation is some hundred milliseconds; leaving it out would show.
        self.assertGreater(took["Nikt"], took[barkbook.OWNER] / 2)

    def test_lock_out(self):
        "Five wrong tries lock that name from that address, also for the right password"
        app = self.ready(settings={"server.dashboard_trusted_proxies": "127.0.0.1"})
        there = {"X-Forwarded-For": "203.0.113.7"}
        for _ in range(5):
            self.assertEqual(401, app.post("/api/session", WRONG, headers=there, cookie="").status)
        right = {"name": barkbook.OWNER, "password": barkbook.PASSWORD}
        answer = app.post("/api/session", right, headers=there, cookie="")
        self.assertEqual(429, answer.status)
        self.assertTrue(answer.headers["Retry-After"])
        self.assertEqual(429, app.post("/api/session", {**right, "name": barkbook.OWNER.upper()}, headers=there,
                                       cookie="").status)
        # The owner elsewhere notices nothing; nor does a session that is open.
        elsewhere = {"X-Forwarded-For": "203.0.113.8"}
        self.assertEqual(200, app.post("/api/session", right, headers=elsewhere, cookie="").status)
        self.assertEqual(200, app.get("/api/session", headers=there).status)

    def test_flood_does_not_stall_the_desk(self):
        "While strangers try passwords, the desk signs in and its pages answer"
        app = self.ready(settings={"server.dashboard_trusted_proxies": "127.0.0.1"})
        desk = {"X-Forwarded-For": "192.0.2.10"}
        self.assertEqual(200, app.get("/api/session", headers=desk).status)  # a known address from now on
        stop = time.monotonic() + 6
        statuses = set()

        def stranger(number):
            tries = 0
            while time.monotonic() < stop:
                headers = {"X-Forwarded-For": f"198.51.{number}.{tries % 250}"}
                answer = app.post("/api/session", {"name": f"n{number}-{tries}", "password": "x" * 12}, headers=headers,
                                  cookie="")
                statuses.add(answer.status)
                tries += 1
                if answer.status == 429:
                    time.sleep(0.02)

        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            strangers = [pool.submit(stranger, n) for n in range(12)]
            time.sleep(1)
            begun = time.monotonic()
            page = app.get("/api/session", headers=desk)
            self.assertEqual(200, page.status)
            self.assertLess(time.monotonic() - begun, 3)
            right = {"name": barkbook.OWNER, "password": barkbook.PASSWORD}
            self.assertEqual(200, app.post("/api/session", right, headers=desk, cookie="").status)
            for s in strangers:
                s.result()
        self.assertEqual({401, 429}, statuses)


class OtherSites(barkbook.Case):
    @classmethod
    def setUpClass(cls):
        cls.app = barkbook.Barkbook()
        cls.app.start()
        cls.app.set_up()

    @classmethod
    def tearDownClass(cls):
        try:
            cls.app.stop()
        finally:
            cls.app.remove()

    def patch(self, headers, body=b'{"language":"en"}'):
        return barkbook.request(self.app.dashboard_port, "PATCH", "/api/session", body,
                                {"Cookie": self.app.cookie, **headers})

    def test_write_needs_its_marks(self):
        "A write without our header or with another site's Origin changes nothing"
        good = {"Content-Type": "application/json", "X-BarkBook": "1"}
        own = f"http://127.0.0.1:{self.app.dashboard_port}"
        self.assertEqual(200, self.patch(good).status)
        self.assertEqual(200, self.patch({**good, "Origin": own}).status)
        self.assertEqual(200, self.patch(good, b'{"language":"pl"}').status)
        for headers, status in (
            ({"Content-Type": "application/json"}, 403),
            ({**good, "X-BarkBook": "0"}, 403),
            ({**good, "Origin": "http://evil.example"}, 403),
            ({**good, "Origin": "null"}, 403),
            ({**good, "Sec-Fetch-Site": "cross-site"}, 403),
            ({"X-BarkBook": "1"}, 415),
            ({**good, "Content-Type": "text/plain"}, 415),
            ({**good, "Content-Type": "application/x-www-form-urlencoded"}, 415),
        ):
            self.assertEqual(status, self.patch(headers).status, headers)
        self.assertEqual("pl", self.app.get("/api/session").json["user"]["language"])

    def test_sign_in_from_another_site(self):
        "Another site cannot sign a browser in"
        form = {"name": barkbook.OWNER, "password": barkbook.PASSWORD}
        answer = self.app.post("/api/session", form, headers={"Origin": "http://evil.example"}, cookie="")
        self.assertEqual(403, answer.status)
        self.assertIsNone(answer.headers["Set-Cookie"])

    def test_no_cross_origin_reading(self):
        "No answer allows another site to read it"
        for method in ("GET", "OPTIONS"):
            answer = barkbook.request(self.app.dashboard_port, method, "/api/state", None, {
                "Origin": "http://evil.example", "Access-Control-Request-Method": "POST"})
            for name in ("Access-Control-Allow-Origin", "Access-Control-Allow-Methods",
                         "Access-Control-Allow-Headers"):
                self.assertIsNone(answer.headers[name], method)

    def test_odd_cookies(self):
        "What is not a session's cookie signs nobody in"
        token = self.app.cookie.split("=")[1]
        for jar in ("barkbook_session=", "barkbook_session=x", f"barkbook_session={token}x",
                    f"barkbook_session={token[:-1]}", f"Barkbook_session={token}",
                    f"barkbook_session={token}; barkbook_session={token}",
                    f"__Host-barkbook_session={token}", "barkbook_session=' OR 1=1 --", f"x={token}"):
            self.assertEqual(401, self.app.get("/api/session", cookie=jar).status, jar)

    def test_bad_bodies(self):
        "A body that is no JSON object, too large or too deep is refused"
        head = {"Content-Type": "application/json", "X-BarkBook": "1"}
        for body, status in ((b"", 400), (b"[]", 400), (b"null", 400), (b"{", 400), (b"\xff", 400), (b"{}\0", 400),
                             (b'{"a":' * 100 + b"1" + b"}" * 100, 400), (b'{"x":"' + b"a" * 5000 + b'"}', 413)):
            self.assertEqual(status, self.patch(head, body).status, body[:20])
        self.assertEqual(200, self.app.get("/api/session").status)


if __name__ == "__main__":
    tap.main()
