"""How fast the service answers: durable webhooks, the day's list, news, and the start.

    python3 tests/bench/serve.py [--seconds N] [--appointments N] [--keep FOLDER]

Load is made by wrk with signed deliveries of distinct bookings. Beside each figure stands what it was
promised to be, and what bounds it here: how often this disk can sync, what the library answers with an
empty handler, how fast SQLite inserts in one transaction. Exits with 1 if a promise is missed.
"""

import argparse
import datetime
import http.client
import json
import os
import re
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import barkbook
import delivery

WRK_THREADS = 2


@dataclass
class Load:
    rate: float  # a second
    p50: float  # ms
    p99: float
    refused: int
    broken: int


def wrk(url, script, connections, seconds, *arguments, headers=()):
    command = ["wrk", "-t", str(min(WRK_THREADS, connections)), "-c", str(connections), "-d", f"{seconds}s"]
    for h in headers:
        command += ["-H", h]
    command += ["-s", str(HERE / script), url, "--", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.search(r"^FIGURES (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)$", done.stdout, re.M)
    if not found:
        raise SystemExit(f"wrk said nothing to read:\n{done.stdout}{done.stderr}")
    requests, duration, p50, p99, refused, broken = map(int, found.groups())
    return Load(requests / duration * 1e6, p50 / 1000, p99 / 1000, refused, broken)


class Deliveries:
    """Prepared bodies: as many as could be sent in that time, split for wrk's threads."""

    def __init__(self, folder):
        self.folder = folder
        self.batch = 0
        self.template = json.dumps(delivery.created(uid="UID-OF-THIS-ONE", start="2031-01-01T00:00:00Z"))

    def prepare(self, secret, n):
        self.batch += 1
        into = self.folder / f"deliveries-{self.batch}"
        into.mkdir()
        begin = datetime.datetime(2027, 1, 4, 8, tzinfo=datetime.timezone.utc)
        files = [open(into / str(i), "w") for i in range(WRK_THREADS)]
        for i in range(n):
            start = begin + datetime.timedelta(minutes=20 * (i % 20000))
            body = (
                self.template.replace("UID-OF-THIS-ONE", f"load{self.batch:03d}{i:015d}")
                .replace("2031-01-01T00:00:00Z", start.strftime("%Y-%m-%dT%H:%M:%SZ"))
                .replace("2031-01-01T01:00:00Z", (start + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ"))
            )
            files[i % WRK_THREADS].write(f"{barkbook.signature(secret, body.encode())} {body}\n")
        for f in files:
            f.close()
        return into


class Bench:
    def __init__(self, folder, seconds):
        self.folder = folder
        self.seconds = seconds
        self.deliveries = Deliveries(folder)
        self.missed = []

    def line(self, what, figure, promised="", ok=True, note=""):
        word = "" if not promised else "kept" if ok else "MISSED"
        if not ok:
            self.missed.append(what)
        print(f"{what:46}{figure:>22}  {promised:24}{word:7}{note}", flush=True)

    def app(self, *arguments, database=None):
        a = barkbook.Barkbook(command=("serve", *arguments), settings={"limits.webhook_rate": "60"})
        if database is not None:
            a.data_dir.mkdir()
            shutil.copy(database, a.data_dir / "barkbook.db")
            a.data_dir.chmod(0o700)
        return a.start()

    def webhooks(self, app, connections, *extra, n=None):
        into = self.deliveries.prepare(app.secret, n or 14000 * self.seconds)
        url = f"http://127.0.0.1:{app.webhook_port}/api/webhooks/calcom"
        before = count(app)
        load = wrk(url, "deliveries.lua", connections, self.seconds, into, WRK_THREADS, *extra)
        shutil.rmtree(into)
        stored = count(app) - before
        if load.refused or load.broken:
            print(f"  ({load.refused} refused, {load.broken} broken: these figures are worth nothing)")
        if stored < load.rate * self.seconds * 0.95:
            self.missed.append("stored")
            print(f"  (only {stored} of {load.rate * self.seconds:.0f} are in the log)")
        return load


def count(app):
    with sqlite3.connect(f"file:{app.data_dir}/barkbook.db?mode=ro", uri=True) as db:
        return db.execute("SELECT count(*) FROM webhook_logs").fetchone()[0]


def rss(app, what="VmRSS"):
    text = Path(f"/proc/{app.process.pid}/status").read_text()
    return int(re.search(rf"^{what}:\s+(\d+)", text, re.M)[1]) / 1024


def syncs_a_second(folder):
    """What the write-ahead log does for a commit: append some pages, sync."""
    with open(folder / "sync", "wb", buffering=0) as f:
        started, n = time.monotonic(), 0
        while time.monotonic() - started < 2:
            f.write(b"x" * 16384)
            os.fdatasync(f.fileno())
            n += 1
    return n / (time.monotonic() - started)


def raw_inserts_a_second(folder):
    with sqlite3.connect(folder / "raw.db", isolation_level=None) as db:
        db.execute("CREATE TABLE t (id TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID")
        body, started = "x" * 2000, time.monotonic()
        db.execute("BEGIN")
        for i in range(50000):
            db.execute("INSERT INTO t VALUES (?, ?)", (f"{i:036d}", body))
        db.execute("COMMIT")
        return 50000 / (time.monotonic() - started)


def news(app, n):
    """ms from a webhook's answer to its event on an open stream."""
    arrived, times = threading.Event(), []
    moment = [0.0]
    with socket.create_connection(("127.0.0.1", app.dashboard_port)) as s:
        s.sendall(f"GET /api/live HTTP/1.1\r\nHost: 127.0.0.1:{app.dashboard_port}\r\nCookie: {app.cookie}\r\n\r\n".encode())
        time.sleep(0.5)

        def listen():
            while True:
                data = s.recv(65536)
                if not data:
                    return
                if b"event:" in data or b"data:" in data:
                    moment[0] = time.monotonic()
                    arrived.set()

        threading.Thread(target=listen, daemon=True).start()
        time.sleep(0.5)
        with barkbook.Connection(app.webhook_port) as c:
            for _ in range(n):
                body = barkbook.encode(delivery.created())
                arrived.clear()
                app.deliver(body, connection=c)
                answered = time.monotonic()
                if not arrived.wait(5):
                    raise SystemExit("no event came")
                times.append(max(0.0, (moment[0] - answered) * 1000))
                time.sleep(0.03)
        s.shutdown(socket.SHUT_RDWR)
    return sorted(times)


def first_answer(app):
    """ms from the start of the process to its first answer. The listeners' ports are as before."""
    app.stop()
    started = time.monotonic()
    app.process = subprocess.Popen([app.executable, "--config", str(app.config_path), "serve"], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=app.environment(), cwd=app.home)
    while True:
        try:
            if barkbook.request(app.webhook_port, "GET", "/healthz", timeout=5).status == 200:
                return (time.monotonic() - started) * 1000
        except (OSError, http.client.HTTPException):
            pass
        if time.monotonic() - started > 30:
            raise SystemExit("it does not answer")


def day_view(bench, app, seconds):
    day = datetime.date.today() + datetime.timedelta(days=1)
    app.set_up()
    url = f"http://127.0.0.1:{app.dashboard_port}/api/day?date={day}"
    answer = app.get(f"/api/day?date={day}")
    visits = len(answer.json["days"][0]["events"])
    return wrk(url, "plain.lua", 16, seconds, headers=[f"Cookie: {app.cookie}"]), visits


def filled(bench, n, keep):
    path = (keep or bench.folder) / f"appointments-{n}.db"
    if not path.exists():
        tool = Path(barkbook.binary()).parents[1] / "tests" / "bench" / "bench_fill"
        subprocess.run([str(tool), str(path), str(n)], check=True, stderr=subprocess.DEVNULL)
    return path


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=int, default=8)
    options.add_argument("--appointments", type=int, default=1000000)
    options.add_argument("--keep", type=Path, help="keep the filled databases here")
    chosen = options.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="barkbook-bench-"))
    bench = Bench(folder, chosen.seconds)
    apps = []
    try:
        syncs, raw = syncs_a_second(folder), raw_inserts_a_second(folder)
        app = bench.app()
        apps.append(app)
        idle = rss(app)
        empty = wrk(f"http://127.0.0.1:{app.webhook_port}/nothing-here", "plain.lua", 64, 3)
        print(f"this machine: {os.cpu_count()} processors; {syncs:.0f} syncs a second; SQLite inserts {raw:.0f} rows of 2 kB a "
              f"second in one transaction; the library answers {empty.rate:.0f} empty requests a second\n")
        grouped = bench.webhooks(app, 64)
        loaded = rss(app, "VmHWM")
        single = bench.webhooks(app, 1)
        new = bench.webhooks(app, 64, "close")
        app.set_up()
        heard = news(app, 300)
        each_app = bench.app("--commit-each")
        apps.append(each_app)
        each = bench.webhooks(each_app, 64, n=6000 * bench.seconds)
        small = bench.app(database=filled(bench, 10000, chosen.keep))
        apps.append(small)
        small_load = bench.webhooks(small, 64)
        small_day, small_visits = day_view(bench, small, bench.seconds)
        big = bench.app(database=filled(bench, chosen.appointments, chosen.keep))
        apps.append(big)
        big_load = bench.webhooks(big, 64)
        big_day, big_visits = day_view(bench, big, bench.seconds)
        start = statistics.median(first_answer(big) for _ in range(5))
        binary = Path(barkbook.binary())
        stripped = folder / "stripped"
        subprocess.run(["strip", "-o", str(stripped), str(binary)], check=True)

        bench.line("durable webhooks, 64 connections, a second", f"{grouped.rate:.0f}", ">= 5000", grouped.rate >= 5000,
                   f"{grouped.rate / syncs:.1f} per sync, {grouped.rate / empty.rate:.0%} of empty requests")
        bench.line("  the 99th of 100 waits, ms", f"{grouped.p99:.1f}", "<= 30", grouped.p99 <= 30)
        bench.line("  committing each one", f"{each.rate:.0f}", ">= 1.8 times slower", grouped.rate >= 1.8 * each.rate,
                   f"{grouped.rate / each.rate:.2f} times")
        many = f"{chosen.appointments:,}"
        bench.line(f"  with {many} appointments", f"{big_load.rate:.0f}", ">= 3000", big_load.rate >= 3000)
        bench.line("durable webhook, 1 connection, median ms", f"{single.p50:.2f}", "<= 0.8", single.p50 <= 0.8,
                   f"one sync takes {1000 / syncs:.2f}")
        bench.line("a new connection each, a second", f"{new.rate:.0f}", ">= 2500", new.rate >= 2500)
        bench.line(f"day of {big_visits} visits among {many}, a second", f"{big_day.rate:.0f}", ">= 5000", big_day.rate >= 5000)
        bench.line("  the 99th of 100 waits, ms", f"{big_day.p99:.1f}", "<= 5", big_day.p99 <= 5)
        p99 = heard[int(len(heard) * 0.99)]
        bench.line("webhook answered to event, 99th of 100, ms", f"{p99:.1f}", "<= 20", p99 <= 20)
        bench.line(f"start to first answer with {many}, ms", f"{start:.0f}", "<= 200", start <= 200)
        size = stripped.stat().st_size / 1e6
        bench.line("memory idle, MB", f"{idle:.1f}", "<= 24", idle <= 24)
        bench.line("memory under load, MB", f"{loaded:.1f}", "<= 64", loaded <= 64)
        bench.line("program, MB", f"{size:.2f}", "<= 2", size <= 2)
        growth = small_day.rate / big_day.rate
        bench.line(f"day view, 10,000 to {many}, times slower", f"{growth:.2f}", "<= 1.2", growth <= 1.2,
                   f"{small_visits} and {big_visits} visits")
        growth = small_load.rate / big_load.rate
        bench.line(f"webhooks, 10,000 to {many}, times slower", f"{growth:.2f}", "<= 1.7", growth <= 1.7)
    finally:
        for a in apps:
            a.stop(check=False)
            a.remove()
        shutil.rmtree(folder)
    return 1 if bench.missed else 0


if __name__ == "__main__":
    sys.exit(main())
