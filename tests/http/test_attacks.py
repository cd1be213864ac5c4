"""What strangers send: through the tunnel's address, and from the salon's Wi-Fi."""

import json
import os
import re
import resource
import socket
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import delivery
import tap

IDLE = tap.count("idle connections on one listener", 2000, 2000)


def status(answer):
    """Of the first answer in raw bytes; None when there was none."""
    match = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    return int(match[1]) if match else None


def answers(received):
    return [int(s) for s in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


def head(method, path, *lines, version="1.1"):
    return "\r\n".join([f"{method} {path} HTTP/{version}", "Host: salon", *lines, "", ""]).encode()


class Attacks(barkbook.Case):
    """One BarkBook for all of them; each must leave it well."""

    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.app = barkbook.Barkbook(settings=dict(cls.settings)).start()
        cls.app.set_up()

    @classmethod
    def tearDownClass(cls):
        cls.app.stop()
        cls.app.remove()

    def tearDown(self):
        for port in (self.app.dashboard_port, self.app.webhook_port):
            self.assertEqual(200, barkbook.request(port, "GET", "/healthz").status, "it is still well")
        self.assertEqual("", self.app.sanitizer_reports())

    def ports(self):
        return (("dashboard", self.app.dashboard_port), ("webhook", self.app.webhook_port))


class ShapesTest(Attacks):
    def test_paths(self):
        "No path trick leads to a file, a folder, or an answer other than 400 and 404"
        tricks = (
            "/../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/views/../../etc/passwd",
            "/.%00./x", "/app.js%00.png", "//etc/passwd", "/./app.js", "/\\..\\etc", "/%5c..%5cetc", "/app.js/.",
            "/%c0%ae%c0%ae/etc/passwd", "/%ff", "/%", "/%4", "/%zz", "/api/../api/session", "/api//session",
            "/api/%2e%2e/metrics", "/" + "a" * 2000, "/" + "a/" * 500, "/;/app.js", "/.git/config", "/barkbook.db",
            "/secrets/webhook", "/data/barkbook.db", "/api/session%0d%0aX:1", "/etc/passwd", "/proc/self/environ",
        )
        for name, port in self.ports():
            for path in tricks:
                with self.subTest(f"{name} {path[:40]}"):
                    received = barkbook.raw(port, head("GET", path, "Connection: close"))
                    self.assertIn(status(received), (400, 404))
                    self.assertNotIn(b"root:", received)

    def test_no_http(self):
        "What is not HTTP is refused or cut, never answered with a success"
        for name, port in self.ports():
            for data in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(200), b"\x00" * 64, b"\r\n\r\n\r\n\r\n",
                         b"GET\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\xff\xfe\r\n\r\n",
                         b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET http://evil.example/ HTTP/1.1\r\nHost: x\r\n\r\n",
                         b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
                         b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", b"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n"):
                with self.subTest(f"{name} {data[:30]!r}"):
                    received = barkbook.raw(port, data, half_close=True)
                    if b"evil.example/" in data and name == "dashboard":
                        self.assertNotIn(b"Location:", received)  # the shell, at most
                    else:
                        self.assertNotIn(2, {s // 100 for s in answers(received)})

    def test_head_floods(self):
        "Too many, too long and too strange headers are refused"
        floods = {
            "many": head("GET", "/healthz", *[f"X-{n}: {n}" for n in range(500)]),
            "long": head("GET", "/healthz", "X-Long: " + "a" * 60000),
            "long name": head("GET", "/healthz", "X" * 30000 + ": 1"),
            "long line": b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n\r\n",
            "long cookie": head("GET", "/healthz", "Cookie: " + "a=b; " * 10000),
        }
        for name, port in self.ports():
            for what, data in floods.items():
                with self.subTest(f"{name} {what}"):
                    try:
                        received = barkbook.raw(port, data)
                    except OSError:
                        continue  # cut while it was still sending
                    self.assertIn(status(received), (None, 400, 404, 413, 431))

    def test_endless_head(self):
        "A head that never ends is cut after bounded bytes"
        for name, port in self.ports():
            with self.subTest(name), socket.create_connection(("127.0.0.1", port), timeout=30) as s:
                s.sendall(b"GET / HTTP/1.1\r\n")
                sent = 0
                try:
                    while sent < 50_000_000:
                        s.sendall(b"X: " + b"a" * 8000 + b"\r\n")
                        sent += 8005
                except OSError:
                    pass
                self.assertLess(sent, 20_000_000, "it went on reading")

    def test_smuggling(self):
        "Bodies whose length is said twice or wrongly are refused, and nothing behind them is taken for a request"
        inner = b"GET /smuggled HTTP/1.1\r\nHost: salon\r\n\r\n"
        shapes = {
            "TE and CL": (["Transfer-Encoding: chunked", f"Content-Length: {5 + len(inner)}"], b"0\r\n\r\n" + inner),
            "CL and TE": (["Content-Length: 5", "Transfer-Encoding: chunked"], b"0\r\n\r\n" + inner),
            "two CL": (["Content-Length: 0", f"Content-Length: {len(inner)}"], inner),
            "two equal CL": (["Content-Length: 2", "Content-Length: 2"], b"{}" + inner),
            "CL list": (["Content-Length: 2, 2"], b"{}" + inner),
            "negative CL": (["Content-Length: -1"], inner),
            "plus CL": (["Content-Length: +2"], b"{}" + inner),
            "hex CL": (["Content-Length: 0x2"], b"{}" + inner),
            "huge CL": (["Content-Length: 99999999999999999999"], inner),
            "space CL": (["Content-Length : 2"], b"{}" + inner),
            "obs-fold": (["Transfer-Encoding:", " chunked"], b"0\r\n\r\n" + inner),
            "xchunked": (["Transfer-Encoding: xchunked"], b"0\r\n\r\n" + inner),
            "chunked twice": (["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], b"0\r\n\r\n" + inner),
            "chunked, identity": (["Transfer-Encoding: chunked, identity"], b"0\r\n\r\n" + inner),
            "bad chunk": (["Transfer-Encoding: chunked"], b"zz\r\n{}\r\n0\r\n\r\n" + inner),
            "negative chunk": (["Transfer-Encoding: chunked"], b"-2\r\n{}\r\n0\r\n\r\n" + inner),
            "huge chunk": (["Transfer-Encoding: chunked"], b"ffffffffffffffff\r\n{}\r\n0\r\n\r\n" + inner),
            "no CRLF": (["Transfer-Encoding: chunked"], b"2\r\n{}0\r\n\r\n" + inner),
            "bare LF chunk": (["Transfer-Encoding: chunked"], b"2\n{}\n0\n\n" + inner),
            "body of GET": (["Content-Length: 5"], b"hello" + inner),
        }
        mac = barkbook.signature(self.app.secret, b"{}")
        for name, port in self.ports():
            path = "/api/session" if name == "dashboard" else "/api/webhooks/calcom"
            for what, (lines, body) in shapes.items():
                method = "GET" if what == "body of GET" else "POST"
                if what == "body of GET" and name == "webhook":
                    path = "/healthz"
                with self.subTest(f"{name} {what}"):
                    data = head(method, path, "Content-Type: application/json", "X-BarkBook: 1",
                                f"X-Cal-Signature-256: {mac}", *lines) + body
                    received = barkbook.raw(port, data, half_close=True)
                    self.assertLessEqual(len(answers(received)), 1, received)
                    if what != "body of GET":
                        self.assertIn(status(received), (None, 400, 401, 408, 411, 413, 501), received[:200])

    def test_pipelined(self):
        "Two honest requests in one packet are both answered: only dishonest ones are cut"
        received = barkbook.raw(self.app.dashboard_port,
                                head("GET", "/healthz") + head("GET", "/healthz", "Connection: close"))
        self.assertEqual([200, 200], answers(received))

    def test_oversize(self):
        "Bodies over the limit are refused at once, by what they announce and by what they are"
        for path, port in (("/api/session", self.app.dashboard_port), ("/api/webhooks/calcom", self.app.webhook_port)):
            lines = ["Content-Type: application/json", "X-BarkBook: 1", "X-Cal-Signature-256: " + "0" * 64]
            announced = head("POST", path, *lines, "Content-Length: 999999999")
            self.assertEqual(413, status(barkbook.raw(port, announced, timeout=10)))
            with socket.create_connection(("127.0.0.1", port), timeout=30) as s:
                s.sendall(head("POST", path, *lines, "Transfer-Encoding: chunked"))
                received = b""
                try:
                    for _ in range(400):
                        s.sendall(b"10000\r\n" + b"a" * 65536 + b"\r\n")
                    received = s.recv(65536)
                except OSError:
                    received = b"HTTP/1.1 413 cut"
                self.assertEqual(413, status(received))

    def test_bad_json(self):
        "NUL bytes, invalid UTF-8, deep nesting, huge numbers and trailing bytes are 400, signed or signed in"
        bodies = {
            "nul": b'{"name":"a\x00b","password":"x"}', "nul after": b"{}\x00", "invalid": b'{"name":"\xff\xfe"}',
            "overlong": b'{"name":"\xc0\xaf"}', "deep": b'{"a":' * 100 + b"1" + b"}" * 100,
            "deep array": b"[" * 3000, "trailing": b"{}{}", "bom": b"\xef\xbb\xbf{}", "empty": b"", "array": b"[]",
            "number": b"1", "truncated": b'{"name":"', "comment": b"{/**/}", "nan": b'{"a":NaN}',
        }
        for what, body in bodies.items():
            with self.subTest(f"dashboard {what}"):
                answer = barkbook.request(self.app.dashboard_port, "POST", "/api/session", body,
                                          {"Content-Type": "application/json", "X-BarkBook": "1"})
                self.assertEqual(400, answer.status)
            with self.subTest(f"webhook {what}"):
                answer = self.app.deliver(body)
                self.assertIn(answer.status, (200, 400) if what in ("array", "number") else (400,), answer)
        self.assertEqual("ok", self.app.value("PRAGMA integrity_check"))

    def test_duplicate_keys(self):
        "A key given twice cannot make two readers see two bodies: it is read the same way every time"
        body = b'{"name":"Ola","name":"Ktos","password":"' + barkbook.PASSWORD.encode() + b'"}'
        got = {barkbook.request(self.app.dashboard_port, "POST", "/api/session", body,
                                {"Content-Type": "application/json", "X-BarkBook": "1"}).status for _ in range(2)}
        self.assertEqual(1, len(got))

    def test_header_split(self):
        "Nothing a client sends comes back as a header, and there is no redirect to anywhere"
        for path in ("/?next=https://evil.example", "//evil.example/%2e%2e", "/?x=%0d%0aSet-Cookie:a=b",
                     "/%0d%0aSet-Cookie:a=b", "/\\evil.example", "/api/session?url=//evil.example"):
            for lines in ((), ("X-Forwarded-Host: evil.example", "X-Original-URL: //evil.example")):
                received = barkbook.raw(self.app.dashboard_port, head("GET", path, *lines, "Connection: close"))
                headers = received.split(b"\r\n\r\n")[0]
                self.assertNotIn(b"Location", headers)
                self.assertNotIn(b"evil", headers)
                self.assertNotIn(b"Set-Cookie", headers)
                self.assertNotEqual(3, (status(received) or 0) // 100)

    def test_sql(self):
        "SQL in names, ids, queries and deliveries is text"
        evil = "x'; DROP TABLE staff; --"
        before = self.app.value("SELECT group_concat(name || sql) FROM sqlite_master")
        people = self.app.value("SELECT count(*) FROM staff")
        self.app.post("/api/session", {"name": evil, "password": "y' OR '1'='1"}, cookie="nothing=0")
        quoted = "x'%20OR%20'1'='1"
        for path in (f"/api/appointments/{quoted}", f"/api/webhooks/{quoted}", f"/api/day?date={quoted}",
                     f"/api/webhooks?status={quoted}", f"/api/webhooks?before={quoted}", f"/api/staff/{quoted}/sessions"):
            with self.subTest(path):
                answer = self.app.get(path)
                self.assertIn(answer.status, (200, 400, 404, 422))
                if answer.status == 200:
                    self.assertNotIn(b'"id":', answer.body.replace(b'"id":null', b""))
        self.assertEqual(404, self.app.delete(f"/api/sessions/{quoted}").status)
        self.assertEqual(200, self.app.deliver(delivery.created(uid=evil, name=evil, notes=evil)).status)
        self.assertEqual(before, self.app.value("SELECT group_concat(name || sql) FROM sqlite_master"))
        self.assertEqual(people, self.app.value("SELECT count(*) FROM staff"))
        self.assertEqual(evil, self.app.value("SELECT attendee_name FROM calendar_events WHERE cal_com_event_id = ?", evil))

    def test_log_lines(self):
        "What strangers send cannot forge a line of the log, and no secret or name is in it"
        self.app.deliver(delivery.created(uid="a\nlevel=info forged=1", name="Tajna Osoba", phone="+48600999888"))
        self.app.post("/api/session", {"name": "x\ny", "password": "tajne-hasło"}, cookie="nothing=0")
        self.assertFalse([l for l in self.app.log.splitlines() if re.match(r"(<\d>)?level=info forged", l)])
        for secret in ("Tajna", "600999888", "tajne-hasło", self.app.secret, barkbook.PASSWORD,
                       self.app.cookie.split("=")[1]):
            self.assertNotIn(secret, self.app.log)

    def test_secrets_on_disk(self):
        "The data folder and its secrets are readable by their owner only, and no secret is in argv or /metrics"
        for path in (self.app.data_dir, self.app.data_dir / "secrets"):
            self.assertEqual(0o700, path.stat().st_mode & 0o777, path)
        self.assertEqual(0o600, (self.app.data_dir / "secrets" / "webhook").stat().st_mode & 0o777)
        self.assertEqual(0, (self.app.data_dir / "barkbook.db").stat().st_mode & 0o077 & 0o077
                         if self.app.data_dir.stat().st_mode & 0o077 else 0)
        argv = Path(f"/proc/{self.app.process.pid}/cmdline").read_bytes()
        metrics = self.app.get("/metrics").body
        for text in (argv, metrics):
            self.assertNotIn(self.app.secret.encode(), text)


class SignInTest(Attacks):
    def try_name(self, name, cookie="nothing=0", source=None):
        headers = {"X-Forwarded-For": source} if source else {}
        return self.app.post("/api/session", {"name": name, "password": "zgaduję-hasło"}, cookie=cookie, headers=headers)

    settings = {"server.dashboard_trusted_proxies": "127.0.0.1"}

    def test_unknown_names(self):
        "An unknown name is answered word for word like a wrong password, and takes about the same time"
        took = {True: [], False: []}
        bodies = set()
        rounds = tap.count("sign-ins timed", 6, 20)
        for n in range(rounds):
            for known in (True, False):
                began = time.monotonic()
                # Another address each time, so that no lock-out answers instead.
                answer = self.try_name(barkbook.OWNER if known else f"Nikt{n}", source=f"198.51.100.{n + 1}")
                took[known].append(time.monotonic() - began)
                self.assertEqual(401, answer.status)
                bodies.add(answer.body)
        self.assertEqual(1, len(bodies))
        # Without the computation it would be hundreds of times faster; a busy machine doubles either.
        ratio = min(took[True]) / min(took[False])
        print(f"known {statistics.median(took[True]) * 1000:.0f} ms, unknown {statistics.median(took[False]) * 1000:.0f} ms")
        self.assertGreater(ratio, 1 / 3)
        self.assertLess(ratio, 3)

    def test_lockout(self):
        "Five wrong tries lock that address out; the owner gets in from elsewhere meanwhile"
        got = [self.try_name(barkbook.OWNER, source="203.0.113.7").status for _ in range(7)]
        self.assertEqual([401] * 5 + [429] * 2, got)
        right = {"name": barkbook.OWNER, "password": barkbook.PASSWORD}
        from_there = self.app.post("/api/session", right, cookie="nothing=0", headers={"X-Forwarded-For": "203.0.113.7"})
        self.assertEqual(429, from_there.status, "not even with the right password")
        self.assertIsNotNone(from_there.headers["Retry-After"])
        elsewhere = self.app.post("/api/session", right, cookie="nothing=0", headers={"X-Forwarded-For": "203.0.113.8"})
        self.assertEqual(200, elsewhere.status)

    def test_case_is_no_way_round(self):
        "Writing the name otherwise gives no more tries"
        got = [self.try_name(name, source="203.0.113.99").status
               for name in ("Ola", "OLA", "ola", "oLA", "OlA", "OLa", "olA")]
        self.assertEqual(429, got[-1])

    def test_flood_of_sign_ins(self):
        "Strangers who keep the box computing passwords do not keep the salon out"
        self.app.get("/api/session")  # somebody at the desk is signed in, from here
        with ThreadPoolExecutor(12) as pool:
            flood = [pool.submit(self.try_name, f"nikt{n}", source=f"192.0.2.{n + 1}") for n in range(24)]
            right = self.app.post("/api/session", {"name": barkbook.OWNER, "password": barkbook.PASSWORD},
                                  cookie="nothing=0")
            self.assertEqual(200, right.status)
            self.assertLessEqual({f.result().status for f in flood}, {401, 429})


class SlowTest(Attacks):
    def test_many_from_one_address(self):
        "128 connections from one address at a time are all served, on either listener"
        for name, port in self.ports():
            wanted = 128 if name == "webhook" else 64
            with self.subTest(name):
                conns = [barkbook.Connection(port) for _ in range(wanted)]
                for c in conns:
                    c.http.connect()
                for c in conns:
                    c.http.putrequest("GET", "/healthz")
                    c.http.endheaders()
                got = []
                for c in conns:
                    r = c.http.getresponse()
                    got.append(r.status)
                    r.read()
                for c in conns:
                    c.close()
                self.assertEqual([200] * wanted, got)

    def test_idle_flood(self):
        "2,000 connections that say nothing on one listener leave the other one as quick as before"
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard != resource.RLIM_INFINITY and hard < IDLE + 200:
            self.skipTest(f"only {hard} open files allowed here")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, IDLE + 200), hard))
        for flooded, other in ((self.app.webhook_port, self.app.dashboard_port),
                               (self.app.dashboard_port, self.app.webhook_port)):
            with self.subTest(flooded=flooded):
                idle = []
                for _ in range(IDLE):
                    s = socket.socket()
                    s.setblocking(False)
                    s.connect_ex(("127.0.0.1", flooded))
                    idle.append(s)
                try:
                    slowest = 0
                    for _ in range(20):
                        began = time.monotonic()
                        self.assertEqual(200, barkbook.request(other, "GET", "/healthz", timeout=10).status)
                        slowest = max(slowest, time.monotonic() - began)
                    self.assertLess(slowest, 3)
                finally:
                    for s in idle:
                        s.close()
                barkbook.wait_for(lambda: self.served(flooded), 30, "the flooded listener serves again")

    def served(self, port):
        try:
            return barkbook.request(port, "GET", "/healthz", timeout=5).status == 200
        except OSError:
            return False

    def cut_after(self, port, first, drip, at_most):
        """Seconds until the server ends a connection that sends `first` and then drips bytes."""
        with socket.create_connection(("127.0.0.1", port), timeout=at_most) as s:
            s.sendall(first)
            began = time.monotonic()
            s.settimeout(0.5)
            while time.monotonic() - began < at_most:
                try:
                    if drip:
                        s.sendall(drip)
                    if s.recv(65536) == b"":
                        return time.monotonic() - began
                except socket.timeout:
                    continue
                except OSError:
                    return time.monotonic() - began
            self.fail(f"still open after {at_most} s")

    def test_slow_peers(self):
        "Slow heads, slow bodies and idle kept-alive connections are cut by deadlines, dripping or not"
        wh, db = self.app.webhook_port, self.app.dashboard_port
        slow_body = head("POST", "/api/webhooks/calcom", "Content-Type: application/json",
                         "X-Cal-Signature-256: " + "0" * 64, "Content-Length: 100000")
        cases = {
            "silent head": (wh, b"GET /heal", b"", 25),
            "dripping head": (wh, b"GET /healthz HTTP/1.1\r\n", b"X: 1\r\n", 40),
            "slow body": (wh, slow_body, b"a", 30),
            "stalled body": (wh, slow_body, b"", 30),
            "idle webhook": (wh, head("GET", "/healthz"), b"", 15),
            "idle dashboard": (db, head("GET", "/healthz"), b"", 15),
            "dripping dashboard": (db, b"GET / HTTP/1.1\r\n", b"X: 1\r\n", 40),
        }
        with ThreadPoolExecutor(len(cases)) as pool:
            waits = {name: pool.submit(self.cut_after, *case) for name, case in cases.items()}
            for name, wait in waits.items():
                with self.subTest(name):
                    print(f"{name}: cut after {wait.result():.1f} s")

    def test_worker_starvation(self):
        "While slow peers hold every worker of the webhook listener, a signed delivery still gets through"
        slow = []
        for _ in range(250):
            s = socket.socket()
            s.setblocking(False)
            s.connect_ex(("127.0.0.1", self.app.webhook_port))
            slow.append(s)
        try:
            answer = barkbook.wait_for(lambda: self.delivered(), 30, "a delivery")
            self.assertEqual(200, answer.status)
        finally:
            for s in slow:
                s.close()

    def delivered(self):
        try:
            return self.app.deliver(delivery.created())
        except OSError:
            return None


class WebhookTest(barkbook.Case):
    """The tunnel's side: who may, how often, and how much is remembered of refusals."""

    def test_stranger(self):
        "A stranger who knows the tunnel's address gets nothing and leaves nothing but a count"
        app = self.barkbook()
        body = json.dumps(delivery.created(uid="forged")).encode()
        for headers in ({}, {"X-Cal-Signature-256": ""}, {"X-Cal-Signature-256": "0" * 64},
                        {"X-Cal-Signature-256": "no-secret-provided"},
                        {"X-Cal-Signature-256": "sha256=" + barkbook.signature(app.secret, body)},
                        {"X-Cal-Signature-256": barkbook.signature("", body)},
                        {"X-Cal-Signature-256": barkbook.signature(app.secret, body + b" ")}):
            answer = barkbook.request(app.webhook_port, "POST", "/api/webhooks/calcom", body,
                                      {"Content-Type": "application/json", **headers})
            self.assertEqual(401, answer.status, headers)
            self.assertNotIn("event_id", {k for k, v in answer.json.items() if v})
        self.assertEqual(0, app.value("SELECT count(*) FROM webhook_logs"))
        self.assertEqual(0, app.value("SELECT count(*) FROM bookings"))
        barkbook.wait_for(lambda: app.value("SELECT sum(count) FROM webhook_rejects") == 7, 15, "counted")

    def test_rate(self):
        "Refused requests of an address are limited; signed deliveries from the same address never are"
        app = self.barkbook(settings={"limits.webhook_rate": "5"})
        body = json.dumps(delivery.created()).encode()
        got = [barkbook.request(app.webhook_port, "POST", "/api/webhooks/calcom", body,
                                {"Content-Type": "application/json"}).status for _ in range(12)]
        self.assertEqual({401, 429}, set(got))
        self.assertLessEqual(got.count(401), 10)  # a minute may have ended in between
        for _ in range(10):
            self.assertEqual(200, app.deliver(delivery.created()).status)

    def test_allow_list(self):
        "With an allow list only those networks deliver, by the address a trusted proxy reports"
        app = self.barkbook(settings={"limits.webhook_allow": "198.51.100.0/24", "server.webhook_trusted_proxies": "127.0.0.1"})
        self.assertEqual(403, app.deliver(delivery.created()).status)
        self.assertEqual(403, app.deliver(delivery.created(), headers={"X-Forwarded-For": "203.0.113.5"}).status)
        self.assertEqual(200, app.deliver(delivery.created(), headers={"X-Forwarded-For": "198.51.100.5"}).status)
        forged = {"X-Forwarded-For": "198.51.100.5, 203.0.113.5"}
        self.assertEqual(403, app.deliver(delivery.created(), headers=forged).status, "the rightmost counts")

    def test_untrusted_proxy(self):
        "Without a trusted proxy nobody chooses their own address by a header"
        app = self.barkbook(settings={"limits.webhook_allow": "198.51.100.0/24"})
        for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP"):
            value = "for=198.51.100.5" if name == "Forwarded" else "198.51.100.5"
            self.assertEqual(403, app.deliver(delivery.created(), headers={name: value}).status, name)

    def test_bounded_refusals(self):
        "Refusals from very many addresses stay a bounded number of rows"
        app = self.barkbook(settings={"server.webhook_trusted_proxies": "127.0.0.1"})
        n = tap.count("addresses refused", 3000, 30000)
        with barkbook.Connection(app.webhook_port) as c:
            for i in range(n):
                c.request("POST", "/api/webhooks/calcom", b"{}", {
                    "X-Forwarded-For": f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}", "Content-Type": "application/json"})
        barkbook.wait_for(lambda: app.value("SELECT sum(count) FROM webhook_rejects") == n, 20, "all counted")
        self.assertLess(app.value("SELECT count(*) FROM webhook_rejects"), 2500)
        self.assertLess((app.data_dir / "barkbook.db").stat().st_size, 3_000_000)

    def test_metadata(self):
        "A client who sets booking metadata reaches nobody else's card, and no statement"
        app = self.barkbook()
        for value in ("' OR 1=1 --", "../../etc/passwd", "00000000-0000-4000-8000-000000000000", 7, ["a"], {"a": 1},
                      "x" * 50000, "\u0000", None, True):
            with self.subTest(str(value)[:30]):
                sent = delivery.created(metadata={"barkbookClientId": value, "barkbookPetId": value})
                self.assertEqual(200, app.deliver(sent).status)
        self.assertEqual(0, app.value("SELECT count(*) FROM calendar_events WHERE client_id IS NOT NULL"))


if __name__ == "__main__":
    tap.main()
