"""barkbook reconcile against a Cal.com that fails: for each way the outcome, the sentence and the exit
status. The same table stands in src/remote/fetch.h and src/sync/reconcile.h.
"""

import json
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import calcom_api
import tap

AGAIN = r"\. Nothing is lost: run it again to go on$"

# failure: exit status, status of the run, what it says, least number of requests (was it tried again?)
TABLE = {
    "400": (1, "failed", r"Cal\.com refuses the request \(400\)", 1),
    "401": (1, "failed", r"does not accept the API key \(401\).*Make a new one.*api_key", 1),
    "403": (1, "failed", r"does not let this API key read the bookings \(403\)", 1),
    "404": (1, "failed", r"no Cal\.com API at http://127\.0\.0\.1:\d+ \(404\): check api_url", 1),
    "redirect": (1, "failed", r"points elsewhere \(302\): check api_url", 1),
    "408": (75, "stopped", r"did not get the request in time \(408\)" + AGAIN, 2),
    "429": (75, "stopped", r"asks for a pause.*try again in \d+ seconds?" + AGAIN, 2),
    "429_minute": (75, "stopped", r"asks for a pause \(429\): try again in 60 seconds" + AGAIN, 1),
    "500": (75, "stopped", r"a problem of its own \(500\)" + AGAIN, 2),
    "503": (75, "stopped", r"a problem of its own \(503\)" + AGAIN, 2),
    "html": (75, "stopped", r"is not what its API answers \(text/html" + AGAIN.replace(r"\.", r".*\.", 1), 2),
    "truncated": (75, "stopped", r"is not what its API answers \(application/json.*" + AGAIN, 2),
    "malformed": (75, "stopped", r"is not what its API answers \(application/json.*" + AGAIN, 2),
    "shape": (75, "stopped", r"has no list of bookings in it" + AGAIN, 2),
    "cut": (75, "stopped", r"the answer was cut off.*" + AGAIN, 2),
    "reset": (75, "stopped", r"the answer was cut off.*" + AGAIN, 2),
    "silence": (75, "stopped", r"the answer was cut off.*" + AGAIN, 2),
    "gzip": (75, "stopped", r"the answer was cut off.*" + AGAIN, 2),
    "hang": (75, "stopped", r"did not answer in time.*" + AGAIN, 1),
}
PASSING = [name for name, row in TABLE.items() if row[0] == 75 and name not in ("hang", "429_minute")]
PATIENCE = 4


class FailureCase(barkbook.Case):
    def setUp(self):
        self.api = calcom_api.CalcomApi()
        self.addCleanup(self.api.close)
        self.now = datetime.now(timezone.utc)
        self.uids = [
            self.api.add(self.now + timedelta(days=1, hours=i), made=self.now - timedelta(days=1, seconds=-i))
            for i in range(30)
        ]
        self.api.page_max = 10

    def app(self, **settings):
        return self.barkbook(start=False, settings={**self.api.settings(), **settings})


class Lasting(FailureCase):
    """Each failure, for as long as patience lasts."""

    def check(self, name):
        status, word, says, tries = TABLE[name]
        app = self.app()
        self.api.always = name
        began = time.monotonic()
        done = app.cli("reconcile", "--patience", PATIENCE)
        took = time.monotonic() - began
        self.assertEqual(status, done.returncode, done.stderr)
        self.assertRegex(done.stderr.rstrip().splitlines()[-1], r"^barkbook: .*" + says)
        self.assertNotIn(calcom_api.KEY, done.stderr + done.stdout)
        self.assertGreaterEqual(len(self.api.requests), tries)
        self.assertLess(took, PATIENCE + 10)
        if status == 1:
            self.assertEqual(1, len(self.api.requests), "trying again would not help")
        run = app.rows("SELECT * FROM reconcile_runs")[0]
        self.assertEqual(word, run["status"])
        self.assertIsNotNone(run["ended_at"])
        self.assertRegex(run["error"] + (". Nothing is lost: run it again to go on" if status == 75 else ""), says)
        self.assertEqual(0, app.value("SELECT count(*) FROM calendar_events"))
        self.assertIsNone(app.value("SELECT cursor FROM reconcile_state"))


for _name in TABLE:

    def _test(self, name=_name):
        self.check(name)

    _test.__doc__ = f"{_name}: exit {TABLE[_name][0]}, with a sentence that helps"
    setattr(Lasting, f"test_{_name}", _test)


class Passing(FailureCase):
    def test_each_passes(self):
        "A failure that passes is tried again after a pause, and the run completes"
        app = self.app()
        for name in PASSING:
            with self.subTest(name):
                self.api.requests.clear()
                self.api.next(name)
                done = app.cli("reconcile", "--full", "--json")
                self.assertEqual(0, done.returncode, done.stderr)
                self.assertRegex(done.stderr, r"Trying again in \d+ s\.")
        self.assertEqual(30, app.value("SELECT count(*) FROM calendar_events"))

    def test_half_way(self):
        "A run that fails half way keeps its pages, says so, and the next one goes on from there"
        app = self.app()

        def break_down(number, query):
            if number == 2:
                self.api.always = "401"

        self.api.before_answer = break_down
        done = app.cli("reconcile", "--json")
        self.assertEqual(1, done.returncode)
        report = json.loads(done.stdout)
        self.assertEqual("failed", report["status"])
        self.assertRegex(report["error"]["message"], "401")
        kept = app.value("SELECT count(*) FROM calendar_events")
        self.assertTrue(0 < kept < 30, kept)
        self.assertEqual(0, app.value("SELECT count(*) FROM reconcile_runs WHERE status = 'complete'"))
        self.api.before_answer = None
        self.api.always = None
        done = app.cli("reconcile", "--json")
        self.assertEqual(0, done.returncode, done.stderr)
        report = json.loads(done.stdout)
        self.assertTrue(report["resumed"])
        self.assertEqual(30 - kept, report["changes"]["created"])

    def test_pause_is_kept(self):
        "The pause Cal.com asks for is kept before the next request"
        app = self.app()
        self.api.next("429")
        began = time.monotonic()
        done = app.cli("reconcile", "--json")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertGreaterEqual(time.monotonic() - began, 1.0)

    def test_pace(self):
        "No more requests a second are made than configured"
        app = self.app(**{"calcom.requests_per_second": "5"})
        times = []
        self.api.before_answer = lambda number, query: times.append(time.monotonic())
        done = app.cli("reconcile", "--json")
        self.assertEqual(0, done.returncode, done.stderr)
        gaps = [b - a for a, b in zip(times, times[1:])]
        self.assertGreaterEqual(len(gaps), 3)
        self.assertGreater(min(gaps), 0.15)


class Unreachable(FailureCase):
    def run_at(self, url, status, says, env=None):
        app = self.app(**{"calcom.api_url": url})
        done = app.cli("reconcile", "--patience", 3, env=env)
        self.assertEqual(status, done.returncode, done.stderr)
        self.assertRegex(done.stderr.rstrip().splitlines()[-1], r"^barkbook: " + says)
        return done

    def test_refused(self):
        "Nobody listens: exit 75"
        self.run_at(f"http://127.0.0.1:{barkbook.free_port()}", 75, r"Cal\.com cannot be reached.*check this computer's network")

    def test_dns(self):
        "A name that cannot be looked up: exit 75"
        self.run_at("https://no-such-host.invalid", 75, r"Cal\.com cannot be found.*check this computer's network and DNS")

    def test_plain(self):
        "Plain HTTP to another computer is refused before anything is sent"
        self.run_at("http://192.0.2.1", 1, r".*api_url.*https")


class Tls(FailureCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="barkbook-ca-")
        self.addCleanup(folder.cleanup)
        self.authority = calcom_api.Authority(folder.name)

    def secure(self, name):
        api = calcom_api.CalcomApi(tls=self.authority.server(name))
        self.addCleanup(api.close)
        for uid, row in self.api.rows.items():
            api.rows[uid] = row
        return api

    def test_trusted(self):
        "A certificate that a trusted authority made is accepted"
        api = self.secure("localhost")
        app = self.app(**{"calcom.api_url": api.url})
        done = app.cli("reconcile", "--json", env={"SSL_CERT_FILE": str(self.authority.certificate)})
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(30, json.loads(done.stdout)["changes"]["created"])

    def test_untrusted(self):
        "A certificate nobody vouches for: nothing is sent, exit 75"
        api = self.secure("localhost")
        app = self.app(**{"calcom.api_url": api.url})
        done = app.cli("reconcile", "--patience", 3)
        self.assertEqual(75, done.returncode, done.stderr)
        self.assertRegex(done.stderr, r"could not prove that it is the real one, so nothing was sent.*date and network")
        self.assertEqual([], api.requests)

    def test_other_name(self):
        "A certificate of another name: nothing is sent, exit 75"
        api = self.secure("example.com")
        app = self.app(**{"calcom.api_url": api.url})
        done = app.cli("reconcile", "--patience", 3, env={"SSL_CERT_FILE": str(self.authority.certificate)})
        self.assertEqual(75, done.returncode, done.stderr)
        self.assertRegex(done.stderr, "could not prove that it is the real one")
        self.assertEqual([], api.requests)


if __name__ == "__main__":
    tap.main()
