"""Runs unittest cases and prints TAP, so that every suite of the project is counted alike.

A test's name is the first line of its docstring, a sentence; without one, the method's name read as
words. The plan comes last: a suite that dies half way has none, and counts as failed.

Use: `tap.main()` at the end of a test file, or `python3 tests/support/tap.py FILE.py ...`.
"""

import importlib.util
import io
import os
import sys
import time
import traceback
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

LONG = os.environ.get("BARKBOOK_TEST_LONG") == "1"


class Finding(AssertionError):
    """A failure whose message says everything: it is shown without a traceback."""


def count(what, usual, many):
    """How many rounds: the small number, or the large one of `tests/run.sh --long`. The runner is told."""
    used = many if LONG else usual
    told = os.environ.get("BARKBOOK_TEST_COUNTS")
    if told:
        with open(told, "a", encoding="utf-8") as f:
            f.write(f"{what}: {used}\n")
    return used


def sentence(test):
    text = test.shortDescription()
    if text:
        return text.rstrip(".").replace("#", "no.")
    name = getattr(test, "_testMethodName", None) or str(test)
    return name.removeprefix("test_").replace("_", " ").replace("#", "no.")


class TapResult(unittest.TestResult):
    """Prints one line per test; failures of subtests are gathered into their test's line."""

    def __init__(self, out):
        super().__init__()
        self.out = out
        self.number = 0
        self.bad = 0
        self.problems = []
        self.skip_reason = None
        self.started = 0.0

    def emit(self, ok, name, detail="", directive=""):
        self.number += 1
        self.bad += 0 if ok else 1
        self.out.write(f"{'ok' if ok else 'not ok'} {self.number} - {name}{directive}\n")
        for line in detail.splitlines():
            self.out.write(f"#   {line}\n")
        self.out.flush()

    def startTest(self, test):
        super().startTest(test)
        self.problems = []
        self.skip_reason = None
        self.started = time.monotonic()

    def stopTest(self, test):
        super().stopTest(test)
        name = sentence(test)
        if self.problems:
            self.emit(False, name, "\n".join(self.problems))
        elif self.skip_reason is not None:
            self.emit(True, name, directive=f" # SKIP {self.skip_reason}")
        else:
            took = time.monotonic() - self.started
            self.emit(True, name, detail=f"{took:.1f} s" if took > 5 else "")

    def problem(self, test, error, prefix=""):
        if isinstance(error[1], Finding):
            text = prefix + str(error[1])
        else:
            text = prefix + "".join(traceback.format_exception(*error)).rstrip()
        if hasattr(test, "_testMethodName"):
            self.problems.append(text)
        else:  # setUpClass or setUpModule: no test will report it
            self.emit(False, str(test), text)

    def addError(self, test, err):
        super().addError(test, err)
        self.problem(test, err)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.problem(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.problem(test, err, f"with {subtest._subDescription()}:\n")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        if hasattr(test, "_testMethodName"):
            self.skip_reason = reason
        else:
            self.emit(True, str(test), directive=f" # SKIP {reason}")

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.skip_reason = "known to fail"

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.problems.append("expected to fail, but it passed")


def run(suite, out=sys.stdout):
    """Runs a suite; returns the process' exit status."""
    out.write("TAP version 13\n")
    out.flush()
    result = TapResult(out)
    real = sys.stdout
    sys.stdout = _Comments(real) if out is real else real
    try:
        suite.run(result)
    finally:
        sys.stdout = real
    out.write(f"1..{result.number}\n")
    out.flush()
    return 0 if result.bad == 0 and result.number > 0 else 1


class _Comments(io.TextIOBase):
    """What tests print becomes comments, so that it cannot be taken for a result."""

    def __init__(self, out):
        self.out = out
        self.fresh = True

    def write(self, text):
        for line in text.splitlines(keepends=True):
            if self.fresh and not line.startswith("#"):
                self.out.write("# ")
            self.out.write(line)
            self.fresh = line.endswith("\n")
        return len(text)

    def flush(self):
        self.out.flush()


def load(path):
    path = Path(path).resolve()
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def main():
    """For `if __name__ == "__main__"` of a test file; names on the command line choose tests."""
    module = sys.modules["__main__"]
    loader = unittest.TestLoader()
    names = sys.argv[1:]
    suite = loader.loadTestsFromNames(names, module) if names else loader.loadTestsFromModule(module)
    sys.exit(run(suite))


if __name__ == "__main__":
    tests = unittest.TestSuite()
    for argument in sys.argv[1:]:
        tests.addTests(unittest.defaultTestLoader.loadTestsFromModule(load(argument)))
    sys.exit(run(tests))
