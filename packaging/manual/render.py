"""Writes the manual's pages as HTML documents. Called by meson: render.py OUTPUT_FOLDER STAMP DEPFILE.

Markdown becomes HTML by cmark-gfm (Debian), without --unsafe: HTML and scripts in the text are left out. Around
it stands a document with the list of pages and the other language. No script, no inline style: the pages'
content security policy forbids both, and the manual can be read without signing in.
"""

import html
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGES = ("first-day", "daily-work", "outage", "backup", "webhooks", "texts", "tunnel", "certificates",
         "troubleshooting", "gdpr", "threat-model")
WORDS = {
    "pl": {"manual": "Podręcznik", "pages": "Strony podręcznika", "back": "Wróć do BarkBooka", "other": "English"},
    "en": {"manual": "Manual", "pages": "Pages of the manual", "back": "Back to BarkBook", "other": "Polski"},
}


def fragment(text):
    done = subprocess.run(["cmark-gfm", "--extension", "table", "--to", "html"], input=text, capture_output=True, text=True,
                          check=True)
    out = done.stdout
    # A wide table scrolls in itself; it must be reachable by keyboard then.
    out = out.replace("<table>", '<div class="wide" tabindex="0"><table>').replace("</table>", "</table></div>")
    out = out.replace("<pre>", '<pre tabindex="0">')
    return out.replace(' align="left"', "").replace(' align="right"', "")


def title_of(text):
    return re.match(r"# (.+)", text)[1].strip()


def document(page, lang, texts):
    words = WORDS[lang]
    other = "en" if lang == "pl" else "pl"
    links = "".join(
        f'<li><a href="/manual/{name}.{lang}.html"{" aria-current=page" if name == page else ""}>'
        f"{html.escape(title_of(texts[name, lang]))}</a></li>" for name in PAGES)
    return f"""<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title_of(texts[page, lang]))} · BarkBook</title>
<link rel="stylesheet" href="/css/manual.css">
<link rel="icon" href="/icon.svg">
</head>
<body>
<header><a href="/">{words["back"]}</a> <a href="/manual/{page}.{other}.html" lang="{other}" hreflang="{other}">{words["other"]}</a></header>
<nav aria-label="{words["pages"]}"><p>{words["manual"]}</p><ul>{links}</ul></nav>
<main>
{fragment(texts[page, lang])}</main>
</body>
</html>
"""


def main(folder, stamp, depfile):
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    files = {(page, lang): HERE / f"{page}.{lang}.md" for page in PAGES for lang in WORDS}
    texts = {key: path.read_text() for key, path in files.items()}
    for page, lang in files:
        target = out / f"{page}.{lang}.html"
        made = document(page, lang, texts)
        if not target.exists() or target.read_text() != made:
            target.write_text(made)
    Path(stamp).write_text("made\n")
    escaped = " ".join(str(p).replace(" ", "\\ ") for p in [*files.values(), Path(__file__)])
    Path(depfile).write_text(f"{stamp}: {escaped}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
