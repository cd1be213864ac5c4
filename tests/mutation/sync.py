"""Breaks each rule of the sync engine by one line, in turn, and asks whether a test notices.

mutations.py lists the rules and the lines. Each is applied to a scratch copy of the sources
(build/mutation/N, one for each core), which is rebuilt without sanitizers; then the tests that guard that
part run until one fails. A rule whose breaking nobody notices is a failure here: it needs a test. So is a
line that is not found any more: the list must follow the code.

    python3 tests/mutation/sync.py [--only WORDS] [--by NAME]

--only: rules that contain the words; --by: only tests whose names begin so are asked, which shows what that
suite alone would notice.
"""

import json
import os
import queue
import re
import subprocess
import sys
import threading
import unittest
from concurrent.futures import Future
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "static"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
import source
import tap
from mutations import MUTATIONS

ROOT = Path(__file__).resolve().parents[2]
SCRATCH = ROOT / "build" / "mutation"
PATIENCE = 120  # seconds for one test program; who takes longer has noticed something

# Part of the sources, and the tests that guard it, quickest first.
GUARDS = (
    ("src/remote/", ("decode_",)),
    ("src/sync/", ("sync_", "histories")),
)
HISTORIES = ["--count", str(tap.count("histories for each broken rule", 120, 1000))]


class Tree:
    """One scratch copy with its build folder. Belongs to one thread."""

    def __init__(self, number):
        self.source = SCRATCH / str(number)
        self.build = SCRATCH / f"{number}-build"
        self.copy()
        self.setup()
        self.guards = self.find_guards()

    def copy(self):
        """Files whose content is the same keep their time, so that a second run builds little."""
        names = {n for n in map(source.name, source.tracked("*")) if not n.startswith(("tests/browser/", "."))}
        for name in names:
            data = (ROOT / name).read_bytes()
            copy = self.source / name
            if not copy.exists() or copy.read_bytes() != data:
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(data)
        for copy in self.source.rglob("*"):
            if copy.is_file() and str(copy.relative_to(self.source)) not in names:
                copy.unlink()

    def setup(self):
        if not (self.build / "build.ninja").exists():
            self.run(["meson", "setup", str(self.build), str(self.source), "-Dtests=true", "-Dbuildtype=plain",
                      "-Doptimization=0", "-Ddebug=false", "-Dwerror=false"])
        self.run(["ninja", "-C", str(self.build), "build.ninja"])

    def run(self, command):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise tap.Finding(f"{' '.join(command)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")

    def find_guards(self):
        """Test programs by the start of their name: [(prefix, name, target, command)]."""
        shown = subprocess.run(["meson", "introspect", "--tests", str(self.build)], capture_output=True, text=True, check=True)
        found = []
        for test in json.loads(shown.stdout):
            target = str(Path(test["cmd"][0]).relative_to(self.build))
            extra = HISTORIES if test["name"] == "histories" else []
            for _, prefixes in GUARDS:
                for prefix in prefixes:
                    if test["name"].startswith(prefix):
                        found.append((prefix, test["name"], target, test["cmd"] + extra))
        return found

    def guards_of(self, file):
        prefixes = next(p for start, p in GUARDS if file.startswith(start))
        return [g for prefix in prefixes for g in self.guards if g[0] == prefix and g[1].startswith(BY)]

    def noticed(self, file):
        """What the first test that fails says; None when all pass. A build that fails raises."""
        guards = self.guards_of(file)
        self.run(["ninja", "-C", str(self.build), "-j1", *(target for _, _, target, _ in guards)])
        for _, name, _, command in guards:
            try:
                done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=PATIENCE,
                                      cwd=self.source, env={**os.environ, "BARKBOOK_TEST_LONG": "", "BARKBOOK_TEST_COUNTS": ""})
            except subprocess.TimeoutExpired:
                return f"{name}: does not end"
            if done.returncode != 0:
                failed = re.search(r"^not ok\b[\s\d-]*(.*)", done.stdout, re.M)
                return f"{name}: {failed[1] if failed else f'status {done.returncode}'}"
        return None


def mutate(text, mutation):
    """The text with the one place changed; white space in the list stands for any."""
    pattern = r"\s+".join(re.escape(word) for word in mutation.old.split())
    places = re.findall(pattern, text)
    if len(places) != 1:
        raise tap.Finding(f"{mutation.file}: {len(places)} places read: {mutation.old}\nThe list must follow the code.")
    return re.sub(pattern, lambda _: mutation.new, text)


def try_mutation(tree, mutation):
    path = tree.source / mutation.file
    whole = path.read_text()
    path.write_text(mutate(whole, mutation))
    try:
        return tree.noticed(mutation.file)
    finally:
        path.write_text(whole)


class Work:
    """Hands the mutations out to one thread for each core."""

    def __init__(self, mutations):
        self.waiting = queue.SimpleQueue()
        self.results = {}
        self.unchanged = Future()
        for m in sorted(mutations, key=lambda m: m.file):
            self.results[m] = Future()
            self.waiting.put(m)

    def start(self):
        for number in range(os.cpu_count() or 1):
            threading.Thread(target=self.labour, args=(number,), daemon=True).start()

    def labour(self, number):
        try:
            tree = Tree(number)
            if number == 0:
                self.unchanged.set_result([n for n in (tree.noticed(start) for start, _ in GUARDS) if n])
        except BaseException as error:
            if number == 0:
                self.unchanged.set_exception(error)
            self.give_up(error)
            return
        while True:
            try:
                mutation = self.waiting.get_nowait()
            except queue.Empty:
                return
            try:
                self.results[mutation].set_result(try_mutation(tree, mutation))
            except BaseException as error:
                self.results[mutation].set_exception(error)

    def give_up(self, error):
        while True:
            try:
                self.results[self.waiting.get_nowait()].set_exception(error)
            except queue.Empty:
                return


class Mutations(unittest.TestCase):
    def test__unchanged(self):
        "The sources as they are pass the tests that guard them"
        self.assertEqual([], WORK.unchanged.result())


def _test(mutation):
    def test(self):
        noticed = WORK.results[mutation].result()
        if noticed is None:
            raise tap.Finding(f"no test notices: {mutation.file}\n- {mutation.old}\n+ {mutation.new}")
        print(noticed)

    test.__doc__ = f"It is noticed when this is broken: {mutation.rule}"
    return test


def _option(name):
    """Takes an option and its value out of the command line; "" when it is not there."""
    if name not in sys.argv:
        return ""
    at = sys.argv.index(name)
    value = sys.argv[at + 1:at + 2]
    del sys.argv[at:at + 2]
    return value[0] if value else ""


BY = _option("--by")
ONLY = _option("--only")
CHOSEN = [m for m in MUTATIONS if ONLY in m.rule or ONLY in m.file]
WORK = Work(CHOSEN)
for _number, _mutation in enumerate(sorted(CHOSEN, key=lambda m: m.file)):
    setattr(Mutations, f"test_{_number:03}", _test(_mutation))

if __name__ == "__main__":
    WORK.start()
    tap.main()
