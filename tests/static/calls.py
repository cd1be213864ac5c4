"""What the sources may not say: functions that write without bounds, share hidden state or hide their
errors, and SQL that is put together from pieces.
"""

import re
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).resolve().parent))
import source
import tap

# Function and what to use instead. A path pattern names the one place that may.
BANNED = {
    "strcpy": ("a bounded copy", None),
    "strcat": ("buf_str", None),
    "strncpy": ("snprintf: strncpy may leave no NUL", None),
    "strncat": ("buf_str", None),
    "stpcpy": ("buf_str", None),
    "sprintf": ("snprintf", None),
    "vsprintf": ("vsnprintf", None),
    "gets": ("fgets", None),
    "scanf": ("strtoll and friends", None),
    "sscanf": ("strtoll and friends", None),
    "fscanf": ("strtoll and friends", None),
    "atoi": ("strtoll, which can fail", None),
    "atol": ("strtoll, which can fail", None),
    "atoll": ("strtoll, which can fail", None),
    "atof": ("strtod, which can fail", None),
    "alloca": ("malloc", None),
    "strtok": ("strtok_r", None),
    "localtime": ("zone_local", None),
    "localtime_r": ("zone_local", r"src/base/clock\.c"),
    "gmtime": ("time_format", None),
    "ctime": ("time_format", None),
    "asctime": ("time_format", None),
    "mktime": ("zone_instant", r"src/base/clock\.c"),
    "setenv": ("zone_init", r"src/base/clock\.c"),
    "putenv": ("nothing: the environment is read once", None),
    "getenv": ("struct config", r"src/(base/(config\w*|log|clock)\.c|remote/fetch\.c|[a-z_]+\.c)"),
    "rand": ("secret_random", None),
    "srand": ("secret_random", None),
    "random": ("secret_random", None),
    "drand48": ("secret_random", None),
    "tmpnam": ("mkstemp", None),
    "tempnam": ("mkstemp", None),
    "mktemp": ("mkstemp", None),
    "system": ("posix_spawn, or better nothing", None),
    "popen": ("posix_spawn, or better nothing", None),
    "signal": ("sigaction", None),
    "vfork": ("posix_spawn", None),
    "strdupa": ("strdup", None),
    "setjmp": ("return values", None),
    "longjmp": ("return values", None),
    "usleep": ("a condition variable or poll", None),
    "sleep": ("a condition variable or poll", None),
    "time": ("clock_now_ms", None),
    "gettimeofday": ("clock_now_ms", None),
    "clock_gettime": ("clock_now_ms or clock_mono_ms", r"src/(base/clock|.*)\.c"),
    "sqlite3_mprintf": ("a prepared statement with bound values", None),
    "sqlite3_vmprintf": ("a prepared statement with bound values", None),
    "sqlite3_snprintf": ("a prepared statement with bound values", None),
    "sqlite3_exec": ("db_exec with fixed text", r"src/db/.*"),
    "sqlite3_get_table": ("db_stmt", None),
    "sqlite3_prepare": ("db_stmt", None),
    "sqlite3_prepare_v2": ("db_stmt", r"src/db/.*"),
    "sqlite3_prepare_v3": ("db_stmt", r"src/db/.*"),
}

_CALL = re.compile(r"(?<![\w.>])(" + "|".join(sorted(BANNED, key=len, reverse=True)) + r")\s*\(")

# In capitals or not at all: a sentence may begin with "Select a pet from".
_SQL_STARTS = (r"SELECT\s.+\sFROM\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|"
               r"REPLACE\s+INTO\s|WITH\s+(RECURSIVE\s+)?\w+.*\sAS\s*\(")
_SQL = re.compile(rf"^\s*(?:{_SQL_STARTS}|(?=[a-z\W]*$)(?i:{_SQL_STARTS}))", re.S)
_SQL_PIECE = re.compile(r"\b(WHERE|ORDER\s+BY|GROUP\s+BY|VALUES\s*\(|AND|OR)\b[^.]*(%[-0-9.*]*[a-z]|'\s*$)")


def call_problems(path, text):
    code = source.code_of(text)
    for match in _CALL.finditer(code):
        instead, where = BANNED[match[1]]
        if where and re.fullmatch(where, path):
            continue
        yield f"{path}:{source.line_of(code, match.start())}: {match[1]}: use {instead}"


def _arguments(code, start):
    """The top-level arguments of the call whose opening bracket is at start."""
    depth, parts, begin = 0, [], start + 1
    for i in range(start, len(code)):
        c = code[i]
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
            if depth == 0:
                parts.append(code[begin:i].strip())
                return parts
        elif c == "," and depth == 1:
            parts.append(code[begin:i].strip())
            begin = i + 1
    return parts


def sql_problems(path, text):
    """SQL stands in a .sql.def file, whole; a call may pass only its name or a literal."""
    code = source.code_of(text)
    if path.endswith(".def"):
        for line, string in source.strings_of(text):
            if re.search(r"%[-0-9.*]*[sdiufgxlz]", string.replace("%%", "")) and not re.search(r"strftime|LIKE", string):
                yield f"{path}:{line}: a format directive in SQL: bind a named parameter"
        return
    for line, string in source.strings_of(text):
        if _SQL.search(string):
            if "%" in string:
                yield f"{path}:{line}: SQL is formatted: bind a named parameter"
            elif not path.startswith(("src/db/", "tests/")):
                yield f"{path}:{line}: SQL in code: put it into the .sql.def beside the module"
        elif _SQL_PIECE.search(string) and re.search(r"\b(printf|buf_)", code.splitlines()[line - 1]):
            yield f"{path}:{line}: a piece of SQL: write the statement whole and bind"
    for match in re.finditer(r"(?<![\w.>])(db_stmt|db_exec)\s*\(", code):
        arguments = _arguments(code, match.end() - 1)
        if len(arguments) < 2 or re.search(r"\bstruct\b|\bconst\s+char\b", " ".join(arguments)):
            continue  # a declaration
        sql = arguments[1]
        if sql == "sql" and re.search(r"\bconst char \*sql\b[,)]", code):
            continue  # handed on by a helper whose callers name it
        allowed = r"SQL_\w+|[^?]+\?\s*SQL_\w+\s*:\s*SQL_\w+|\"\s*\"(\s*\"\s*\")*" if not path.startswith(("src/db/", "tests/")) else r".+"
        if not re.fullmatch(allowed, sql, re.S):
            yield f"{path}:{source.line_of(code, match.start())}: {match[1]}({sql}): pass a statement's name, not made-up text"


class Calls(unittest.TestCase):
    maxDiff = None

    def collect(self, check, *patterns):
        found = []
        for path in source.tracked(*patterns):
            found += check(source.name(path), path.read_text())
        if found:
            raise tap.Finding("\n".join(found))

    def test_calls(self):
        "No function that writes without bounds, shares hidden state or hides its error is called"
        self.collect(call_problems, "src/*.c", "src/*.h")

    def test_call_check_sees(self):
        "The check of calls sees one in code and not one in a comment, a string or a longer name"
        self.assertEqual(1, len(list(call_problems("src/a/b.c", "strcpy(a, b);"))))
        self.assertEqual(1, len(list(call_problems("src/a/b.c", 'x = getenv("A");'))))
        quiet = '/* strcpy(a, b) */ puts("sprintf(x)"); my_strcpy(a); vsnprintf(b); j->time(x); clock_mono_ms();'
        self.assertEqual([], list(call_problems("src/a/b.c", quiet)))

    def test_sql(self):
        "No SQL is put together from pieces; all of it stands in the .sql.def files"
        self.collect(sql_problems, "src/*.c", "src/*.h", "src/*.def")

    def test_sql_check_sees(self):
        "The check of SQL sees formatted text, text outside its file, and a made-up statement"
        bad = [
            ("src/salon/a.c", 'snprintf(q, n, "SELECT a FROM b WHERE c = %s", x);'),
            ("src/salon/a.c", 'static const char q[] = "DELETE FROM b";'),
            ("src/salon/a.c", 'static const char q[] = "delete from b";'),
            ("src/salon/a.c", 'buf_printf(&b, " AND name = \'%s\'", x);'),
            ("src/salon/a.c", "rc = db_stmt(db, b.data, &st, err);"),
            ("src/salon/a.sql.def", 'X(SQL_A, "SELECT a FROM b WHERE c = %s")'),
        ]
        for path, text in bad:
            self.assertTrue(list(sql_problems(path, text)), text)
        good = [
            ("src/salon/a.c", "rc = db_stmt(db, SQL_PET_GET, &st, err);"),
            ("src/sync/a.c", 'rc = db_exec(db, "SAVEPOINT one", err);'),
            ("src/cli/a.c", 'puts("Select a pet from the list: use the arrows");'),
            ("src/salon/a.sql.def", "X(SQL_A, \"SELECT a FROM b WHERE c = :c AND d LIKE '%x'\")"),
        ]
        for path, text in good:
            self.assertEqual([], list(sql_problems(path, text)), text)


if __name__ == "__main__":
    tap.main()
