"""Slow, silent, greedy and many peers: each listener keeps its workers for those who have something to say."""

import concurrent.futures
import socket
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import delivery
import tap

PATH = "/api/webhooks/calcom"
IDLE = tap.count("idle connections", 500, 2000)


def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def drip(s, data, pause, seconds):
    """Sends byte after byte; the seconds until the other side had enough, and what it said."""
    begun = time.monotonic()
    s.setblocking(False)
    said = b""
    for i in range(len(data)):
        try:
            s.send(data[i:i + 1])
        except OSError:
            break
        time.sleep(pause)
        try:
            part = s.recv(65536)
            said += part
            if not part:
                break
        except BlockingIOError:
            pass
        except OSError:
            break
        if time.monotonic() - begun > seconds:
            return None, said
    return time.monotonic() - begun, said


class Slow(barkbook.Case):
    def test_slow_peers(self):
        "Who drips a head or a body, stalls, or keeps a connection idle is cut, and nothing of it is stored"
        app = self.barkbook()
        port = app.webhook_port
        body = barkbook.encode(delivery.created())
        head = (f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
                f"X-Cal-Signature-256: {barkbook.signature(app.secret, body)}\r\n\r\n").encode()
        chunked = (f"POST {PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                   f"X-Cal-Signature-256: {barkbook.signature(app.secret, body)}\r\n\r\n").encode()

        def slow_head():
            with connect(port) as s:
                return drip(s, b"GET /healthz HTTP/1.1\r\nX-Long: " + b"a" * 10000, 0.2, 40)

        def slow_body():
            with connect(port) as s:
                s.sendall(head)
                return drip(s, body, 0.2, 40)

        def slow_chunks():
            with connect(port) as s:
                s.sendall(chunked)
                return drip(s, b"1\r\n \r\n" * 1000, 0.2, 40)

        def stalled_body():
            with connect(port) as s:
                s.sendall(head + body[:100])
                begun, said = time.monotonic(), b""
                while part := s.recv(65536):
                    said += part
                return time.monotonic() - begun, said

        def silent():
            with connect(port) as s:
                begun = time.monotonic()
                s.recv(1)
                return time.monotonic() - begun, b""

        def idle_after_a_request():
            with connect(port) as s:
                s.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                s.recv(65536)
                begun = time.monotonic()
                while s.recv(65536):
                    pass
                return time.monotonic() - begun, b""

        limits = {slow_head: 20, slow_body: 30, slow_chunks: 30, stalled_body: 20, silent: 20, idle_after_a_request: 12}
        with concurrent.futures.ThreadPoolExecutor(len(limits)) as pool:
            running = {f: pool.submit(f) for f in limits}
            for function, future in running.items():
                with self.subTest(function.__name__):
                    took, said = future.result()
                    self.assertIsNotNone(took, "was never cut")
                    self.assertLess(took, limits[function])
                    if function in (slow_body, stalled_body):
                        self.assertIn(b" 408 ", said.split(b"\r\n")[0])
        self.assertEqual(0, app.value("SELECT count(*) FROM webhook_logs"))

    def test_endless_body(self):
        "Who sends on after being refused is cut too"
        app = self.barkbook()
        with connect(app.webhook_port) as s:
            s.sendall(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n".encode())
            begun = time.monotonic()
            with self.assertRaises(OSError):
                while time.monotonic() - begun < 30:
                    s.sendall(b"a" * 1000)
                    time.sleep(0.01)
            self.assertLess(time.monotonic() - begun, 15)


class Many(barkbook.Case):
    def test_150_at_once(self):
        "150 connections from one address are served side by side"
        app = self.barkbook()
        sockets = [connect(app.webhook_port) for _ in range(150)]
        try:
            for _ in range(2):
                for s in sockets:
                    s.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                for s in sockets:
                    self.assertTrue(s.recv(65536).startswith(b"HTTP/1.1 200 "))
        finally:
            for s in sockets:
                s.close()

    def test_idle_crowd(self):
        "A crowd of silent connections delays a delivery by seconds at most, and the dashboard not at all"
        app = self.barkbook()
        app.set_up()
        crowd = []
        try:
            for _ in range(IDLE):
                s = socket.socket()
                s.setblocking(False)
                s.connect_ex(("127.0.0.1", app.webhook_port))
                crowd.append(s)
            begun = time.monotonic()
            self.assertEqual(200, app.get("/api/session").status)
            self.assertLess(time.monotonic() - begun, 2)
            begun = time.monotonic()
            answer = barkbook.wait_for(lambda: self.attempt(app), 60, "a delivery gets through")
            print(f"delivered after {time.monotonic() - begun:.1f} s")
            self.assertEqual(200, answer.status)
        finally:
            for s in crowd:
                s.close()

    @staticmethod
    def attempt(app):
        try:
            return app.deliver(delivery.created())
        except OSError:
            return None

    def test_large_heads(self):
        "Heads that are too large, too many or not HTTP are refused in our words"
        app = self.barkbook()
        many = b"".join(b"X-%d: y\r\n" % i for i in range(200))
        for port in (app.webhook_port, app.dashboard_port):
            for data in (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 40000 + b"\r\n\r\n",
                         b"GET /" + b"a" * 40000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
                         b"GET / HTTP/1.1\r\nHost: x\r\n" + many + b"\r\n",
                         b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
                         b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\r\n\r\n",
                         b"nonsense\r\n\r\n"):
                answer = barkbook.raw(port, data, half_close=True)
                if answer:
                    self.assertRegex(answer.split(b"\r\n")[0], rb"^HTTP/1.1 (4\d\d|505) ", data[:30])
                    self.assertIn(b"X-Content-Type-Options: nosniff", answer)
                    self.assertNotIn(b"civetweb", answer.lower())
            self.assertEqual(200, barkbook.request(port, "GET", "/healthz").status)

    def test_smuggling(self):
        "A request hidden in another one's body or head is not answered"
        app = self.barkbook()
        hidden = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
        for port, path in ((app.webhook_port, PATH), (app.dashboard_port, "/api/session")):
            for lines, body in (
                (b"Content-Length: 4\r\nTransfer-Encoding: chunked", b"0\r\n\r\n" + hidden),
                (b"Transfer-Encoding: chunked\r\nContent-Length: 5", b"0\r\n\r\n" + hidden),
                (b"Transfer-Encoding: xchunked", b"0\r\n\r\n" + hidden),
                (b"Transfer-Encoding : chunked", b"0\r\n\r\n" + hidden),
                (b"Content-Length: 0\r\nContent-Length: 44", hidden),
                (b"Content-Length: +0", hidden),
                (b"Transfer-Encoding: chunked", b"0\r\n\r\n" + hidden),
            ):
                answer = barkbook.raw(port, b"POST " + path.encode() + b" HTTP/1.1\r\nHost: x\r\n" + lines +
                                      b"\r\n\r\n" + body, half_close=True)
                self.assertNotIn(b"barkbook_build_info", answer, lines)


class Stopping(barkbook.Case):
    def test_stop_with_idle_connections(self):
        "The service stops within two seconds, whoever holds connections open"
        app = self.barkbook()
        app.set_up()
        held = [connect(app.dashboard_port) for _ in range(20)]
        live = connect(app.dashboard_port)
        live.sendall(f"GET /api/live HTTP/1.1\r\nHost: x\r\nCookie: {app.cookie}\r\n\r\n".encode())
        self.assertTrue(live.recv(1000).startswith(b"HTTP/1.1 200 "))
        half = connect(app.webhook_port)
        half.sendall(b"GET /healthz HTT")
        for s in held[:10]:
            s.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            s.recv(1000)
        begun = time.monotonic()
        app.stop()
        self.assertLess(time.monotonic() - begun, 2)
        for s in [*held, live, half]:
            s.close()
        app.start()

    def test_second_instance(self):
        "A second service on the same data folder is refused and says why; the first one goes on"
        app = self.barkbook()
        done = app.cli("serve")
        self.assertNotEqual(0, done.returncode)
        self.assertIn(str(app.data_dir), done.stderr)
        self.assertEqual(200, app.deliver(delivery.created()).status)

    def test_ready(self):
        "The service manager is told when it is ready and when it stops"
        import tempfile
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/notify"
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
                s.bind(path)
                s.settimeout(20)
                app = self.barkbook(env={"NOTIFY_SOCKET": path})
                told = {s.recv(1000)}
                while b"READY=1" not in told:
                    told.add(s.recv(1000))
                app.stop()
                while b"STOPPING=1" not in told:
                    told.add(s.recv(1000))
                app.start()


if __name__ == "__main__":
    tap.main()
