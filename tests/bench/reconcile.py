"""How fast the reconciler makes a calendar true, how much memory that takes, how few requests it needs.

    python3 tests/bench/reconcile.py [--bookings N]

Cal.com is played by the fake, over real HTTP on this machine, so the figures are the reconciler's own:
Cal.com itself allows some requests a second. The baseline is what nobody can beat: the same pages
fetched on one connection and thrown away. Exits with 1 if a figure misses what was promised.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import barkbook
import fake_calcom

PROMISED_RATE = 5000  # bookings a second
PROMISED_MEMORY = 8192  # KiB above a run that finds nothing
PROMISED_REQUESTS = 15  # for the outage
OUTAGE = 1200  # bookings changed while the salon's box was off


def peak_of(pid):
    """KiB at the most so far; 0 once it has ended."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


class Bench:
    def __init__(self, folder):
        self.folder = folder
        self.missed = []

    def run(self, cal, data, *options):
        """(the report, seconds as one waits for them, seconds of processor, peak of memory in KiB)"""
        environment = {
            **os.environ,
            "BARKBOOK_CALCOM_API_URL": cal.url,
            "BARKBOOK_CALCOM_API_KEY": cal.key,
            "BARKBOOK_CALCOM_REQUESTS_PER_SECOND": "100",
        }
        command = [barkbook.binary(), "--data-dir", str(self.folder / data), "--reconcile", "--json", *options]
        with open(self.folder / "report.json", "w+b") as out:
            started = time.monotonic()
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env=environment)
            peak = 0
            while process.poll() is None:
                peak = max(peak, peak_of(process.pid))
                time.sleep(0.005)
            seconds = time.monotonic() - started
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            out.seek(0)
            report = json.load(out)
        if process.returncode != 0:
            raise SystemExit(f"the run ended with {process.returncode}: {report['error']}")
        return report, seconds, busy, peak

    def promise(self, what, kept):
        if not kept:
            self.missed.append(what)
        return "kept" if kept else "MISSED"


def throw_away(cal, since, until):
    """The pages of a sweep over the window, read by position and thrown away. Bookings, seconds."""
    rows, position, started = 0, 0, time.monotonic()
    headers = {"Authorization": f"Bearer {cal.key}", "cal-api-version": "2024-08-13"}
    with barkbook.Connection(int(cal.url.rsplit(":", 1)[1])) as c:
        while True:
            query = {"take": 250, "skip": position, "sortStart": "asc", "afterStart": since, "beforeEnd": until}
            answer = c.request("GET", "/v2/bookings?" + urllib.parse.urlencode(query), headers=headers)
            if answer.status != 200:
                raise SystemExit(f"the fake answered {answer.status}")
            page = json.loads(answer.body)["pagination"]
            rows, position = rows + page["returnedItems"], position + 250
            if not page["hasNextPage"]:
                return rows, time.monotonic() - started


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--bookings", type=int, default=50000)
    wanted = options.parse_args().bookings
    folder = Path(tempfile.mkdtemp(prefix="barkbook-bench-"))
    bench = Bench(folder)
    try:
        with fake_calcom.FakeCalcom() as cal:
            _, _, _, idle = bench.run(cal, "empty", "--full")
            cal.control("make", n=wanted, days=175, back=28, silent=1)
            first, first_s, first_busy, first_peak = bench.run(cal, "salon", "--full")
            again, again_s, again_busy, again_peak = bench.run(cal, "salon", "--full")
            rows, raw_s = throw_away(cal, first["window_from"], first["window_to"])
            cal.control("change", n=OUTAGE, silent=1)
            cal.control("requests", clear=1)
            outage, outage_s, outage_busy, _ = bench.run(cal, "salon")
            asked = len(cal.control("requests"))
        raw = rows / raw_s
        row = "{:32}{:>9}{:>9}{:>9}{:>9}{:>9}{:>8}{:>9}".format
        print(row("", "bookings", "requests", "seconds", "of cpu", "a second", "of raw", "peak KiB"))
        print(row("pages fetched and thrown away", rows, "", f"{raw_s:.2f}", "", f"{raw:.0f}", "1.00", ""))
        for name, r, s, busy, peak in (("first run, all of them new", first, first_s, first_busy, first_peak),
                                       ("second run, nothing to do", again, again_s, again_busy, again_peak),
                                       (f"after an outage ({OUTAGE} changed)", outage, outage_s, outage_busy, "")):
            rate = r["seen"] / s
            print(row(name, r["seen"], r["requests"], f"{s:.2f}", f"{busy:.2f}", f"{rate:.0f}", f"{rate / raw:.2f}", peak))
        print(row("a run that finds nothing", 0, "", "", "", "", "", idle))
        rate = first["seen"] / first_s
        above = max(first_peak, again_peak) - idle
        print(f"promised: {PROMISED_RATE} a second: {bench.promise('rate', rate >= PROMISED_RATE)} ({rate:.0f})")
        print(f"promised: at most {PROMISED_MEMORY} KiB above idle: "
              f"{bench.promise('memory', above <= PROMISED_MEMORY)} ({above})")
        print(f"promised: at most {PROMISED_REQUESTS} requests after the outage: "
              f"{bench.promise('requests', asked <= PROMISED_REQUESTS)} ({asked})")
        if first["seen"] < wanted or again["changed"] != 0:
            bench.missed.append("the calendar")
            print(f"the calendar is not what it must be: {first['seen']} seen, {again['changed']} changed again")
    finally:
        shutil.rmtree(folder)
    return 1 if bench.missed else 0


if __name__ == "__main__":
    sys.exit(main())
