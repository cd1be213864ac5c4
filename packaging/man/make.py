"""Writes the manual pages and the shell completion from what the program itself says.

    python3 packaging/man/make.py BARKBOOK OUTPUT_FOLDER

makes barkbook.1, barkbook.conf.5 and barkbook.bash-completion. The help and the table of settings are the
only source, so that none of the three can tell anything else.
"""

import re
import subprocess
import sys
from pathlib import Path


def ask(program, *words):
    return subprocess.run([program, *words], check=True, capture_output=True, text=True).stdout


def roff(text):
    """Text as a manual page takes it: nothing in it is a command."""
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq")
    return "\n".join(r"\&" + line if line.startswith(".") else line for line in text.split("\n"))


def commands(program):
    names = []
    for line in ask(program, "--help").split("Commands:\n")[1].split("\n\n")[0].splitlines():
        words = line.split()
        two = len(words) > 1 and words[0] in ("user", "webhooks", "import", "erase") and words[1].islower()
        names.append(" ".join(words[:2]) if two else words[0])
    return names


def parts(program, name):
    """Usage, what it does, and its options as (option, help)."""
    text = ask(program, *name.split(), "--help").split("\nEverywhere:")[0]
    usage = text.splitlines()[0].removeprefix("Usage: ")
    body, _, options = text.partition("\nOptions:\n")
    rows = [re.split(r"\s{2,}", line.strip(), maxsplit=1) for line in options.strip().splitlines() if line.strip()]
    return usage, body.split("\n\n", 1)[1].strip(), [r if len(r) == 2 else [r[0], ""] for r in rows]


def page_1(program, version):
    out = [f'.TH BARKBOOK 1 "" "BarkBook {version}" "User Commands"', ".SH NAME",
           r"barkbook \- appliance for a grooming salon that takes its bookings with Cal.com", ".SH SYNOPSIS",
           r".B barkbook", r"[\fIOPTIONS\fR] [\fICOMMAND\fR]", ".SH DESCRIPTION",
           roff("BarkBook receives Cal.com's webhooks, keeps them in one SQLite file, and shows the people at the desk\n"
                "today's visits. Without a command it serves. All commands but restore work while the service runs."),
           ".PP",
           roff("Run by root on a data folder that belongs to another user, every command first becomes that user."),
           ".SH OPTIONS"]
    everywhere = ask(program, "--help").split("Everywhere:\n")[1].split("\n\n")[0]
    for line in everywhere.splitlines():
        option, text = re.split(r"\s{2,}", line.strip(), maxsplit=1)
        out += [".TP", rf"\fB{roff(option)}\fR", roff(text)]
    out.append(".SH COMMANDS")
    for name in commands(program):
        usage, text, options = parts(program, name)
        out += [f'.SS "{roff(usage)}"', roff(text).replace("\n\n", "\n.PP\n")]
        for option, what in options:
            out += [".TP", rf"\fB{roff(option)}\fR", roff(what)]
    out += [".SH EXIT STATUS", ".TP", "0", "done", ".TP", "1", "failed", ".TP", "2", "mistake on the command line",
            ".TP", "75", "not finished, try again", ".SH FILES", ".TP", r"\fI/etc/barkbook/barkbook.conf\fR",
            "the configuration", ".TP", r"\fI/var/lib/barkbook\fR",
            roff("the data folder of the system's service: barkbook.db, photos/, secrets/, backups/"),
            ".SH SEE ALSO", r".BR barkbook.conf (5)"]
    return "\n".join(out) + "\n"


def page_5(program, version):
    out = [f'.TH BARKBOOK.CONF 5 "" "BarkBook {version}" "File Formats"', ".SH NAME",
           r"barkbook.conf \- configuration of BarkBook", ".SH DESCRIPTION",
           roff("An INI file: sections in brackets, then lines of key = value. It is read from --config, else from\n"
                "$BARKBOOK_CONFIG, else from /etc/barkbook/barkbook.conf; without a file the defaults hold. Each key can\n"
                "also be set by the environment as BARKBOOK_<SECTION>_<KEY>, which wins. A secret can be kept in a file\n"
                "of its own, named by <key>_file. A comment after a value starts with a semicolon. An unknown key is an\n"
                "error that names the nearest one.")]
    text = []
    for line in ask(program, "config").splitlines()[3:]:
        if line.startswith("["):
            out.append(f".SH [{line.strip('[]').upper()}]")
        elif re.match(r"# \w+ =", line):
            key, _, value = line[2:].partition(" =")
            if key.endswith("_file"):
                continue
            out += [".TP", rf"\fB{roff(key)}\fR" + (f" ({roff(value.strip())})" if value.strip() else ""), roff(" ".join(text))]
            text = []
        elif line.startswith("# "):
            text.append(line[2:])
    return "\n".join(out + [".SH SEE ALSO", r".BR barkbook (1)"]) + "\n"


def completion(program):
    groups = {}
    options = {}
    for name in commands(program):
        first, _, second = name.partition(" ")
        groups.setdefault(first, []).append(second)
        options[name] = " ".join(o[0].split()[0] for o in parts(program, name)[2])
    cases = "".join(f'    "{name}") words="{words}" ;;\n' for name, words in options.items() if words)
    seconds = "".join(f'    {first}) words="{" ".join(s)}" ;;\n' for first, s in groups.items() if s != [""])
    return f"""# bash completion for barkbook(1): made by packaging/man/make.py.
_barkbook() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}} words= command= word i
  case $previous in
  --config | restore | verify | clients) COMPREPLY=($(compgen -f -- "$current")); return ;;
  --data-dir | --web-dir | backup) COMPREPLY=($(compgen -d -- "$current")); return ;;
  --role) COMPREPLY=($(compgen -W "owner staff" -- "$current")); return ;;
  esac
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${{COMP_WORDS[i]}}
    case $word in
    --config | --data-dir | --web-dir) ((i++)) ;;
    -*) ;;
    *) command="${{command:+$command }}$word" ;;
    esac
  done
  if [[ $current == -* ]]; then
    case $command in
{cases}    esac
    words="$words --config --data-dir --web-dir -v --help --version"
  else
    case $command in
    "") words="{" ".join(groups)}" ;;
{seconds}    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -F _barkbook barkbook
"""


def main(program, folder):
    version = ask(program, "--version").split()[1]
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    (out / "barkbook.1").write_text(page_1(program, version))
    (out / "barkbook.conf.5").write_text(page_5(program, version))
    (out / "barkbook.bash-completion").write_text(completion(program))


if __name__ == "__main__":
    main(*sys.argv[1:])
