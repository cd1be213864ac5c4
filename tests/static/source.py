"""Reads the project's own sources for the static tests: which files there are, and C without its
comments and strings, so that a check does not stumble over a word in a sentence.
"""

import re
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked(*patterns):
    """Files of the checkout that match, git's or (from an archive without git) all that lie there."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z", *patterns]
    try:
        done = subprocess.run(command, capture_output=True, check=True)
        found = [ROOT / name for name in done.stdout.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):  # no git here, or an archive of the project
        found = [p for p in ROOT.rglob("*") if any(fnmatchcase(name(p), pattern) for pattern in patterns)]
    skip = {"node_modules", "build", ".git"}
    return sorted({p for p in found if p.is_file() and not skip & set(p.relative_to(ROOT).parts)})


def name(path):
    return path.relative_to(ROOT).as_posix()


_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)"""
    r"""|(?P<string>"(?:\\.|[^"\\\n])*")"""
    r"""|(?P<char>'(?:\\.|[^'\\\n])*')""",
    re.S,
)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def code_of(text):
    """C with comments blanked out and literals emptied; line numbers stay."""

    def replace(match):
        whole = match.group(0)
        if match.lastgroup == "comment":
            return _blank(whole)
        return whole[0] + _blank(whole[1:-1]) + whole[-1]

    return _TOKEN.sub(replace, text)


def includes_of(text):
    """(line, target, quoted) of each #include, those in comments left out."""
    plain = re.sub(r"/\*.*?\*/", lambda m: _blank(m.group(0)), text, flags=re.S)
    return [
        (plain[: m.start()].count("\n") + 1, m[2], m[1] == '"')
        for m in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]', plain, re.M)
    ]


def strings_of(text):
    """(line, contents) of the string literals; adjacent ones are one, as the compiler joins them."""
    joined, last_end = [], None
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "string":
            continue
        if last_end is not None and not code_of(text[last_end : match.start()]).strip():
            line, before = joined[-1]
            joined[-1] = (line, before + match.group(0)[1:-1])
        else:
            joined.append((text[: match.start()].count("\n") + 1, match.group(0)[1:-1]))
        last_end = match.end()
    return joined


def line_of(text, position):
    return text[:position].count("\n") + 1
