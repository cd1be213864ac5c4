"""Guessing at the door: what a stranger on the salon's Wi-Fi can try, and what it costs the salon."""

import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import tap
from attack import Attacks


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


if __name__ == "__main__":
    tap.main()
