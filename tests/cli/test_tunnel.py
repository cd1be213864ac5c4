"""The ssh tunnel of packaging/tunnel, with a real sshd on this machine: deliveries come through, nothing else does."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import delivery
import tap

RECIPES = barkbook.ROOT / "packaging" / "tunnel"
SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:" + os.environ.get("PATH", ""))


@unittest.skipUnless(SSHD and shutil.which("ssh") and shutil.which("ssh-keygen"), "no sshd here")
class Tunnel(barkbook.Case):
    def setUp(self):
        self.home = Path(tempfile.mkdtemp(prefix="barkbook-tunnel-"))
        self.addCleanup(shutil.rmtree, self.home)
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        for name in ("host", "client"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.home / name)], check=True)
        self.ssh_port = barkbook.free_port()
        self.far_port = barkbook.free_port()
        rule = next(l for l in (RECIPES / "authorized_keys.example").read_text().splitlines() if l.startswith("restrict"))
        options = rule.split(" ssh-ed25519")[0].replace("8081", str(self.far_port))
        (self.home / "authorized_keys").write_text(f"{options} {(self.home / 'client.pub').read_text()}")
        (self.home / "authorized_keys").chmod(0o600)
        (self.home / "known_hosts").write_text(f"[127.0.0.1]:{self.ssh_port} {(self.home / 'host.pub').read_text()}")
        (self.home / "sshd_config").write_text(
            f"Port {self.ssh_port}\nListenAddress 127.0.0.1\nHostKey {self.home}/host\nAuthorizedKeysFile {self.home}/authorized_keys\n"
            f"PidFile {self.home}/pid\nUsePAM no\nPasswordAuthentication no\nStrictModes no\nPermitRootLogin prohibit-password\n")
        self.start([SSHD, "-D", "-e", "-f", str(self.home / "sshd_config")], "sshd.log")
        barkbook.wait_for(lambda: "listening" in (self.home / "sshd.log").read_text(), 30, "the server")

    def start(self, words, log):
        with (self.home / log).open("ab") as f:
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=f, stderr=f)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        return process

    def ssh(self, *words):
        """The options of the unit, with this test's paths."""
        unit = (RECIPES / "barkbook-tunnel.service").read_text().replace("\\\n", " ")
        line = re.search(r"(?m)^ExecStart=\S+ (.*)$", unit)[1].split()
        options = [w for i, w in enumerate(line) if w == "-o" or line[i - 1] == "-o"]
        options = [w.replace("/etc/barkbook/tunnel_known_hosts", str(self.home / "known_hosts")) for w in options]
        return ["ssh", "-F", "none", "-N", "-T", "-i", str(self.home / "client"), "-p", str(self.ssh_port), *options, *words,
                "127.0.0.1"]

    def answers(self, path, method="GET"):
        try:
            return barkbook.request(self.far_port, method, path, timeout=10).status
        except OSError:
            return None

    def test_deliveries(self):
        "A delivery to the server's end of the tunnel is stored here; the dashboard is not to be had there"
        app = self.barkbook()
        self.start(self.ssh("-R", f"127.0.0.1:{self.far_port}:127.0.0.1:{app.webhook_port}"), "ssh.log")
        barkbook.wait_for(lambda: self.answers("/healthz") == 200, 30, "the tunnel: " + (self.home / "ssh.log").read_text())
        body = barkbook.encode(delivery.created(uid="through-the-tunnel"))
        answer = barkbook.request(self.far_port, "POST", "/api/webhooks/calcom", body, app.signed_headers(body))
        self.assertEqual(200, answer.status)
        self.assertEqual(1, app.value("SELECT count(*) FROM calendar_events WHERE cal_com_event_id = 'through-the-tunnel'"))
        for path in ("/", "/api/day", "/api/state", "/metrics"):
            self.assertEqual(404, self.answers(path), path)

    def test_back(self):
        "A tunnel whose server was gone comes back by being started again"
        app = self.barkbook()
        words = self.ssh("-R", f"127.0.0.1:{self.far_port}:127.0.0.1:{app.webhook_port}")
        first = self.start(words, "ssh.log")
        barkbook.wait_for(lambda: self.answers("/healthz") == 200, 30, "the tunnel")
        first.kill()
        first.wait()
        barkbook.wait_for(lambda: self.answers("/healthz") is None, 30, "its end")
        self.start(words, "ssh.log")
        barkbook.wait_for(lambda: self.answers("/healthz") == 200, 30, "the tunnel again")

    def test_nothing_else(self):
        "The key opens no shell, no other port there and no way into the server's network"
        refused = self.ssh("-R", f"127.0.0.1:{barkbook.free_port()}:127.0.0.1:1")
        done = subprocess.run(refused, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        self.assertNotEqual(0, done.returncode)
        self.assertIn("forwarding failed", done.stderr)
        shell = [w for w in self.ssh() if w not in ("-N", "-T")] + ["echo", "shell"]
        done = subprocess.run(shell, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        self.assertNotIn("shell", done.stdout)
        self.assertNotEqual(0, done.returncode)


if __name__ == "__main__":
    tap.main()
