"""POST /api/webhooks/calcom: every row of the table of answers, and what is kept of each request."""

import socket
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import delivery
import tap

PATH = "/api/webhooks/calcom"
MIB = 1 << 20


class Hook(barkbook.Case):
    @classmethod
    def setUpClass(cls):
        # A rate nobody reaches by accident; the tests of the rate start their own.
        cls.app = barkbook.Barkbook(settings={"limits.webhook_rate": "100000"})
        cls.app.start()

    @classmethod
    def tearDownClass(cls):
        try:
            cls.app.stop()
        finally:
            cls.app.remove()

    def post(self, body, headers=None, method="POST"):
        return barkbook.request(self.app.webhook_port, method, PATH, body, headers or {})

    def logs(self):
        return self.app.value("SELECT count(*) FROM webhook_logs")

    def assert_answer(self, answer, status, word, action=...):
        self.assertEqual(status, answer.status, answer)
        self.assertEqual({"status", "action", "event_id", "message"}, set(answer.json))
        self.assertEqual(word, answer.json["status"])
        self.assertTrue(answer.json["message"])
        if action is not ...:
            self.assertEqual(action, answer.json["action"])

    def test_created(self):
        "A signed booking is stored and applied before it is answered"
        d = delivery.created()
        answer = self.app.deliver(d)
        self.assert_answer(answer, 200, "success", "created")
        row = self.app.rows("SELECT id, status FROM calendar_events WHERE cal_com_event_id = ?", d["payload"]["uid"])
        self.assertEqual([{"id": answer.json["event_id"], "status": "scheduled"}], row)

    def test_actions(self):
        "Each kind of change is named in its answer"
        first = delivery.created(start="2027-01-11T09:00:00Z")
        uid = first["payload"]["uid"]
        self.assert_answer(self.app.deliver(first), 200, "success", "created")
        moved = delivery.rescheduled(uid, start="2027-01-12T09:00:00Z")
        new_uid = moved["payload"]["uid"]
        self.assert_answer(self.app.deliver(moved), 200, "success", "rescheduled")
        self.assert_answer(self.app.deliver(moved), 200, "success", "duplicate")
        self.assert_answer(self.app.deliver(delivery.no_show(new_uid)), 200, "success", "no_show")
        gone = delivery.cancelled(uid=new_uid, start="2027-01-12T09:00:00Z")
        self.assert_answer(self.app.deliver(gone), 200, "success", "cancelled")

    def test_waiting(self):
        "A no-show that overtook its booking is kept, without an appointment"
        answer = self.app.deliver(delivery.no_show(delivery.new_uid()))
        self.assert_answer(answer, 200, "success", "waiting")
        self.assertIsNone(answer.json["event_id"])

    def test_ignored(self):
        "What is authentic but no booking is stored and ignored"
        for d in (delivery.ping(), delivery.envelope("BOOKING_REASSIGNED", {"uid": "x"}),
                  {"shape": "nobody knows"}):
            before = self.logs()
            self.assert_answer(self.app.deliver(d), 200, "ignored", None)
            self.assertEqual(before + 1, self.logs())

    def test_not_json(self):
        "Law 9: a signed body that is not JSON is refused, and kept whole"
        for body in (b"a=b&c=d", b"", b"{", b"\xff\xfe", b"{}{}", b"\0"):
            before = self.logs()
            self.assert_answer(self.app.deliver(body), 400, "error", None)
            self.assertEqual(before + 1, self.logs(), body)

    def test_unsigned(self):
        "Law 10: a missing or wrong signature stores nothing and says the same"
        body = barkbook.encode(delivery.created())
        right = barkbook.signature(self.app.secret, body)
        before = self.logs()
        headers = {"Content-Type": "application/json"}
        messages = set()
        for value in (None, "", "no-secret-provided", right[:-1], right + "0", "0" * 64, right.upper(),
                      "sha256=" + right, barkbook.signature("other", body)):
            extra = {} if value is None else {"X-Cal-Signature-256": value}
            answer = self.post(body, {**headers, **extra})
            self.assert_answer(answer, 401, "error", None)
            messages.add(answer.json["message"])
        self.assertEqual(1, len(messages))
        self.assertEqual(before, self.logs())

    def test_signature_of_another_body(self):
        "A signature is good for the very bytes it was made of"
        body = barkbook.encode(delivery.created())
        headers = self.app.signed_headers(body)
        self.assert_answer(self.post(body + b" ", headers), 401, "error")
        self.assert_answer(self.post(body.replace(b"A", b"B", 1), headers), 401, "error")

    def test_two_signatures(self):
        "Two signature headers are no signature, whichever is right"
        body = b"{}"
        right = barkbook.signature(self.app.secret, body)
        head = (f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
                f"X-Cal-Signature-256: {right}\r\nX-Cal-Signature-256: {'0' * 64}\r\nConnection: close\r\n\r\n")
        self.assertIn(b" 401 ", barkbook.raw(self.app.webhook_port, head.encode() + body).split(b"\r\n")[0])

    def test_method(self):
        "Only POST is answered, and says so"
        for method in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS"):
            answer = self.post(None, method=method)
            self.assert_answer(answer, 405, "error", None)
            self.assertEqual("POST", answer.headers["Allow"])
        self.assertEqual(405, self.post(None, method="HEAD").status)

    def test_size(self):
        "One byte more than the limit is refused, the limit itself is not"
        def padded(size):
            start = b'{"triggerEvent":"PING","x":"'
            return start + b"a" * (size - len(start) - 2) + b'"}'

        self.assert_answer(self.app.deliver(padded(MIB)), 200, "ignored")
        before = self.logs()
        self.assert_answer(self.app.deliver(padded(MIB + 1)), 413, "error")
        self.assertEqual(before, self.logs())

    def test_size_announced(self):
        "A size that is only announced is refused without waiting for the body"
        head = (f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                f"Content-Length: 99999999999\r\nX-Cal-Signature-256: {'0' * 64}\r\n\r\n")
        self.assertIn(b" 413 ", barkbook.raw(self.app.webhook_port, head.encode()).split(b"\r\n")[0])

    def test_size_chunked(self):
        "A chunked body has the same limit"
        chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
        head = (f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                f"Transfer-Encoding: chunked\r\nX-Cal-Signature-256: {'0' * 64}\r\n\r\n")
        answer = barkbook.raw(self.app.webhook_port, head.encode() + chunk * 17 + b"0\r\n\r\n")
        self.assertIn(b" 413 ", answer.split(b"\r\n")[0])

    def test_chunked(self):
        "A signed chunked body is a delivery like any other"
        body = barkbook.encode(delivery.created())
        pieces = b"".join(b"%x\r\n%s\r\n" % (len(body[i:i + 100]), body[i:i + 100]) for i in range(0, len(body), 100))
        head = (f"POST {PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                f"X-Cal-Signature-256: {barkbook.signature(self.app.secret, body)}\r\nConnection: close\r\n\r\n")
        answer = barkbook.raw(self.app.webhook_port, head.encode() + pieces + b"0\r\n\r\n")
        self.assertIn(b" 200 ", answer.split(b"\r\n")[0], answer)
        self.assertIn(b'"created"', answer)

    def test_type_unsigned(self):
        "The type of an unsigned body matters"
        body = barkbook.encode(delivery.created())
        for kind in ("text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"):
            self.assert_answer(self.post(body, {"Content-Type": kind}), 415, "error", None)
        self.assert_answer(self.post(body, {"Content-Type": "application/json; charset=utf-8"}), 401, "error")

    def test_type_signed(self):
        "A signed body of any type is stored"
        for kind in ("text/plain", "application/x-www-form-urlencoded", "nonsense"):
            self.assert_answer(self.app.deliver(delivery.created(), headers={"Content-Type": kind}), 200, "success")

    def test_unprocessable(self):
        "Law 9: a booking without a uid or without usable times is kept for replay"
        cases = [
            delivery.created(uid=None) | {"payload": delivery.booking() | {"uid": None}},
            delivery.created(start="2027-01-11T09:00:00Z", end="2027-01-11T08:00:00Z"),
            delivery.envelope("BOOKING_CREATED", delivery.booking(startTime=..., endTime=...)),
            delivery.envelope("BOOKING_RESCHEDULED", delivery.booking(startTime="tomorrow")),
            delivery.envelope("BOOKING_REQUESTED", delivery.booking(endTime=None)),
        ]
        for d in cases:
            before = self.logs()
            self.assert_answer(self.app.deliver(d), 422, "error", None)
            self.assertEqual(before + 1, self.logs())
        last = self.app.rows("SELECT status, error_message FROM webhook_logs ORDER BY id DESC LIMIT 1")[0]
        self.assertEqual("error", last["status"])
        self.assertTrue(last["error_message"])

    def test_half_body(self):
        "Half a body stores nothing, whatever its signature"
        body = barkbook.encode(delivery.created())
        head = (f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n"
                f"X-Cal-Signature-256: {barkbook.signature(self.app.secret, body[:len(body) // 2])}\r\n\r\n")
        before = self.logs()
        answer = barkbook.raw(self.app.webhook_port, head.encode() + body[:len(body) // 2], half_close=True)
        self.assertIn(b" 400 ", answer.split(b"\r\n")[0])
        self.assertEqual(before, self.logs())

    def test_half_chunked(self):
        "A chunked body that breaks off, or whose framing is broken, stores nothing"
        body = b'{"triggerEvent":"PING"}'
        signature = barkbook.signature(self.app.secret, body)
        head = (f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                f"Transfer-Encoding: chunked\r\nX-Cal-Signature-256: {signature}\r\n\r\n").encode()
        before = self.logs()
        for rest in (b"17\r\n" + body + b"\r\n", b"17\r\n" + body, b"zz\r\n" + body + b"\r\n0\r\n\r\n",
                     b"-17\r\n" + body + b"\r\n0\r\n\r\n", b"5\r\n" + body + b"\r\n0\r\n\r\n",
                     b"ffffffffffffffff\r\n" + body + b"\r\n0\r\n\r\n"):
            answer = barkbook.raw(self.app.webhook_port, head + rest, half_close=True)
            self.assertRegex(answer.split(b"\r\n")[0], rb" 4\d\d ", rest)
        self.assertEqual(before, self.logs())

    def test_wrong_length(self):
        "A length that is no length, or is said twice, is refused"
        body = b"{}"
        signature = barkbook.signature(self.app.secret, body)
        for lines in ("Content-Length: -2", "Content-Length: two", "Content-Length: 2x",
                      "Content-Length: 99999999999999999999", "Content-Length: 2\r\nContent-Length: 2",
                      "Content-Length: 2\r\nContent-Length: 3", "Content-Length: 2\r\nTransfer-Encoding: chunked",
                      "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"):
            head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{lines}\r\nX-Cal-Signature-256: {signature}\r\n\r\n"
            answer = barkbook.raw(self.app.webhook_port, head.encode() + body, half_close=True)
            self.assertRegex(answer.split(b"\r\n")[0], rb" 4\d\d ", lines)
            self.assertEqual(1, answer.count(b"HTTP/1.1 "), lines)

    def test_body_after_the_length(self):
        "What follows an announced length is not part of the body"
        body = b"{}"
        head = (f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n"
                f"X-Cal-Signature-256: {barkbook.signature(self.app.secret, body)}\r\n\r\n")
        answer = barkbook.raw(self.app.webhook_port, head.encode() + body + b"GET /healthz HTTP/1.1\r\n\r\n")
        self.assertEqual(1, answer.count(b"HTTP/1.1 "))
        self.assertIn(b'"ignored"', answer)

    def test_expect(self):
        "A client that waits for leave to send its body gets it"
        body = barkbook.encode(delivery.created())
        head = (f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n"
                f"X-Cal-Signature-256: {barkbook.signature(self.app.secret, body)}\r\nConnection: close\r\n\r\n")
        with socket.create_connection(("127.0.0.1", self.app.webhook_port), timeout=20) as s:
            s.sendall(head.encode())
            self.assertTrue(s.recv(1000).startswith(b"HTTP/1.1 100 "))
            s.sendall(body)
            answer = b""
            while part := s.recv(65536):
                answer += part
        self.assertTrue(answer.startswith(b"HTTP/1.1 200 "), answer)

    def test_other_paths(self):
        "Nothing but the webhooks and the health check is reached through this listener"
        for path in ("/", "/index.html", "/api/state", "/api/session", "/api/day", "/metrics", "/api/webhooks",
                     "/api/webhooks/calcom/x", "/api/setup", "/api/live"):
            answer = barkbook.request(self.app.webhook_port, "GET", path)
            self.assertEqual(404, answer.status, path)
        self.assertEqual(200, barkbook.request(self.app.webhook_port, "GET", "/healthz").status)

    def test_not_on_the_dashboard(self):
        "A delivery is not taken by the dashboard's listener"
        body = barkbook.encode(delivery.created())
        before = self.logs()
        answer = barkbook.request(self.app.dashboard_port, "POST", PATH, body, self.app.signed_headers(body))
        self.assertIn(answer.status, (401, 403, 404, 405))
        self.assertEqual(before, self.logs())

    def test_log(self):
        "The log has a line for each delivery that comes in and one when it is done, and nobody's data"
        d = delivery.created(name="Zenobia Tajna", email="zenobia@example.pl", phone="+48600999888")
        answer = self.app.deliver(d)
        uid = d["payload"]["uid"]
        came = [line for line in self.app.log.splitlines() if "webhook_received" in line and uid in line]
        done = [line for line in self.app.log.splitlines()
                if "webhook_done" in line and answer.json["event_id"] in line]
        self.assertEqual((1, 1), (len(came), len(done)))
        self.assertIn("BOOKING_CREATED", came[0])
        self.assertRegex(done[0], r"action=created .*ms=\d+")
        for private in ("Zenobia", "zenobia@", "600999888", self.app.secret):
            self.assertNotIn(private, self.app.log)

    def test_headers_of_answers(self):
        "Every answer forbids to be kept, framed or guessed at"
        for answer in (self.app.deliver(delivery.ping()), self.post(b"{}"), self.post(None, method="GET"),
                       barkbook.request(self.app.webhook_port, "GET", "/nowhere")):
            self.assertEqual("no-store", answer.headers["Cache-Control"])
            self.assertEqual("nosniff", answer.headers["X-Content-Type-Options"])
            self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
            self.assertIsNone(answer.headers["Server"])


class Limits(barkbook.Case):
    def refuse(self, app, count, headers=None):
        return [barkbook.request(app.webhook_port, "POST", PATH, b"{}",
                                 {"Content-Type": "application/json", **(headers or {})}).status
                for _ in range(count)]

    def test_rate(self):
        "Refused requests are limited per address; signed ones never are"
        app = self.barkbook(settings={"limits.webhook_rate": "5"})
        # The minute may end in between: then the count starts again once.
        statuses = self.refuse(app, 30)
        self.assertEqual({401, 429}, set(statuses))
        self.assertLessEqual(statuses.count(401), 10)
        answer = barkbook.request(app.webhook_port, "POST", PATH, b"{}", {"Content-Type": "application/json"})
        if answer.status == 429:
            self.assertTrue(answer.headers["Retry-After"])
        for _ in range(20):
            self.assertEqual(200, app.deliver(delivery.created()).status)

    def test_rate_behind_a_proxy(self):
        "Behind a trusted proxy the client's own address is limited, and it cannot choose another"
        app = self.barkbook(settings={"limits.webhook_rate": "5", "server.webhook_trusted_proxies": "127.0.0.1"})
        self.assertIn(429, self.refuse(app, 30, {"X-Forwarded-For": "203.0.113.1"}))
        self.assertEqual([401], self.refuse(app, 1, {"X-Forwarded-For": "203.0.113.2"}))
        # What stands to the left was written by the client.
        forged = [self.refuse(app, 1, {"X-Forwarded-For": f"198.51.100.{i}, 203.0.113.3"})[0] for i in range(30)]
        self.assertIn(429, forged)

    def test_forwarding_is_not_believed(self):
        "Without a trusted proxy nobody escapes the limit by a header"
        app = self.barkbook(settings={"limits.webhook_rate": "5"})
        statuses = [self.refuse(app, 1, {"X-Forwarded-For": f"203.0.113.{i}"})[0] for i in range(30)]
        self.assertIn(429, statuses)

    def test_allow_list(self):
        "Only networks of the allow list may deliver, signed or not"
        app = self.barkbook(settings={"limits.webhook_allow": "192.0.2.0/24",
                                      "server.webhook_trusted_proxies": "127.0.0.1"})
        self.assertEqual(403, app.deliver(delivery.created()).status)
        inside = app.deliver(delivery.created(), headers={"X-Forwarded-For": "192.0.2.77"})
        self.assertEqual(200, inside.status)

    def test_refusals_are_counted(self):
        "Law 10: refusals are counted in a table of their own, a row per reason and address"
        app = self.barkbook()
        self.refuse(app, 7)
        barkbook.request(app.webhook_port, "GET", PATH)
        def seen():
            return dict((r["reason"], r["n"]) for r in app.rows(
                "SELECT reason, sum(count) AS n FROM webhook_rejects GROUP BY reason"))
        barkbook.wait_for(lambda: seen() == {"signature": 7, "method": 1}, 15, "refusals written down")
        self.assertEqual(0, app.value("SELECT count(*) FROM webhook_logs"))
        addresses = app.rows("SELECT DISTINCT address FROM webhook_rejects")
        self.assertEqual([{"address": "127.0.0.1"}], addresses)

    def test_refusals_survive_a_stop(self):
        "What was counted in the last seconds is written when the service stops"
        app = self.barkbook()
        self.refuse(app, 3)
        app.stop()
        self.assertEqual(3, app.value("SELECT sum(count) FROM webhook_rejects"))
        app.start()

    def test_own_secret(self):
        "A configured secret is used instead of the one in the data folder"
        app = self.barkbook(settings={"calcom.webhook_secret": "ein-eigenes-geheimnis"})
        self.assertEqual(200, app.deliver(delivery.created()).status)
        self.assertEqual(401, app.deliver(delivery.created(), secret="anderes").status)

    def test_secret_file(self):
        "The secret is made once, for the owner alone"
        app = self.barkbook()
        file = app.data_dir / "secrets" / "webhook"
        first = app.secret
        self.assertGreaterEqual(len(first), 32)
        self.assertEqual(0o600, file.stat().st_mode & 0o777)
        self.assertEqual(0o700, app.data_dir.stat().st_mode & 0o777)
        app.restart()
        self.assertEqual(first, app.secret)


if __name__ == "__main__":
    tap.main()
