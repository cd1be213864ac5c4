"""Writes the pages as one C file. Called by meson: embed.py OUTPUT.c DEPFILE FOLDER [/ADDRESS=FILE…]

Every file under FOLDER goes in, and others (libraries of the system) at the addresses they are given; each with its ETag and, where that is smaller, gzipped; so a new file
cannot be forgotten. The table is declared in src/http/asset_table.h.

All files together have one version, a hash of their contents. Where a page, style or script names another
of our files, "?v=<version>" is appended: what is asked for by that name may be kept by browsers for ever,
and a new release is asked for anew. Names put together while the page runs keep no version, and are
checked with the box each time. The same input gives the same output, byte for byte.
"""

import gzip
import hashlib
import re
import sys
from pathlib import Path

OURS = {"meson.build", "embed.py"}
# Never named with a version: the browser compares a service worker's own address with the last one.
BARE = {"/sw.js", "/index.html"}


def walk(folder):
    """Files to serve, by path, and everything the outcome depends on (folders too: new files)."""
    files, watched = {}, [folder]
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if any(part.startswith((".", "__")) for part in path.relative_to(folder).parts):
            continue
        if path.is_dir():
            watched.append(path)
        elif name not in OURS and path.suffix != ".md":
            files["/" + name] = path
            watched.append(path)
    return files, watched


def resolve(base, name):
    """The absolute path that name means inside the file at base; None when it leaves the folder."""
    parts = base.split("/")[1:-1] if not name.startswith("/") else []
    for part in name.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


def versioned(path, text, known, version):
    def add(match):
        target = resolve(path, match["name"])
        if target not in known or target in BARE:
            return match[0]
        return f'{match["before"]}{match["name"]}?v={version}{match["after"]}'

    if path.endswith(".html"):
        return re.sub(r'(?P<before>\b(?:src|href)=")(?P<name>[^"?#]+)(?P<after>["#])', add, text)
    if path.endswith(".css"):
        return re.sub(r"""(?P<before>(?:url\(|@import\s)\s*["']?)(?P<name>[^"'?#)\s]+)(?P<after>["'#)])""", add, text)
    if path.endswith((".js", ".mjs")):
        # Imports may be relative; any other mention counts only as a whole, absolute name.
        text = re.sub(
            r"""(?P<before>\b(?:from|import)\s*\(?\s*["'])(?P<name>\.{0,2}/[^"'?#]+)(?P<after>["'])""", add, text)
        return re.sub(r"""(?P<before>["'`])(?P<name>/[\w./-]+)(?P<after>["'`#])""", add, text)
    return text


def c_bytes(data):
    """A C string literal, in lines; octal, so that a digit after it cannot join in."""
    lines, line = [], []
    for byte in data:
        c = chr(byte)
        if c in '\\"?' or byte < 32 or byte > 126:
            line.append(f"\\{byte:03o}")
        else:
            line.append(c)
        if len(line) == 100:
            lines.append("".join(line))
            line = []
    lines.append("".join(line))
    return "\n".join(f'    "{line}"' for line in lines)


def main(output, depfile, folder, *others):
    folder = Path(folder)
    files, watched = walk(folder)
    for other in others:
        address, file = other.split("=", 1)
        files[address] = Path(file)
        watched.append(Path(file))
    contents = {path: file.read_bytes() for path, file in files.items()}
    version = hashlib.sha256()
    for path, data in sorted(contents.items()):
        version.update(f"{path}\0{len(data)}\0".encode() + data)
    version = version.hexdigest()[:16]

    out = ['#include "http/asset_table.h"', "",
           '#pragma GCC diagnostic ignored "-Woverlength-strings"', "",
           f'const char asset_version[] = "{version}";', ""]
    rows = []
    for number, (path, data) in enumerate(sorted(contents.items())):
        if path.endswith((".html", ".css", ".js", ".mjs")):
            data = versioned(path, data.decode(), contents, version).encode()
        packed = gzip.compress(data, 9, mtime=0)
        etag = hashlib.sha256(data).hexdigest()[:20]
        out.append(f"static const char raw_{number}[] =\n{c_bytes(data)};")
        if len(packed) < len(data) * 0.95:
            out.append(f"static const char gzip_{number}[] =\n{c_bytes(packed)};")
            zipped = f"gzip_{number}, {len(packed)}"
        else:
            zipped = "NULL, 0"
        rows.append(f'    {{"{path}", "\\"{etag}\\"", raw_{number}, {len(data)}, {zipped}}},')
    if rows:
        out += ["", "const struct asset assets[] = {", *rows, "};"]
    else:
        out += ["", 'const struct asset assets[] = {{"", "", "", 0, NULL, 0}};']
    out.append(f"const size_t asset_count = {len(rows)};")
    Path(output).write_text("\n".join(out) + "\n")
    escaped = " ".join(str(p).replace(" ", "\\ ") for p in [*watched, Path(__file__)])
    Path(depfile).write_text(f"{output}: {escaped}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
