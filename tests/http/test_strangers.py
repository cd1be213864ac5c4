"""Slow peers and floods on either listener, and what strangers get out of the tunnel's address."""

import json
import resource
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import delivery
import tap
from attack import Attacks, head

IDLE = 2000


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


class GuestTest(barkbook.Case):
    """Somebody on the salon's Wi-Fi, with a browser and time."""

    def test_guest(self):
        "A guest gets the sign-in page, what it must know, and not a word about the salon, its people or its day"
        app = self.barkbook(settings={"server.dashboard_trusted_proxies": "127.0.0.1"})
        app.set_up(name="Karolina", salon="Salon Tajny")
        app.deliver(delivery.created(uid="guest", name="Jan Tajny", phone="+48600100299"))
        self.assertEqual(204, app.post("/api/device/pin", {"pin": "902117", "device": "Tablet Tajny"}).status)
        guest = {"X-Forwarded-For": "192.168.1.77", "X-Forwarded-Proto": "https"}
        paths = app.get("/api/openapi.json").json["paths"]
        words = ("Karolina", "Tajny", "600100299", app.value("SELECT id FROM calendar_events"),
                 app.value("SELECT id FROM staff"), app.value("SELECT id FROM salons"))
        tries = [("GET", "/"), ("GET", "/app.js"), ("GET", "/sw.js"), ("GET", "/api/nothing"), ("GET", "/barkbook.db")]
        tries += [(method.upper(), path.replace("{id}", words[3])) for path, ways in paths.items() for method in ways]
        before = {t: app.value(f"SELECT count(*) FROM {t}") for t in ("staff", "sessions", "devices", "device_pins", "clients")}
        for method, path in tries:
            with self.subTest(f"{method} {path}"):
                answer = app.call(method, path, cookie="nothing=0", headers=guest)
                said = answer.body.decode(errors="replace") + str(answer.headers)
                for word in words:
                    self.assertNotIn(word, said)
                self.assertIsNone(answer.headers["Set-Cookie"])
        self.assertEqual(before, {t: app.value(f"SELECT count(*) FROM {t}") for t in before})
        # Nor by being the first: the one-time link is spent.
        spent = {"token": app.first_run_token, "name": "Gosc", "password": "moje-wlasne-haslo", "language": "pl", "salon_name": "X"}
        self.assertEqual(409, app.post("/api/setup", spent, cookie="nothing=0", headers=guest).status)

    def test_cannot_lock_out(self):
        "A guest who guesses at every name neither locks out the owner at the desk nor the tablet that shares the address"
        app = self.barkbook(settings={"server.dashboard_trusted_proxies": "127.0.0.1"})
        app.set_up()
        right = {"name": barkbook.OWNER, "password": barkbook.PASSWORD}
        guest = {"X-Forwarded-For": "192.168.1.77"}
        tablet = app.post("/api/device/pin", {"pin": "902117"}).headers["Set-Cookie"].split(";")[0]
        for n in range(6):
            app.post("/api/session", {**right, "password": f"zgaduję-{n}"}, cookie="nothing=0", headers=guest)
        self.assertEqual(429, app.post("/api/session", right, cookie="nothing=0", headers=guest).status)
        desk = {"X-Forwarded-For": "192.168.1.20"}
        self.assertEqual(200, app.post("/api/session", right, cookie="nothing=0", headers=desk).status)
        self.assertEqual(200, app.post("/api/session", right, cookie=tablet, headers=guest).status)
        self.assertEqual(200, app.get("/api/session").status, "sessions that are open go on")


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
