"""Requests that no honest client sends: broken framing, path tricks, floods, SQL, forged lines."""

import os
import re
import socket
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import delivery
import tap
from attack import Attacks, answers, head, status


class ShapesTest(Attacks):
    def test_paths(self):
        "No path trick leads to a file, a folder, or an answer other than 400 and 404"
        tricks = (
            "/../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/views/../../etc/passwd",
            "/.%00./x", "/app.js%00.png", "//etc/passwd", "/./app.js", "/\\..\\etc", "/%5c..%5cetc", "/app.js/.",
            "/%c0%ae%c0%ae/etc/passwd", "/%ff", "/%", "/%4", "/%zz", "/api/../api/session", "/api//session",
            "/api/%2e%2e/metrics", "/" + "a" * 2000, "/" + "a/" * 500, "/;/app.js", "/.git/config", "/barkbook.db",
            "/secrets/webhook", "/data/barkbook.db", "/api/session%0d%0aX:1", "/etc/passwd", "/proc/self/environ",
            "/photos/../barkbook.db", "/photos/%2e%2e%2fbarkbook.db", "/backups/", "/backups/erasures", "/www/../secrets",
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

    def test_duplicate_keys_delivered(self):
        "A signed delivery that says a thing twice is applied as the owner's own question will read it"
        body = barkbook.encode(delivery.created(uid="said-first", title="Pierwszy"))
        for key, value in ((b'"uid"', b'"said-second"'), (b'"title"', b'"Drugi"'), (b'"startTime"', b'"2027-01-01T10:00:00Z"')):
            at = body.index(key)
            end = body.index(b",", at)
            body = body[:end] + b"," + key + b":" + value + body[end:]
        answer = self.app.deliver(body)
        self.assertEqual(200, answer.status, answer)
        row = self.app.rows("SELECT e.cal_com_event_id AS uid, e.title, w.payload->'payload'->>'uid' AS kept_uid,"
                            " w.payload->'payload'->>'title' AS kept_title,"
                            " e.start_time = strftime('%Y-%m-%dT%H:%M:%fZ', w.payload->'payload'->>'startTime') AS same_time"
                            " FROM webhook_logs w JOIN calendar_events e ON e.id = w.event_id WHERE w.event_id = ?",
                            answer.json["event_id"])[0]
        self.assertEqual((row["uid"], row["title"], 1), (row["kept_uid"], row["kept_title"], row["same_time"]))
        self.assertEqual(0, self.app.value("SELECT count(*) FROM bookings WHERE uid = 'said-second'"))

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


if __name__ == "__main__":
    tap.main()
