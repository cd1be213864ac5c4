"""The house rules that a script can see: floors import downwards only, outside libraries enter by one
door each, files are short, say what they are, and guard their headers.
"""

import re
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
import source
import tap

# Each floor and the ones it may include. What stands in src/ itself is the roof: it wires everything.
BELOW = {
    "base": {"base"},
    "db": {"db", "base"},
    "salon": {"salon", "db", "base"},
    "remote": {"remote", "db", "base"},
    "sync": {"sync", "salon", "remote", "db", "base"},
    "http": {"http", "sync", "salon", "remote", "db", "base"},
    "cli": {"cli", "sync", "salon", "remote", "db", "base"},
}

# Outside library (as its header is named) and where it may enter.
DOORS = {
    r"civetweb\.h": r"src/http/server\w*\.[ch]",
    r"curl/.*": r"src/remote/fetch\.c",
    r"sqlite3\.h": r"src/(db|salon|sync)/.*",
    r"mbedtls/.*": r"src/base/secret\w*\.c|tests/support/fake_tls\.c",
    r"ini\.h": r"src/base/config\w*\.c",
    r"cjson/.*": r"src/base/json\.h",
    r"criterion/.*": r"tests/.*",
}

MAX_LINES = 450
MAX_CSS_LINES = 600  # declarations, not logic


def include_problems(path, text):
    """What is wrong with the includes of the C file at path ("src/db/db.c")."""
    floor = path.split("/")[1] if path.count("/") >= 2 else None
    for line, target, quoted in source.includes_of(text):
        if quoted:
            other = target.split("/")[0] if "/" in target else None
            if floor is None and path.startswith("src/"):
                continue
            if path.startswith("src/") and other not in BELOW:
                yield f'{path}:{line}: "{target}": write "floor/file.h", from src/'
            elif path.startswith("src/") and other not in BELOW.get(floor, set()):
                yield f'{path}:{line}: floor {floor} may not include "{target}"'
        else:
            for door, where in DOORS.items():
                if re.fullmatch(door, target) and not re.fullmatch(where, path):
                    yield f"{path}:{line}: <{target}> enters only by {where}"
            if "/" in target and target.split("/")[0] in BELOW:
                yield f'{path}:{line}: <{target}>: our own headers are included with "…"'


def guard_problems(path, text):
    """A header's guard is made of its path: src/db/db.h -> BARKBOOK_DB_DB_H."""
    guard = "BARKBOOK_" + re.sub(r"\W", "_", path.removeprefix("src/")).upper()
    code = source.code_of(text)
    lines = [line for line in code.splitlines() if line.strip()]
    if not (
        len(lines) >= 3
        and lines[0].split() == ["#ifndef", guard]
        and lines[1].split() == ["#define", guard]
        and lines[-1].strip() == "#endif"
    ):
        yield f"{path}: guard it by #ifndef {guard} / #define {guard} / #endif"


def opening_problems(path, text):
    """A file opens with a comment that names it and says what it is."""
    name = path.rsplit("/", 1)[-1]
    if name.endswith((".c", ".h", ".js", ".mjs", ".css")):
        match = re.match(r"(?:#![^\n]*\n)?\s*(?:/\*(.*?)\*/|((?://[^\n]*\n)+))", text, re.S)
        opening = (match[1] or match[2]) if match else ""
        if not re.search(rf"\b{re.escape(name)}:\s+\S", opening):
            yield f'{path}: open with a comment "{name}: what it owns …"'
    elif name.endswith(".def"):
        pass  # a list of statements; the module beside it says what for
    elif name.endswith(".py"):
        if not re.match(r'(?:#![^\n]*\n)?"""\S', text):
            yield f"{path}: open with a docstring"
    elif not re.match(r"(?:#![^\n]*\n)?(?:#|--) *\S", text):
        yield f"{path}: open with a comment"


def length_problems(path, text):
    lines = text.count("\n")
    most = MAX_CSS_LINES if path.endswith(".css") else MAX_LINES
    if lines > most:
        yield f"{path}: {lines} lines; a file is one idea, at most {most}"


def text_problems(path, text):
    if not text.endswith("\n"):
        yield f"{path}: the last line does not end"
    for number, line in enumerate(text.splitlines(), 1):
        if line != line.rstrip():
            yield f"{path}:{number}: white space at the end"
        if "\t" in line and not path.endswith("Makefile"):
            yield f"{path}:{number}: a tab"


C_FILES = ("src/*.c", "src/*.h", "tests/*.c", "tests/*.h")
CODE_FILES = C_FILES + ("src/*.def", "tests/*.py", "tests/*.sh", "tests/*.mjs", "migrations/*.sql", "migrations/*.py",
                        "web/*.js", "web/*.py", "web/*.css", "packaging/*.sh")


class Floors(unittest.TestCase):
    maxDiff = None

    def collect(self, check, *patterns):
        paths = source.tracked(*patterns)
        found = []
        for path in paths:
            found += check(source.name(path), path.read_text())
        if found:
            raise tap.Finding("\n".join(found))
        return paths

    def test_includes(self):
        "Floors include only themselves and what is below, and each outside library enters by its own door"
        paths = self.collect(include_problems, *C_FILES)
        self.assertGreater(len(paths), 10, "no sources found")

    def test_include_check_sees(self):
        "The include check sees a floor that reaches up, a face that includes the other, and a library at the wrong door"
        bad = {
            "src/db/db.c": '#include "sync/apply.h"\n',
            "src/http/api.c": '#include "cli/cli.h"\n',
            "src/salon/pet.c": '#include "remote/fetch.h"\n',
            "src/sync/x.c": "#include <curl/curl.h>\n",
            "src/cli/x.c": "#include <sqlite3.h>\n",
            "src/http/route.c": "#include <civetweb.h>\n",
            "src/base/x.c": '#include "err.h"\n',
        }
        for path, text in bad.items():
            self.assertEqual(1, len(list(include_problems(path, text))), path)
        self.assertEqual([], list(include_problems("src/sync/x.c", '/*\n#include "http/x.h"\n*/\n#include "db/db.h"\n')))

    def test_guards(self):
        "Every header has a guard made of its path"
        self.collect(guard_problems, "src/*.h")
        self.assertEqual(1, len(list(guard_problems("src/db/db.h", "#ifndef DB_H\n#define DB_H\nint x;\n#endif\n"))))

    def test_openings(self):
        "Every file opens by saying what it is"
        self.collect(opening_problems, *CODE_FILES)
        self.assertEqual(1, len(list(opening_problems("src/a/b.c", "#include <stdio.h>\n"))))
        self.assertEqual(1, len(list(opening_problems("src/a/b.c", "/*\n * c.c: another.\n */\n"))))

    def test_length(self):
        "No file is longer than one idea"
        self.collect(length_problems, *CODE_FILES)
        self.assertEqual(1, len(list(length_problems("x.c", "\n" * (MAX_LINES + 1)))))

    def test_text(self):
        "No tabs, no white space at line ends, every file ends with a line"
        self.collect(text_problems, *CODE_FILES, "*.md", "*.build", "web/*.html", "web/*.json", "web/*.svg")
        self.assertEqual(3, len(list(text_problems("x.c", "a \n\tb\nc"))))

    def test_headers_stand_alone(self):
        "Every header compiles by itself"
        headers = source.tracked("src/*.h")

        def compiled(path):
            with tempfile.NamedTemporaryFile("w", suffix=".c") as f:
                f.write(f'#include "{path.relative_to(source.ROOT / "src")}"\n')
                f.flush()
                done = subprocess.run(
                    ["cc", "-std=gnu17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
                     "-Wno-unused-function", f"-I{source.ROOT / 'src'}", f.name],
                    capture_output=True, text=True,
                )
                return done.stderr

        with ThreadPoolExecutor(2) as pool:
            found = [text for text in pool.map(compiled, headers) if text]
        if found:
            raise tap.Finding("\n".join(found))


if __name__ == "__main__":
    tap.main()
