"""Every route of the dashboard, walked by the description it gives of itself."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import tap

# What answers without a session, and why. Nothing else may.
PUBLIC = {
    ("get", "/api/state"): "is there anybody yet, and in which language",
    ("post", "/api/setup"): "guarded by the one-time link",
    ("post", "/api/session"): "signing in",
    ("post", "/api/session/pin"): "signing in on a tablet that is remembered",
    ("get", "/api/device"): "is this a remembered tablet, and whose",
    ("get", "/feeds/{token}"): "a calendar of one's own, whose address is its key",
    ("get", "/healthz"): "no more than that it lives",
}
# Known to need no session from this machine itself; see test_metrics.
MACHINE = {("get", "/metrics")}


class Routes(barkbook.Case):
    @classmethod
    def setUpClass(cls):
        cls.app = barkbook.Barkbook()
        cls.app.start()
        cls.app.set_up()
        cls.paths = cls.app.get("/api/openapi.json").json["paths"]
        cls.staff_cookie = cls.make_staff()

    @classmethod
    def tearDownClass(cls):
        try:
            cls.app.stop()
        finally:
            cls.app.remove()

    @classmethod
    def make_staff(cls):
        done = cls.app.cli("user", "add", "Kasia", "--role", "staff", "--password-stdin", input="inne-haslo-1\n")
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        answer = cls.app.post("/api/session", {"name": "Kasia", "password": "inne-haslo-1"}, cookie="")
        return answer.headers["Set-Cookie"].split(";")[0]

    def operations(self):
        for path, methods in self.paths.items():
            for method, operation in methods.items():
                yield method, path, operation

    def ask(self, method, path, cookie):
        """The answer to an otherwise proper request; ids are ones that do not exist."""
        path = re.sub(r"\{\w+\}", "00000000-0000-7000-8000-000000000000", path)
        return self.app.call(method.upper(), path, {} if method != "get" else None, cookie=cookie)

    def test_described(self):
        "The description names every kind of request with a sentence and who may make it"
        self.assertGreater(len(list(self.operations())), 10)
        for method, path, operation in self.operations():
            self.assertTrue(operation["summary"], path)
            self.assertIn(operation["x-access"], ("public", "machine", "staff", "owner"), path)
            self.assertEqual(re.findall(r"\{(\w+)\}", path), [p["name"] for p in operation["parameters"]])

    def test_nobody(self):
        "Without a session nothing answers but what must"
        for method, path, operation in self.operations():
            if (method, path) in MACHINE:
                continue
            public = (method, path) in PUBLIC
            with self.subTest(method=method, path=path):
                self.assertEqual(public, operation["security"] == [])
                for cookie in ("none=1", "barkbook_session=" + "A" * 43):
                    answer = self.ask(method, path, cookie)
                    if public:
                        # A calendar's address is its own key: a wrong one is not there.
                        self.assertEqual(path == "/feeds/{token}", answer.status == 404)
                    else:
                        self.assertEqual(401, answer.status, answer)
                        self.assertEqual("unauthenticated", answer.json["error"]["code"])

    def test_staff(self):
        "Staff are let in where the table says so and nowhere else"
        for method, path, operation in self.operations():
            if (method, path) in {("delete", "/api/session"), ("get", "/api/live"), ("post", "/api/session")}:
                continue
            with self.subTest(method=method, path=path):
                answer = self.ask(method, path, self.staff_cookie)
                if operation["x-access"] == "owner":
                    self.assertEqual(403, answer.status, answer)
                elif (method, path) != ("post", "/api/setup"):
                    self.assertNotIn(answer.status, (401, 403), answer)

    def test_owner(self):
        "The owner is let in everywhere"
        for method, path, operation in self.operations():
            if (method, path) in {("delete", "/api/session"), ("get", "/api/live"), ("post", "/api/session")}:
                continue
            with self.subTest(method=method, path=path):
                self.assertNotIn(self.ask(method, path, self.app.cookie).status, (401, 403, 405, 500, 501, 503))

    def test_other_methods(self):
        "A method that a path does not have is answered 405 with those it has"
        for path, methods in self.paths.items():
            known = {m.upper() for m in methods}
            other = next(m for m in ("PUT", "PATCH", "DELETE") if m not in known)
            answer = self.ask(other.lower(), path, self.app.cookie)
            self.assertEqual(405, answer.status, path)
            allowed = set(answer.headers["Allow"].split(", "))
            self.assertEqual(known | ({"HEAD"} if "GET" in known else set()), allowed, path)

    def test_head(self):
        "HEAD says what GET would, without the body"
        for path in ("/healthz", "/api/session", "/"):
            got = self.app.call("GET", path)
            head = self.app.call("HEAD", path)
            self.assertEqual((got.status, b""), (head.status, head.body), path)
            self.assertEqual(got.headers["Content-Length"], head.headers["Content-Length"], path)

    def test_nowhere(self):
        "A path that is not there is 404, below the API as JSON"
        for path in ("/api", "/api/", "/api/nothing", "/nothing.js", "/views/", "/api/session/x"):
            answer = self.app.get(path)
            self.assertEqual(404, answer.status, path)
            self.assertEqual("not_found", answer.json["error"]["code"])

    def test_metrics(self):
        "Metrics are for signed-in people and for this machine, but not for what a proxy forwards"
        for cookie, headers, status in ((self.app.cookie, {}, 200), (self.staff_cookie, {}, 200), ("x=y", {}, 200),
                                        ("x=y", {"X-Forwarded-For": "127.0.0.1"}, 401),
                                        ("x=y", {"Forwarded": "for=127.0.0.1"}, 401), ("x=y", {"Via": "1.1 x"}, 401),
                                        (self.app.cookie, {"X-Forwarded-For": "192.0.2.1"}, 200)):
            answer = self.app.get("/metrics", cookie=cookie, headers=headers)
            self.assertEqual(status, answer.status, headers)
        text = self.app.get("/metrics").body.decode()
        for line in text.splitlines():
            self.assertRegex(line, r'^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?[0-9.e+]+)$')
        for secret in (self.app.secret, self.app.cookie.split("=")[1], barkbook.OWNER):
            self.assertNotIn(secret, text)

    def test_healthz(self):
        "The health check says on both listeners that the database answers"
        for port in (self.app.dashboard_port, self.app.webhook_port):
            answer = barkbook.request(port, "GET", "/healthz")
            self.assertEqual((200, "ok"), (answer.status, answer.json["status"]))
            self.assertEqual({"status", "version", "instance"}, set(answer.json))

    def test_security_headers(self):
        "Every answer carries the headers that keep a page to itself"
        for path in ("/", "/api/state", "/api/session", "/nothing", "/healthz", "/metrics"):
            headers = self.app.get(path).headers
            self.assertEqual("nosniff", headers["X-Content-Type-Options"], path)
            self.assertEqual("DENY", headers["X-Frame-Options"], path)
            self.assertEqual("no-referrer", headers["Referrer-Policy"], path)
            policy = headers["Content-Security-Policy"]
            self.assertIn("default-src 'none'", policy, path)
            self.assertIn("frame-ancestors 'none'", policy, path)
            self.assertNotIn("unsafe", policy, path)
            if path.startswith("/api"):
                self.assertEqual("no-store", headers["Cache-Control"], path)

    def test_paths_that_trick(self):
        "Tricks with a path reach nothing"
        for path in ("/../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/views/../app.js",
                     "//etc/passwd", "/app.js%00.html", "/./app.js", "/app.js\\..\\x", "/%c0%ae%c0%ae/etc/passwd",
                     "/" + "a" * 9000, "/" + "a/" * 500):
            answer = barkbook.raw(self.app.dashboard_port,
                                  f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            self.assertRegex(answer.split(b"\r\n")[0], rb" 40[04] ", path[:60])
            self.assertNotIn(b"root:", answer)


class Pages(barkbook.Case):
    def test_shell_and_its_files(self):
        "The shell is always 200 and every file it names is there, kept for ever under its version"
        app = self.barkbook()
        shell = app.get("/")
        self.assertEqual(200, shell.status)
        self.assertEqual("no-cache", shell.headers["Cache-Control"])
        names = re.findall(rb'(?:src|href)="(/[^"#]+)"', shell.body)
        self.assertGreater(len(names), 3)
        versioned = 0
        for name in names:
            answer = app.get(name.decode(), headers={"Accept-Encoding": "gzip"})
            self.assertEqual(200, answer.status, name)
            if b"?v=" in name:
                versioned += 1
                self.assertIn("immutable", answer.headers["Cache-Control"], name)
        self.assertGreater(versioned, 3)

    def test_imports(self):
        "Every module that a module imports is there"
        app = self.barkbook()
        seen, queue = set(), ["/app.js"]
        while queue:
            path = queue.pop()
            if path in seen:
                continue
            seen.add(path)
            answer = app.get(path)
            self.assertEqual(200, answer.status, path)
            self.assertTrue(answer.headers["Content-Type"].startswith("text/javascript"), path)
            folder = path.split("?")[0].rsplit("/", 1)[0]
            for name in re.findall(r"""(?:from|import)\s*\(?\s*["'](\.{0,2}/[^"']+)["']""", answer.body.decode()):
                parts = folder.split("/") if name.startswith(".") else [""]
                for part in name.split("/"):
                    if part == "..":
                        parts.pop()
                    elif part not in (".", ""):
                        parts.append(part)
                queue.append("/".join(parts))
        self.assertGreater(len(seen), 10)

    def test_kept_copies(self):
        "A browser that has a page is told so, and one that has another version gets the new one"
        app = self.barkbook()
        first = app.get("/app.js", headers={"Accept-Encoding": "gzip"})
        self.assertEqual("gzip", first.headers["Content-Encoding"])
        again = app.get("/app.js", headers={"If-None-Match": first.headers["ETag"]})
        self.assertEqual((304, b""), (again.status, again.body))
        self.assertEqual(200, app.get("/app.js", headers={"If-None-Match": '"other"'}).status)
        plain = app.get("/app.js")
        self.assertIsNone(plain.headers["Content-Encoding"])
        old = app.get("/app.js?v=0123456789abcdef")
        self.assertEqual("no-cache", old.headers["Cache-Control"])

    def test_web_dir(self):
        "While developing, pages come from a folder, and from nowhere outside it"
        import tempfile
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "web" / "views").mkdir(parents=True)
            (root / "web" / "index.html").write_text("<p>shell")
            (root / "web" / "views" / "x.js").write_text("x")
            (root / "web" / ".hidden").write_text("no")
            (root / "secret").write_text("no")
            (root / "web" / "link").symlink_to(root / "secret")
            (root / "web" / "out").symlink_to(root)
            app = self.barkbook(args=["--web-dir", str(root / "web")])
            self.assertEqual(b"<p>shell", app.get("/").body)
            self.assertEqual(b"x", app.get("/views/x.js").body)
            (root / "web" / "views" / "x.js").write_text("y")
            self.assertEqual(b"y", app.get("/views/x.js").body)
            for path in ("/.hidden", "/link", "/out/secret", "/views", "/../secret", "/%2e%2e/secret", "/nothing"):
                self.assertIn(app.get(path).status, (400, 404), path)


if __name__ == "__main__":
    tap.main()
