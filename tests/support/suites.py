"""Finds every suite, runs it, adds up what it says in TAP. Called by tests/run.sh once all is built.

A suite that crashes, runs out of time, prints no plan or fewer results than planned counts one failure
of its own, whatever else it said. Output of each goes to build/test-logs/SUITE-NAME.tap.
"""

import json
import os
import re
import signal
import subprocess
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "test"
BINARY = BUILD / "src" / "barkbook"
RACE_BUILD = ROOT / "build" / "thread"
LOGS = ROOT / "build" / "test-logs"
LONG = os.environ.get("BARKBOOK_TEST_LONG") == "1"
TIME_LIMIT = 7200 if LONG else 900

# In the order they run. A suite of which nothing is found is a failure: nobody would miss it otherwise.
SUITES = ("static", "unit", "property", "http", "cli", "fault", "thread", "browser", "fuzz", "mutation")
# Those that take longer than a cup of coffee: only with --long, or when --only asks for them.
LONG_SUITES = {"mutation"}
RUNNING = set()


@dataclass
class Task:
    suite: str
    name: str
    command: list
    env: dict = field(default_factory=dict)
    alone: bool = False  # wants the machine for itself: it measures time, or is parallel in itself
    tap: bool = True


@dataclass
class Outcome:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    trouble: list = field(default_factory=list)  # lines to show
    counts: str = ""


def python_tasks():
    for path in sorted(ROOT.glob("tests/*/*.py")):
        suite = path.parent.name
        if suite == "support" or "tap.main()" not in path.read_text():
            continue
        env = {}
        if suite == "thread":
            env["BARKBOOK_BIN"] = str(RACE_BUILD / "src" / "barkbook")
        yield Task(suite, path.stem.removeprefix("test_"), [sys.executable, str(path)], env,
                   alone=path.stem in ("tidy", "burst", "test_burst") or suite in ("thread", "mutation"))


def meson_tasks():
    done = subprocess.run(["meson", "introspect", "--tests", str(BUILD)], capture_output=True, text=True)
    for test in json.loads(done.stdout) if done.returncode == 0 else []:
        suites = [s.split(":")[-1] for s in test["suite"]]
        suite = next((s for s in suites if s in SUITES), "unit")
        yield Task(suite, test["name"], test["cmd"], dict(test["env"]), tap=test["protocol"] == "tap")


def race_tasks():
    for path in sorted((RACE_BUILD / "tests" / "thread").glob("*_race")):
        yield Task("thread", path.name, without_random_addresses([str(path)]),
                   {"TSAN_OPTIONS": "exitcode=99:second_deadlock_stack=1"}, alone=True)


def without_random_addresses(command):
    """The thread sanitizer of gcc 12 dies where the kernel scatters addresses more than it expects."""
    prefix = ["setarch", os.uname().machine, "-R"]
    try:
        works = subprocess.run([*prefix, "true"], capture_output=True).returncode == 0
    except OSError:
        works = False
    return [*prefix, *command] if works else command


def other_tasks():
    browser = ROOT / "tests" / "browser" / "run.mjs"
    if browser.exists():
        out = LOGS / "browser"
        yield Task("browser", "chromium", ["node", str(browser), str(BINARY), str(out)], alone=True)
    fuzz = ROOT / "tests" / "fuzz" / "run.sh"
    if fuzz.exists():
        yield Task("fuzz", "libfuzzer", ["sh", str(fuzz)], alone=True)


def read_tap(text, outcome):
    """Counts results; the lines of a failed one, up to the next result, are its trouble."""
    plan = None
    seen = 0
    failing = False
    for line in text.splitlines():
        match = re.match(r"(ok|not ok)\b(.*)", line)
        if match:
            seen += 1
            failing = False
            if re.search(r"#\s*SKIP\b", match[2], re.I):
                outcome.skipped += 1
                outcome.trouble.append(f"skipped{match[2]}")
            elif match[1] == "ok":
                outcome.passed += 1
            else:
                outcome.failed += 1
                failing = True
                outcome.trouble.append(line)
        elif re.fullmatch(r"1\.\.(\d+)(\s*#.*)?", line):
            plan = int(re.match(r"1\.\.(\d+)", line)[1])
            failing = False
        elif line.startswith("Bail out!"):
            outcome.failed += 1
            outcome.trouble.append(line)
        elif failing:
            outcome.trouble.append(line)
    return plan, seen


def run(task):
    outcome = Outcome()
    base = LOGS / f"{task.suite}-{task.name}"
    counts = base.with_suffix(".counts")
    counts.unlink(missing_ok=True)
    env = {
        **os.environ,
        "BARKBOOK_BIN": str(BINARY),
        "BARKBOOK_TEST_COUNTS": str(counts),
        "ASAN_OPTIONS": "detect_leaks=1:detect_stack_use_after_return=1",
        "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        **task.env,
    }
    started = time.monotonic()
    status = process = None
    with open(f"{base}.tap", "wb") as out, open(f"{base}.err", "wb") as err:
        try:
            process = subprocess.Popen(task.command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env,
                                       cwd=ROOT, start_new_session=True)
            RUNNING.add(process.pid)
            status = process.wait(TIME_LIMIT)
        except OSError as e:
            err.write(f"cannot run {task.command[0]}: {e}\n".encode())
            status = 127
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        finally:
            if process is not None:
                RUNNING.discard(process.pid)
    outcome.seconds = time.monotonic() - started
    text = Path(f"{base}.tap").read_text(errors="replace")
    errors = Path(f"{base}.err").read_text(errors="replace")
    if counts.exists():
        outcome.counts = counts.read_text(errors="replace")

    reason = None
    if task.tap:
        plan, seen = read_tap(text, outcome)
        if status is None:
            reason = f"not done within {TIME_LIMIT} s"
        elif plan is None:
            reason = f"printed no plan (status {status})"
        elif plan == 0 and outcome.skipped == 0 and "SKIP" not in text:
            reason = "ran no tests"
        elif plan != seen and plan != 0:
            reason = f"planned {plan} tests, reported {seen}"
        elif status != 0 and outcome.failed == 0:
            reason = f"ended with status {status} though no test failed"
        if plan == 0 and reason is None:
            outcome.skipped += 1
            outcome.trouble.append(next(l for l in text.splitlines() if "SKIP" in l))
    elif status == 0:
        outcome.passed += 1
    else:
        reason = f"status {status}"
    if reason:
        outcome.failed += 1
        outcome.trouble.append(f"not ok - {task.suite}/{task.name} {reason}")
        outcome.trouble += (text.splitlines()[-20:] if not task.tap else []) + errors.splitlines()[-40:]
    return outcome


def show(task, outcome):
    word = "FAILED" if outcome.failed else "passed"
    parts = f"{outcome.passed} passed, {outcome.failed} failed"
    if outcome.skipped:
        parts += f", {outcome.skipped} skipped"
    print(f"{word}  {task.suite}/{task.name}: {parts} ({outcome.seconds:.1f} s)")
    shown = outcome.trouble if outcome.failed else outcome.trouble[:20]
    for line in shown[:120]:
        print(f"        {line}")
    if len(shown) > 120:
        print(f"        … {len(shown) - 120} lines more in {LOGS.relative_to(ROOT)}/{task.suite}-{task.name}.tap")
    sys.stdout.flush()


def run_all(tasks):
    """Those that want the machine for themselves one by one, the others as many as there are cores."""
    results = []
    together = [t for t in tasks if not t.alone]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for task, outcome in zip(together, pool.map(run, together)):
            show(task, outcome)
            results.append(outcome)
    for task in (t for t in tasks if t.alone):
        outcome = run(task)
        show(task, outcome)
        results.append(outcome)
    return results


def give_up(number, _frame):
    """Suites run in sessions of their own; an interrupted run must not leave them behind."""
    for pid in list(RUNNING):
        try:
            os.killpg(pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
    print("0 passed, 1 failed", flush=True)
    os._exit(128 + number)


def main(arguments):
    signal.signal(signal.SIGTERM, give_up)
    signal.signal(signal.SIGINT, give_up)
    wanted = None
    if arguments[:1] == ["--only"]:
        wanted = set(arguments[1].split(","))
    tasks = [*python_tasks(), *meson_tasks(), *race_tasks(), *other_tasks()]
    tasks.sort(key=lambda t: (SUITES.index(t.suite) if t.suite in SUITES else len(SUITES), t.name))
    if arguments[:1] == ["--list"]:
        for task in tasks:
            print(f"{task.suite}/{task.name}")
        return 0
    missing = [s for s in SUITES if not any(t.suite == s for t in tasks)]
    if wanted is not None:
        tasks = [t for t in tasks if wanted & {t.suite, t.name, f"{t.suite}/{t.name}"}]
        missing = [] if tasks else sorted(wanted)
    put_off = [] if LONG or wanted is not None else [t for t in tasks if t.suite in LONG_SUITES]
    tasks = [t for t in tasks if t not in put_off]
    LOGS.mkdir(parents=True, exist_ok=True)

    started = time.monotonic()
    results = run_all(tasks)
    for suite in missing:
        print(f"FAILED  {suite}: no tests found")
        results.append(Outcome(failed=1))

    for task in put_off:
        print(f"skipped {task.suite}/{task.name}: only with --long")
        results.append(Outcome(skipped=1))

    print()
    print("Counts used: " + ("the large ones (--long)" if LONG else "the usual ones (--long takes the large)"))
    for line in sorted({l for r in results for l in r.counts.splitlines() if l}):
        print(f"  {line}")
    passed, failed, skipped = (sum(getattr(r, k) for r in results) for k in ("passed", "failed", "skipped"))
    print(f"All of it took {time.monotonic() - started:.0f} s. Logs: {LOGS.relative_to(ROOT)}/")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Exception:  # whoever reads the last line must not miss it
        traceback.print_exc()
        print("0 passed, 1 failed")
        sys.exit(1)
