"""GET /api/live: open pages hear of every change, whoever made it."""

import json
import socket
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import delivery
import tap


class Stream:
    """One open page; events come as (name, data)."""

    def __init__(self, app, cookie=None):
        self.socket = socket.create_connection(("127.0.0.1", app.dashboard_port), timeout=30)
        self.socket.sendall(f"GET /api/live HTTP/1.1\r\nHost: x\r\nCookie: {cookie or app.cookie}\r\n\r\n".encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers = {}
        while (line := self.file.readline().strip()):
            name, value = line.decode().split(": ", 1)
            self.headers[name.lower()] = value

    def event(self):
        name = data = None
        for line in self.file:
            line = line.decode().rstrip("\n")
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                data = json.loads(line[6:])
            elif not line and name:
                return name, data
        raise AssertionError("the stream ended")

    def close(self):
        self.file.close()
        self.socket.close()


class Live(barkbook.Case):
    def ready(self):
        app = self.barkbook()
        app.set_up()
        return app

    def stream(self, app):
        s = Stream(app)
        self.addCleanup(s.close)
        return s

    def test_delivery(self):
        "A page hears of a delivery at once"
        app = self.ready()
        page = self.stream(app)
        self.assertEqual((200, "text/event-stream"), (page.status, page.headers["content-type"]))
        name, start = page.event()
        self.assertEqual("change", name)
        time.sleep(0.3)
        app.deliver(delivery.created())
        begun = time.monotonic()
        name, now = page.event()
        self.assertLess(time.monotonic() - begun, 1)
        self.assertEqual("change", name)
        self.assertGreater(now["v"], start["v"])

    def test_every_page(self):
        "Every open page hears of it"
        app = self.ready()
        pages = [self.stream(app) for _ in range(10)]
        for page in pages:
            page.event()
        app.deliver(delivery.created())
        for page in pages:
            self.assertEqual("change", page.event()[0])

    def test_burst_is_gathered(self):
        "A burst of deliveries is a few events, and the last one is not lost"
        app = self.ready()
        page = self.stream(app)
        page.event()
        for _ in range(60):
            app.deliver(delivery.created())
        events, last = 0, None
        page.socket.settimeout(2)
        try:
            while True:
                last = page.event()[1]["v"]
                events += 1
        except (TimeoutError, OSError):
            pass
        self.assertGreater(events, 0)
        self.assertLess(events, 40)
        again = self.stream(app)
        self.assertEqual(last, again.event()[1]["v"])

    def test_other_process(self):
        "A change made by the command line is noticed too"
        app = self.ready()
        page = self.stream(app)
        page.event()
        time.sleep(2)  # until the looking itself has begun
        done = app.cli("user", "add", "Kasia", "--role", "staff", "--password-stdin", input="inne-haslo-1\n")
        self.assertEqual(0, done.returncode, done.stderr)
        page.socket.settimeout(10)
        self.assertEqual("change", page.event()[0])

    def test_quiet(self):
        "Nothing is said when nothing changes"
        app = self.ready()
        # What the service notes of itself after its start: the disk, then how far old text was cut.
        barkbook.wait_for(lambda: app.value("SELECT count(*) FROM upkeep") > 0
                          and app.value("SELECT count(*) FROM retention_marks") > 0, 60, "the start's own notes")
        page = self.stream(app)
        page.event()
        page.socket.settimeout(4)
        with self.assertRaises((TimeoutError, OSError)):
            page.event()

    def test_cap(self):
        "Past the cap pages are told to poll, the rest still answers, and a closed page makes room"
        app = self.ready()
        pages = []
        while len(pages) < 200:
            s = self.stream(app)
            if s.status != 200:
                break
            pages.append(s)
        self.assertEqual(503, s.status)
        self.assertIn("retry-after", s.headers)
        self.assertGreaterEqual(len(pages), 20)
        self.assertEqual(200, app.get("/api/session").status)
        for page in pages[:5]:
            page.close()
        def room():
            s = Stream(app)
            s.close()
            return s.status == 200
        barkbook.wait_for(room, 5, "a place becomes free")

    def test_signed_out(self):
        "Without a session there is no stream"
        app = self.ready()
        s = Stream(app, cookie="barkbook_session=x")
        self.addCleanup(s.close)
        self.assertEqual(401, s.status)


if __name__ == "__main__":
    tap.main()
