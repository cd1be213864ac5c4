"""The program fake_calcom (Cal.com's API, fed by the model) for tests.

    with fake_calcom.FakeCalcom() as cal:
        cal.control("make", n=200)
        app = self.barkbook({"calcom.api_url": cal.url, "calcom.api_key": cal.key})
        cal.control("fault", kind="rate", number=1, times=1)
        truth = cal.control("truth")

What control() knows is listed in fake_control.h. Which executable: $BARKBOOK_FAKE, else the one built
beside $BARKBOOK_BIN, else the newest. Standard library only.
"""

import json
import os
import ssl
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def executable():
    named = os.environ.get("BARKBOOK_FAKE")
    if named:
        return named
    program = os.environ.get("BARKBOOK_BIN")
    if program:
        beside = Path(program).resolve().parents[1] / "tests" / "support" / "fake_calcom"
        if beside.exists():
            return str(beside)
    built = [*ROOT.glob("build*/tests/support/fake_calcom"), *ROOT.glob("build/*/tests/support/fake_calcom")]
    if not built:
        raise RuntimeError("no fake_calcom: build it first, or set BARKBOOK_FAKE")
    return str(max(built, key=lambda p: p.stat().st_mtime))


class FakeCalcom:
    """A running fake. It ends with this object, and also when this process dies."""

    def __init__(self, *options, real_time=True):
        command = [executable(), *(["--real-time"] if real_time else []), *map(str, options)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        if not line:
            self.stop()
            raise RuntimeError("fake_calcom did not start")
        said = json.loads(line)
        self.url = said["url"]
        self.key = said["key"]
        self.context = None
        if "--ca" in options:
            self.context = ssl.create_default_context(cafile=str(options[options.index("--ca") + 1]))

    def stop(self):
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()

    def request(self, path, headers=None):
        """Status, headers and body of a GET, whatever the status."""
        question = urllib.request.Request(self.url + path, headers=headers or {})
        try:
            with urllib.request.urlopen(question, timeout=60, context=self.context) as r:
                return r.status, r.headers, r.read()
        except urllib.error.HTTPError as e:
            with e:
                return e.code, e.headers, e.read()

    def api(self, path, **query):
        """A GET as a client of the API would send it; status, headers, body."""
        target = path + ("?" + urllib.parse.urlencode(query) if query else "")
        return self.request(target, {"Authorization": f"Bearer {self.key}", "cal-api-version": "2024-08-13"})

    def control(self, door, /, **query):
        status, _, body = self.request(f"/_control/{door}?{urllib.parse.urlencode(query)}")
        answer = json.loads(body)
        if status != 200:
            raise AssertionError(f"fake_calcom: {door} {query}: {answer}")
        return answer
