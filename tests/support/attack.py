"""What the tests of attacks share: raw requests, and one BarkBook that must stay well under all of them."""

import re

import barkbook


def status(answer):
    """Of the first answer in raw bytes; None when there was none."""
    match = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    return int(match[1]) if match else None


def answers(received):
    return [int(s) for s in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


def head(method, path, *lines, version="1.1"):
    return "\r\n".join([f"{method} {path} HTTP/{version}", "Host: salon", *lines, "", ""]).encode()


class Attacks(barkbook.Case):
    """One BarkBook for all of them; each must leave it well."""

    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.app = barkbook.Barkbook(settings=dict(cls.settings)).start()
        cls.app.set_up()

    @classmethod
    def tearDownClass(cls):
        cls.app.stop()
        cls.app.remove()

    def tearDown(self):
        for port in (self.app.dashboard_port, self.app.webhook_port):
            self.assertEqual(200, barkbook.request(port, "GET", "/healthz").status, "it is still well")
        self.assertEqual("", self.app.sanitizer_reports())

    def ports(self):
        return (("dashboard", self.app.dashboard_port), ("webhook", self.app.webhook_port))
