"""The Debian package: what is in it, what lintian says, and (with --long) a clean system that installs it, backs up,
goes, and comes back."""

import gzip
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
import tap

TOOLS = ("dpkg-deb", "dpkg-shlibdeps", "meson", "ninja", "gcc")


def run(*words, **more):
    return subprocess.run([str(w) for w in words], capture_output=True, text=True, **more)


@unittest.skipUnless(all(shutil.which(t) for t in TOOLS), "no tools here to build a package")
class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = Path(tempfile.mkdtemp(prefix="barkbook-package-"))
        cls.addClassCleanup(shutil.rmtree, cls.home)
        done = run("sh", barkbook.ROOT / "packaging" / "build-deb.sh", cls.home / "out")
        if done.returncode != 0:
            raise AssertionError(done.stdout + done.stderr)
        cls.deb = Path(done.stdout.splitlines()[-1])
        cls.root = cls.home / "root"
        run("dpkg-deb", "-x", cls.deb, cls.root, check=True)
        run("dpkg-deb", "-e", cls.deb, cls.home / "control", check=True)

    def test_contents(self):
        "It brings the program, the unit, the configuration, the user, the folder, pages, completion and recipes"
        for path in ("usr/bin/barkbook", "lib/systemd/system/barkbook.service", "etc/barkbook/barkbook.conf",
                     "usr/lib/sysusers.d/barkbook.conf", "usr/lib/tmpfiles.d/barkbook.conf", "etc/avahi/services/barkbook.service",
                     "usr/share/man/man1/barkbook.1.gz", "usr/share/man/man5/barkbook.conf.5.gz",
                     "usr/share/bash-completion/completions/barkbook", "usr/share/barkbook/nginx/barkbook.conf",
                     "usr/share/barkbook/tunnel/barkbook-tunnel.service", "usr/share/doc/barkbook/copyright"):
            self.assertTrue((self.root / path).is_file(), path)
        conffiles = (self.home / "control" / "conffiles").read_text().split()
        self.assertIn("/etc/barkbook/barkbook.conf", conffiles)

    def test_runs(self):
        "The packaged program takes the packaged configuration, which shows the dashboard to this machine alone"
        env = {**os.environ, "BARKBOOK_SERVER_DATA_DIR": str(self.home / "data")}
        program = self.root / "usr/bin/barkbook"
        done = run(program, "--config", self.root / "etc/barkbook/barkbook.conf", "user", "list", env=env)
        self.assertIn("no database", done.stderr)
        text = (self.root / "etc/barkbook/barkbook.conf").read_text()
        for line in ("data_dir = /var/lib/barkbook", "dashboard_listen = 127.0.0.1:8080", "dashboard_trusted_proxies = 127.0.0.1"):
            self.assertIn(line, text.splitlines())

    def test_configuration_is_complete(self):
        "The commented configuration names every setting that the program knows, with its help"
        program = self.root / "usr/bin/barkbook"
        self.assertEqual(run(program, "config").stdout, (barkbook.ROOT / "packaging" / "barkbook.conf").read_text())

    def test_pages(self):
        "The manual pages name every command and every setting, and are well formed"
        program = self.root / "usr/bin/barkbook"
        one = gzip.decompress((self.root / "usr/share/man/man1/barkbook.1.gz").read_bytes()).decode()
        five = gzip.decompress((self.root / "usr/share/man/man5/barkbook.conf.5.gz").read_bytes()).decode()
        for line in run(program, "--help").stdout.split("Commands:\n")[1].split("\n\n")[0].splitlines():
            self.assertIn(line.split("  ")[1].strip().split()[0], one)
        for key in re.findall(r"(?m)^# (\w+) =", run(program, "config").stdout):
            self.assertTrue(key.endswith("_file") or key in five, key)
        if shutil.which("mandoc"):
            for text in (one, five):
                done = run("mandoc", "-T", "lint", "-W", "error", input=text)
                self.assertEqual("", done.stdout)

    def test_completion(self):
        "The shell completes commands, second words and options"
        if not shutil.which("bash"):
            self.skipTest("no bash here")
        script = (f"source {self.root}/usr/share/bash-completion/completions/barkbook\n"
                  'try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _barkbook; echo "${COMPREPLY[*]}"; }\n'
                  'try barkbook ba; try barkbook user p; try barkbook --config x user add --r; try barkbook user add --role o\n')
        done = run("bash", "-c", script)
        self.assertEqual(["backup", "passwd", "--role", "owner"], done.stdout.split(), done.stderr)

    @unittest.skipUnless(shutil.which("lintian"), "no lintian here")
    def test_lintian(self):
        "lintian has no error to tell"
        done = run("lintian", "--fail-on", "error", self.deb)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    @unittest.skipUnless(tap.LONG, "a clean system takes minutes: only with --long")
    @unittest.skipUnless(shutil.which("debootstrap") and os.geteuid() == 0, "needs root and debootstrap")
    def test_clean_system(self):
        "On a clean system: install, run, back up, upgrade, remove, install again, restore, purge"
        clean = Path(os.environ.get("BARKBOOK_CLEAN_ROOT") or self.home / "clean")
        if not (clean / "usr/bin/apt-get").exists():
            done = run("debootstrap", "--variant=minbase", "bookworm", clean, "http://deb.debian.org/debian")
            self.assertEqual(0, done.returncode, done.stdout[-3000:])
        shutil.copy(self.deb, clean / "barkbook.deb")
        shutil.copy("/etc/resolv.conf", clean / "etc/resolv.conf")

        def inside(script, status=0):
            done = run("chroot", clean, "sh", "-c", script, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
                                                                 "DEBIAN_FRONTEND": "noninteractive"})
            self.assertEqual(status, done.returncode, script + "\n" + done.stdout[-3000:] + done.stderr[-3000:])
            return done.stdout

        inside("apt-get purge -y -q barkbook; rm -rf /mnt/b")  # what an earlier run may have left
        inside("apt-get update -q && apt-get install -y -q --no-install-recommends /barkbook.deb")
        self.assertEqual("barkbook:barkbook 700\n", inside("stat -c '%U:%G %a' /var/lib/barkbook"))
        self.assertEqual("root:barkbook 640\n", inside("stat -c '%U:%G %a' /etc/barkbook/barkbook.conf"))
        inside("printf 'puchaty-kot-9\\n' | barkbook user add Zosia --role owner --password-stdin")
        inside("barkbook serve >/tmp/log 2>&1 & pid=$!; sleep 5; barkbook webhooks send && mkdir -p /mnt/b &&"
               " chown barkbook /mnt/b && barkbook backup /mnt/b; s=$?; kill $pid; wait $pid && exit $s")
        self.assertEqual("barkbook\n", inside("stat -c %U /var/lib/barkbook/barkbook.db"))
        inside("barkbook verify /mnt/b")
        inside("echo '# mine' >>/etc/barkbook/barkbook.conf && apt-get install -y -q --reinstall /barkbook.deb")
        self.assertIn("# mine", inside("cat /etc/barkbook/barkbook.conf"))
        inside("apt-get remove -y -q barkbook && test -f /var/lib/barkbook/barkbook.db && test -f /etc/barkbook/barkbook.conf")
        inside("apt-get purge -y -q barkbook && test ! -e /var/lib/barkbook && test ! -e /etc/barkbook && ! getent passwd barkbook")
        inside("apt-get install -y -q --no-install-recommends /barkbook.deb && chown -R barkbook /mnt/b && barkbook restore /mnt/b")
        self.assertEqual("barkbook\n", inside("stat -c %U /var/lib/barkbook/barkbook.db"))
        self.assertIn("Zosia", inside("barkbook user list"))
        self.assertIn("BOOKING_CREATED", inside("barkbook webhooks list"))
        inside("apt-get purge -y -q barkbook; rm -rf /mnt/b")


if __name__ == "__main__":
    tap.main()
