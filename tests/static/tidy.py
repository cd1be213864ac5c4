"""clang-tidy, with the checks of .clang-tidy, finds nothing in src.

One test per file, as many at a time as there are cores. A file that passed is not looked at again
until it, any header, the configuration or the checker changes.
"""

import hashlib
import os
import subprocess
import sys
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
import source
import tap

CACHE = source.ROOT / "build" / "test-logs" / "tidy"
FLAGS = ["-std=gnu17", "-D_GNU_SOURCE", f"-I{source.ROOT / 'src'}", '-DBARKBOOK_VERSION="0"']


def shared_state():
    """A hash of what every file's result depends on."""
    h = hashlib.sha256(subprocess.run(["clang-tidy", "--version"], capture_output=True).stdout)
    for path in [source.ROOT / ".clang-tidy", Path(__file__), *source.tracked("src/*.h", "src/*.def")]:
        h.update(path.read_bytes())
    return h.hexdigest()


class Results:
    """Starts all checks at once; each test waits for its own."""

    lock = threading.Lock()
    pool = None
    futures = {}

    @classmethod
    def of(cls, path):
        with cls.lock:
            if cls.pool is None:
                state = shared_state()
                CACHE.mkdir(parents=True, exist_ok=True)
                cls.pool = ThreadPoolExecutor(os.cpu_count() or 1)
                for each in FILES:
                    cls.futures[each] = cls.pool.submit(check, each, state)
        return cls.futures[path].result()


def check(path, state):
    key = hashlib.sha256(state.encode() + source.name(path).encode() + path.read_bytes()).hexdigest()
    mark = CACHE / key
    if mark.exists():
        return ""
    done = subprocess.run(
        ["clang-tidy", "--quiet", "--warnings-as-errors=*", str(path), "--", *FLAGS],
        capture_output=True, text=True, cwd=source.ROOT)
    if done.returncode == 0:
        mark.touch()
        return ""
    return done.stdout + "\n".join(l for l in done.stderr.splitlines() if "warnings generated" not in l) or "failed"


FILES = source.tracked("src/*.c")


class Tidy(unittest.TestCase):
    pass


def _test(path):
    def test(self):
        found = Results.of(path)
        if found:
            raise tap.Finding(found.replace(f"{source.ROOT}/", ""))

    test.__doc__ = f"clang-tidy finds nothing in {source.name(path)}"
    return test


for _number, _path in enumerate(FILES):
    setattr(Tidy, f"test_{_number:03d}", _test(_path))


if __name__ == "__main__":
    tap.main()
