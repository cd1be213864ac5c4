"""The system service: what its unit file allows, what it tells systemd, and secrets as credentials."""

import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import delivery
import tap

UNIT = barkbook.ROOT / "packaging" / "barkbook.service"
EXPOSURE_MAX = 1.5


def knows_offline():
    if not shutil.which("systemd-analyze"):
        return False
    done = subprocess.run(["systemd-analyze", "--version"], capture_output=True, text=True)
    version = re.search(r"systemd (\d+)", done.stdout)
    return bool(version) and int(version[1]) >= 250


class UnitTest(unittest.TestCase):
    @unittest.skipUnless(knows_offline(), "no systemd-analyze that judges a file")
    def test_exposure(self):
        "systemd judges the unit's exposure to be at most 1.5"
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", str(UNIT)], capture_output=True, text=True)
        found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
        self.assertIsNotNone(found, done.stdout + done.stderr)
        self.assertLessEqual(float(found[1]), EXPOSURE_MAX, done.stdout)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd-analyze here")
    def test_no_unknown_words(self):
        "systemd knows every line of the unit"
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(UNIT)], capture_output=True, text=True)
        complaints = [l for l in (done.stdout + done.stderr).splitlines()
                      if "barkbook.service" in l and ("Unknown" in l or "Failed to parse" in l or "Invalid" in l)]
        self.assertEqual([], complaints)

    def test_settings(self):
        "It is watched, owns only its state folder, is its own user and has no capability"
        lines = UNIT.read_text().splitlines()
        for line in ("Type=notify", "User=barkbook", "StateDirectory=barkbook", "CapabilityBoundingSet=", "AmbientCapabilities=",
                     "NoNewPrivileges=yes", "ProtectSystem=strict", "UMask=0077"):
            self.assertIn(line, lines)
        seconds = next(int(l.partition("=")[2]) for l in lines if l.startswith("WatchdogSec="))
        self.assertGreaterEqual(seconds, 30, "three missed beats, not one")


class LifelineTest(barkbook.Case):
    def listening(self, abstract=False):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        folder = tempfile.mkdtemp(prefix="barkbook-notify-")
        self.addCleanup(shutil.rmtree, folder)
        self.addCleanup(s.close)
        s.bind(f"\0{folder}" if abstract else f"{folder}/socket")
        s.settimeout(60)
        return s, (f"@{folder}" if abstract else f"{folder}/socket")

    def test_notify(self):
        "It says READY=1 once both listeners answer, WATCHDOG=1 while it is well, STOPPING=1 at the end"
        for abstract in (False, True):
            with self.subTest(abstract=abstract):
                heard, path = self.listening(abstract)
                app = self.barkbook(env={"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "90000000"})
                words = [heard.recv(4096).decode()]
                while "READY=1" not in words:
                    words.append(heard.recv(4096).decode())
                while words.count("WATCHDOG=1") < (1 if abstract else 2):
                    words.append(heard.recv(4096).decode())
                app.stop()
                while "STOPPING=1" not in words:
                    words.append(heard.recv(4096).decode())
                self.assertEqual("STOPPING=1", words[-1])

    def test_hung(self):
        "A service that hangs stops beating, so that systemd starts it again"
        heard, path = self.listening()
        app = self.barkbook(env={"NOTIFY_SOCKET": path})
        while heard.recv(4096).decode() != "WATCHDOG=1":
            pass
        app.process.send_signal(signal.SIGSTOP)
        try:
            heard.settimeout(0.2)
            try:
                while True:
                    heard.recv(4096)  # what was on its way
            except socket.timeout:
                pass
            heard.settimeout(12)
            with self.assertRaises(socket.timeout):
                heard.recv(4096)
        finally:
            app.process.send_signal(signal.SIGCONT)


class CredentialsTest(barkbook.Case):
    def credentials(self, **secrets):
        folder = Path(tempfile.mkdtemp(prefix="barkbook-credentials-"))
        self.addCleanup(shutil.rmtree, folder)
        for name, text in secrets.items():
            (folder / name.replace("__", ".")).write_text(text)
        return {"CREDENTIALS_DIRECTORY": str(folder)}

    def test_used(self):
        "A secret that systemd hands over is used, and none is made beside it"
        app = self.barkbook(env=self.credentials(calcom__webhook_secret="z-poswiadczen-systemd\n"))
        self.assertEqual(200, app.deliver(delivery.created(), secret="z-poswiadczen-systemd").status)
        self.assertFalse((app.data_dir / "secrets" / "webhook").exists())
        self.assertNotIn("z-poswiadczen", app.log)
        self.assertNotIn(b"z-poswiadczen", Path(f"/proc/{app.process.pid}/cmdline").read_bytes())
        self.assertNotIn(b"z-poswiadczen", Path(f"/proc/{app.process.pid}/environ").read_bytes())

    def test_configuration_wins(self):
        "What the configuration sets wins over a credential"
        app = self.barkbook(settings={"calcom.webhook_secret": "z-pliku"}, env=self.credentials(calcom__webhook_secret="inny"))
        self.assertEqual(200, app.deliver(delivery.created(), secret="z-pliku").status)
        self.assertEqual(401, app.deliver(delivery.created(), secret="inny").status)

    def test_others_ignored(self):
        "Only secrets are taken from there, and an empty one is said to be empty"
        app = self.barkbook(env=self.credentials(server__language="xx", strange="y"))
        self.assertEqual("pl", app.get("/api/state").json["language"])
        broken = self.barkbook(start=False, env=self.credentials(calcom__api_key="\n"))
        done = broken.cli("user", "list")
        self.assertEqual(1, done.returncode)
        self.assertIn("calcom.api_key", done.stderr)


if __name__ == "__main__":
    tap.main()
