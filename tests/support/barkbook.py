"""The real program under test: started on free loopback ports with a data folder of its own.

    class Hook(barkbook.Case):
        def test_x(self):
            "A signed booking is stored and applied"
            app = self.barkbook()
            answer = app.deliver(delivery.created())
            self.assertEqual(200, answer.status)

`self.barkbook()` starts it, waits until both listeners answer, and at the end of the test stops it by
its pid; an exit status other than 0, or anything a sanitizer wrote, fails the test. Which executable:
$BARKBOOK_BIN, else the newest build*/src/barkbook. Standard library only.
"""

import hashlib
import hmac
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OWNER = "Ola"
PASSWORD = "kudłaty-pies-7"
START_SECONDS = 60  # a sanitized binary on a busy machine
STOP_SECONDS = 60


def binary():
    named = os.environ.get("BARKBOOK_BIN")
    if named:
        return str(Path(named).resolve())
    built = sorted([*ROOT.glob("build*/src/barkbook"), *ROOT.glob("build/*/src/barkbook")],
                   key=lambda p: p.stat().st_mtime)
    if not built:
        raise RuntimeError("no barkbook in build or build*: build it first, or set BARKBOOK_BIN")
    return str(built[-1])


def free_port():
    """A port nobody listens on, below the range that outgoing connections take theirs from."""
    while True:
        port = random.SystemRandom().randrange(20000, 32000)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def wait_for(condition, seconds=10.0, what="condition"):
    """Polls until condition() is true and returns its value."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.02)


class Answer:
    """Status, headers and body of an answer."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


class Connection:
    """One kept-alive connection, for bursts: opens again when the server closed it."""

    def __init__(self, port, timeout=30):
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)

    def request(self, method, path, body=None, headers=None):
        self.http.request(method, path, body=body, headers=headers or {})
        r = self.http.getresponse()
        return Answer(r.status, r.headers, r.read())

    def close(self):
        self.http.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


def request(port, method, path, body=None, headers=None, timeout=30):
    with Connection(port, timeout) as c:
        return c.request(method, path, body, headers)


def raw(port, data, timeout=30, half_close=False):
    """Sends bytes as they are, returns everything that came back until the server closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as s:
        try:
            s.sendall(data)
            if half_close:
                s.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # refused before all was sent; what it said may still be read
        received = b""
        while True:
            try:
                part = s.recv(65536)
            except ConnectionResetError:
                break
            if not part:
                break
            received += part
        return received


def encode(delivery):
    if isinstance(delivery, bytes):
        return delivery
    return json.dumps(delivery, ensure_ascii=False).encode()


def signature(secret, body):
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Barkbook:
    """One data folder and the process that serves it (it may be stopped and started again)."""

    def __init__(self, settings=None, env=None, args=(), executable=None, folder=None, command=("serve",)):
        self.executable = executable or binary()
        self.home = Path(folder or tempfile.mkdtemp(prefix="barkbook-test-"))
        self.owns_home = folder is None
        self.data_dir = self.home / "data"
        self.reports = self.home / "sanitizer"
        self.reports.mkdir(exist_ok=True)
        self.log_path = self.home / "log"
        self.settings = {"server.data_dir": str(self.data_dir), **(settings or {})}
        self.extra_env = dict(env or {})
        self.args = list(args)
        self.command = list(command)
        self.process = None
        self.log_start = 0
        self.cookie = None
        self.dashboard_port = self.webhook_port = 0

    # -- process

    def environment(self):
        clean = {k: v for k, v in os.environ.items() if not k.startswith("BARKBOOK_")}
        for name, options in (
            ("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=0:exitcode=99:detect_stack_use_after_return=1"),
            ("UBSAN_OPTIONS", "print_stacktrace=1:halt_on_error=1:exitcode=99"),
            ("TSAN_OPTIONS", "exitcode=99:second_deadlock_stack=1"),
        ):
            given = os.environ.get(name)
            clean[name] = f"{options}:log_path={self.reports}/{name[:4].lower()}" + (f":{given}" if given else "")
        clean.setdefault("TZ", "UTC")
        clean["LC_ALL"] = "C.UTF-8"
        return {**clean, **self.extra_env}

    def write_config(self):
        sections = {}
        for key, value in self.settings.items():
            section, name = key.split(".", 1)
            sections.setdefault(section, {})[name] = value
        text = "".join(
            f"[{section}]\n" + "".join(f"{k} = {v}\n" for k, v in keys.items()) for section, keys in sections.items()
        )
        self.config_path.write_text(text)

    @property
    def config_path(self):
        return self.home / "barkbook.conf"

    def start(self):
        for attempt in range(3):
            self.dashboard_port = free_port()
            self.webhook_port = free_port()
            self.settings.setdefault("server.timezone", "Europe/Warsaw")
            self.settings["server.dashboard_listen"] = f"127.0.0.1:{self.dashboard_port}"
            self.settings["server.webhook_listen"] = f"127.0.0.1:{self.webhook_port}"
            self.write_config()
            self.log_start = self.log_path.stat().st_size if self.log_path.exists() else 0
            with self.log_path.open("ab") as log:
                self.process = subprocess.Popen(
                    [self.executable, "--config", str(self.config_path), *self.args, *self.command],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=self.environment(),
                    cwd=self.home,
                )
            if self.wait_ready(last=attempt == 2):
                return self
        raise AssertionError("unreachable")

    def wait_ready(self, last):
        deadline = time.monotonic() + START_SECONDS
        for port in (self.webhook_port, self.dashboard_port):
            while True:
                status = self.process.poll()
                if status is not None:
                    # Somebody else may have taken the port between choosing it and listening on it.
                    if not last and re.search("in use|cannot listen", self.log, re.I) and not self.sanitizer_reports():
                        return False
                    raise AssertionError(f"barkbook ended with status {status} while starting:\n{self.log}"
                                         + self.sanitizer_reports())
                try:
                    if request(port, "GET", "/healthz", timeout=5).status == 200:
                        break
                except OSError:
                    pass
                except http.client.HTTPException:
                    pass
                if time.monotonic() > deadline:
                    self.kill()
                    raise AssertionError(f"barkbook is not ready after {START_SECONDS} s:\n{self.log}")
                time.sleep(0.02)
        return True

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, check=True):
        """SIGTERM and wait. check: a clean exit and silent sanitizers, else AssertionError."""
        if self.process is None:
            return
        alive = self.running
        if alive:
            self.process.terminate()
        try:
            status = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)
            self.process.wait()
            raise AssertionError(f"barkbook did not stop within {STOP_SECONDS} s:\n{self.log}") from None
        finally:
            self.process = None
        if check:
            reports = self.sanitizer_reports()
            if reports:
                raise AssertionError(f"sanitizer report:\n{reports}")
            if not alive:
                raise AssertionError(f"barkbook had ended by itself with status {status}:\n{self.log}")
            if status != 0:
                raise AssertionError(f"barkbook ended with status {status}:\n{self.log}")

    def kill(self):
        """SIGKILL: as a power cut, as far as a process can tell."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def restart(self):
        self.stop()
        return self.start()

    def remove(self):
        if self.owns_home:
            shutil.rmtree(self.home, ignore_errors=True)

    def sanitizer_reports(self):
        texts = [p.read_text(errors="replace") for p in sorted(self.reports.iterdir()) if p.stat().st_size > 0]
        return "\n".join(texts)

    @property
    def log(self):
        """What the current (or last) process wrote to stdout and stderr."""
        if not self.log_path.exists():
            return ""
        with self.log_path.open("rb") as f:
            f.seek(self.log_start)
            return f.read().decode(errors="replace")

    def cli(self, *arguments, input=None, timeout=120, env=None):
        """Runs another command on the same data folder; a CompletedProcess with text."""
        if not self.config_path.exists():
            self.write_config()
        done = subprocess.run(
            [self.executable, "--config", str(self.config_path), *map(str, arguments)],
            input=input if input is not None else "",
            capture_output=True,
            text=True,
            timeout=timeout,
            env={**self.environment(), **(env or {})},
            cwd=self.home,
        )
        reports = self.sanitizer_reports()
        if reports:
            raise AssertionError(f"sanitizer report of {arguments}:\n{reports}")
        return done

    # -- what it made

    @property
    def secret(self):
        given = self.settings.get("calcom.webhook_secret")
        return given or (self.data_dir / "secrets" / "webhook").read_text().strip()

    @property
    def first_run_token(self):
        found = re.findall(r"token=([A-Za-z0-9_-]+)", self.log)
        if not found:
            raise AssertionError(f"no first-run link in the log:\n{self.log}")
        return found[-1]

    def db(self):
        """A read-only connection to the live database; rows by column name."""
        path = self.data_dir / "barkbook.db"
        con = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)
        con.row_factory = sqlite3.Row
        return con

    def rows(self, sql, *values):
        con = self.db()
        try:
            return [dict(r) for r in con.execute(sql, values)]
        finally:
            con.close()

    def value(self, sql, *values):
        con = self.db()
        try:
            row = con.execute(sql, values).fetchone()
            return None if row is None else row[0]
        finally:
            con.close()

    # -- deliveries

    def signed_headers(self, body, secret=None):
        return {
            "Content-Type": "application/json",
            "X-Cal-Signature-256": signature(secret or self.secret, body),
        }

    def deliver(self, delivery, secret=None, headers=None, connection=None):
        """Posts a delivery (a dict, or raw bytes) signed with the secret."""
        body = encode(delivery)
        all_headers = {**self.signed_headers(body, secret), **(headers or {})}
        if connection is not None:
            return connection.request("POST", "/api/webhooks/calcom", body, all_headers)
        return request(self.webhook_port, "POST", "/api/webhooks/calcom", body, all_headers)

    # -- the dashboard's API

    def call(self, method, path, body=None, headers=None, cookie=None):
        """One request to the dashboard, with the session (if any) and what writes must carry."""
        all_headers = {"X-BarkBook": "1"} if method != "GET" else {}
        data = None
        if body is not None:
            data = json.dumps(body, ensure_ascii=False).encode()
            all_headers["Content-Type"] = "application/json"
        elif method in ("POST", "PATCH", "PUT"):
            data = b"{}"
            all_headers["Content-Type"] = "application/json"
        jar = cookie if cookie is not None else self.cookie
        if jar:
            all_headers["Cookie"] = jar
        return request(self.dashboard_port, method, path, data, {**all_headers, **(headers or {})})

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.call("POST", path, body, **more)

    def patch(self, path, body=None, **more):
        return self.call("PATCH", path, body, **more)

    def delete(self, path, **more):
        return self.call("DELETE", path, **more)

    def keep_session(self, answer):
        for value in answer.headers.get_all("Set-Cookie") or []:
            pair = value.split(";", 1)[0]
            if "barkbook_session=" in pair:
                self.cookie = pair
        return answer

    def set_up(self, name=OWNER, password=PASSWORD, language="pl", salon="Salon Łapka"):
        """Walks through the first run and stays signed in as the owner."""
        answer = self.post(
            "/api/setup",
            {
                "token": self.first_run_token,
                "name": name,
                "password": password,
                "language": language,
                "salon_name": salon,
            },
        )
        if answer.status != 201:
            raise AssertionError(f"first run: {answer}")
        return self.keep_session(answer)

    def sign_in(self, name=OWNER, password=PASSWORD):
        self.cookie = None
        answer = self.post("/api/session", {"name": name, "password": password})
        return self.keep_session(answer)


class Case(unittest.TestCase):
    """A test that may start as many BarkBooks as it needs."""

    maxDiff = None

    def barkbook(self, start=True, **options):
        app = Barkbook(**options)
        self.addCleanup(app.remove)
        self.addCleanup(self._finish, app)
        if start:
            app.start()
        return app

    def _finish(self, app):
        app.stop()
        reports = app.sanitizer_reports()
        if reports:
            raise AssertionError(f"sanitizer report:\n{reports}")
