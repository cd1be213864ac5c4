"""The real program, built with the thread sanitizer, under load from all sides at once. A race that it
reports fails the test by itself (see barkbook.Case)."""

import sys
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import burst
import delivery
import tap

DELIVERIES = tap.count("deliveries under the thread sanitizer", 600, 6000)
START = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0)


class Load(barkbook.Case):
    def test_load(self):
        "No data race while deliveries come in, staff read the day and sign in and out, and strangers are refused"
        app = self.barkbook()
        app.set_up()
        done = threading.Event()
        problems = []

        def until_done(work):
            def loop():
                try:
                    while not done.is_set():
                        work()
                except Exception as e:  # a thread's failure must reach the test
                    problems.append(repr(e))
            return threading.Thread(target=loop)

        def read():
            for path in ("/api/day", "/api/health", "/api/session", "/api/state", "/", "/healthz"):
                answer = app.get(path)
                if answer.status >= 500 and answer.status != 503:
                    problems.append(f"{path}: {answer}")

        def refused():
            app.deliver(delivery.ping(), secret="wrong")
            barkbook.request(app.webhook_port, "GET", "/api/day")

        def sign_in():
            cookie = app.post("/api/session", {"name": barkbook.OWNER, "password": barkbook.PASSWORD}, cookie="-")
            app.delete("/api/session", cookie=(cookie.headers.get("Set-Cookie") or "-").split(";")[0])

        others = [until_done(read), until_done(read), until_done(refused), until_done(sign_in)]
        for t in others:
            t.start()
        bodies = [barkbook.encode(delivery.created(uid=f"t-{n}", start=START + timedelta(minutes=n)))
                  for n in range(DELIVERIES)]
        result = burst.send(app, bodies, connections=16)
        done.set()
        for t in others:
            t.join()
        self.assertEqual([], problems)
        self.assertEqual({200}, set(result.answered.values()))
        self.assertEqual(DELIVERIES, app.value("SELECT COUNT(*) FROM calendar_events"))


if __name__ == "__main__":
    tap.main()
