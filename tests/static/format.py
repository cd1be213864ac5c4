"""The layout of the C sources is clang-format's business, so that nobody has to argue about it."""

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
import source
import tap


class Format(unittest.TestCase):
    maxDiff = None

    def test_c(self):
        "clang-format would change nothing in the C files of src and tests"
        files = source.tracked("src/*.c", "src/*.h", "tests/*.c", "tests/*.h")
        done = subprocess.run(
            ["clang-format", "--dry-run", "-Werror", *map(str, files)], capture_output=True, text=True, cwd=source.ROOT)
        lines = {}
        for file, number in re.findall(r"^(.+?):(\d+):\d+: error:", done.stderr, re.M):
            lines.setdefault(os.path.relpath(file, source.ROOT), []).append(number)
        problems = [f"{file}: line {', '.join(dict.fromkeys(at))}: run clang-format -i" for file, at in lines.items()]
        if problems:
            raise tap.Finding("\n".join(problems))
        self.assertEqual(0, done.returncode, done.stderr[-2000:])


if __name__ == "__main__":
    tap.main()
