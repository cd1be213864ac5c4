"""The manual in the dashboard: every page, both languages, for everybody, and every link in it leads somewhere."""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import tap

FOLDER = barkbook.ROOT / "packaging" / "manual"


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links, self.tags, self.attributes, self.headings = [], set(), set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.links += [value for name, value in attrs if name in ("href", "src")]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)


class Manual(barkbook.Case):
    @classmethod
    def setUpClass(cls):
        cls.app = barkbook.Barkbook().start()

    @classmethod
    def tearDownClass(cls):
        try:
            cls.app.stop()
        finally:
            cls.app.remove()

    def pages(self):
        for path in sorted(FOLDER.glob("*.md")):
            yield path.stem, self.app.get(f"/manual/{path.stem}.html", cookie="none=1")

    def test_served(self):
        "Every page of the manual is served to anybody, with its heading, in a document of its language"
        self.assertGreater(len(list(FOLDER.glob("*.md"))), 15)
        for name, answer in self.pages():
            with self.subTest(name):
                self.assertEqual(200, answer.status)
                self.assertTrue(answer.headers["Content-Type"].startswith("text/html"))
                text = answer.body.decode()
                self.assertIn(f'<html lang="{name[-2:]}">', text)
                title = (FOLDER / f"{name}.md").read_text().splitlines()[0].removeprefix("# ")
                self.assertIn(title.split("&")[0].strip(), re.sub(r"<[^>]+>", "", text))

    def test_both_languages(self):
        "Every page is there in both languages, with the same sections"
        for path in FOLDER.glob("*.pl.md"):
            other = path.with_name(path.name.replace(".pl.", ".en."))
            count = [len(re.findall(r"(?m)^##? ", p.read_text())) for p in (path, other)]
            self.assertEqual(count[0], count[1], path.name)

    def test_links(self):
        "Every link leads somewhere"
        for name, answer in self.pages():
            for link in Page(answer.body.decode()).links:
                with self.subTest(name, link=link):
                    if not link.startswith(("http:", "https:", "#")):
                        self.assertEqual(200, self.app.get(link, cookie="none=1").status)

    def test_harmless(self):
        "Nothing in them runs: no script, no inline style, no handler, and the policy forbids it besides"
        for name, answer in self.pages():
            page = Page(answer.body.decode())
            self.assertEqual(set(), page.tags & {"script", "style", "iframe", "object", "form", "img"}, name)
            self.assertEqual(set(), {a for a in page.attributes if a.startswith("on") or a == "style"}, name)
            self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
            self.assertEqual("h1", page.headings[0], name)

    def test_commands(self):
        "Every command and setting that the manual names exists"
        known = self.app.cli("--help").stdout
        settings = set(re.findall(r"(?m)^# (\w+) =", self.app.cli("config").stdout))
        for path in FOLDER.glob("*.md"):
            text = path.read_text()
            for words in re.findall(r"(?m)(?:^ +|`)(?:sudo )?barkbook ([a-z]+(?: [a-z]+)?)\b", text):
                first, _, second = words.partition(" ")
                if first in ("user", "webhooks", "import", "erase"):
                    self.assertIn(f"  {first} {second}", known, f"{path.name}: barkbook {words}")
                elif re.search(rf"(?m)^  {first}\b", known) is None:
                    self.assertIn(first, ("serve",), f"{path.name}: barkbook {words}")
            for block in re.findall(r"(?m)^ +([a-z_]+) = ", text):
                self.assertIn(block, settings, path.name)


if __name__ == "__main__":
    tap.main()
