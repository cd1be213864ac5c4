"""Writes a C file with every statement of every src/**/*.sql.def, so that none can be forgotten.

Called by the build each time: statements.py SRC OUTPUT DEPFILE. The output is touched only when the
list of files changed.
"""

import sys
from pathlib import Path

HEAD = """/* Made by the build from what lies in src. */
#include "statements.h"

#define X(name, sql) {FILE_NAME, #name, sql, NULL},
#define X_SCAN(name, reason, sql) {FILE_NAME, #name, sql, reason},
const struct statement statements[] = {
"""


def main(src, output, depfile):
    files = sorted(Path(src).rglob("*.sql.def"))
    body = HEAD
    for path in files:
        name = path.relative_to(src).as_posix()
        body += f'#define FILE_NAME "src/{name}"\n#include "{name}"\n#undef FILE_NAME\n'
    body += "};\nconst size_t statement_count = sizeof statements / sizeof statements[0];\n"
    out = Path(output)
    if not out.exists() or out.read_text() != body:
        out.write_text(body)
    Path(depfile).write_text(f"{output}: " + " ".join(map(str, files)) + "\n")


main(*sys.argv[1:])
