"""Writes migrations/*.sql as one C file. Called by meson: embed.py OUTPUT embed.py FILE.sql ...

The table it fills is declared in src/db/migrate.h. Files are named NNNN_name.sql and must follow one
another without a gap.
"""

import re
import sys
from pathlib import Path


def c_string(text):
    lines = []
    for line in text.splitlines():
        escaped = line.replace("\\", "\\\\").replace('"', '\\"').replace("?", "\\?")
        lines.append(f'    "{escaped}\\n"')
    return "\n".join(lines)


def main(output, inputs):
    files = sorted(Path(p) for p in inputs if p.endswith(".sql"))
    rows = []
    for number, path in enumerate(files, start=1):
        match = re.fullmatch(r"(\d{4})_([a-z0-9_]+)\.sql", path.name)
        if not match or int(match[1]) != number:
            sys.exit(f"{path.name}: expected {number:04d}_name.sql")
        rows.append(f'    {{{number}, "{match[2]}",\n{c_string(path.read_text())}}},')
    Path(output).write_text(
        '#include "db/migrate.h"\n\nconst struct migration migrations[] = {\n'
        + "\n".join(rows)
        + f"\n}};\nconst int migration_count = {len(rows)};\n"
    )


main(sys.argv[1], sys.argv[2:])
