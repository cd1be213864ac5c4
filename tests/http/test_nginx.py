"""The shipped nginx configuration before the real program: TLS by the salon's own authority, cookies,
client addresses, the live stream and buffering. Ports and folders are replaced, nothing else.
"""

import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import delivery
import tap

NGINX = shutil.which("nginx") or ("/usr/sbin/nginx" if Path("/usr/sbin/nginx").exists() else None)
MAKE_CA = barkbook.ROOT / "packaging" / "nginx" / "make-ca.sh"
CONF = barkbook.ROOT / "packaging" / "nginx" / "barkbook.conf"


def make_ca(folder, *names, url=None, check=True):
    more = ["--url", url] if url else []
    return subprocess.run(["sh", str(MAKE_CA), "--dir", str(folder), *more, *names], check=check, capture_output=True, text=True)


def openssl(*arguments):
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=True).stdout


@unittest.skipUnless(shutil.which("openssl"), "no openssl here")
class AuthorityTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="barkbook-ca-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def test_renewal(self):
        "Run again, the authority stays and only the leaf is new: tablets need nothing"
        make_ca(self.folder, "barkbook.local")
        before = {n: (self.folder / n).read_bytes() for n in ("ca.crt", "ca.key", "barkbook.crt", "barkbook.key")}
        make_ca(self.folder, "barkbook.local", "192.168.1.20")
        after = {n: (self.folder / n).read_bytes() for n in before}
        self.assertEqual((before["ca.crt"], before["ca.key"]), (after["ca.crt"], after["ca.key"]))
        self.assertNotEqual(before["barkbook.crt"], after["barkbook.crt"])
        self.assertNotEqual(before["barkbook.key"], after["barkbook.key"])
        names = openssl("x509", "-in", self.folder / "barkbook.crt", "-noout", "-ext", "subjectAltName")
        self.assertIn("DNS:barkbook.local", names)
        self.assertIn("IP Address:192.168.1.20", names)

    def test_private(self):
        "The keys are readable by nobody else, and nothing half-made is left behind"
        make_ca(self.folder, "barkbook.local")
        for name in ("ca.key", "barkbook.key"):
            self.assertEqual(0o600, (self.folder / name).stat().st_mode & 0o777, name)
        self.assertEqual({"ca.key", "ca.crt", "barkbook.key", "barkbook.crt"}, {p.name for p in self.folder.iterdir()})

    def test_constrained(self):
        "The authority vouches for no name of the internet: a stolen key opens no other site"
        done = make_ca(self.folder, "bank.example.com", check=False)
        self.assertEqual(1, done.returncode)
        self.assertIn(".local", done.stderr)
        self.assertFalse((self.folder / "barkbook.crt").exists())

    def test_strange_names(self):
        "A name that is none is refused before anything is made"
        for name in ("a b", "x,DNS:evil", "$(id)", "-x", "a\nb"):
            with self.subTest(name):
                self.assertEqual(2, make_ca(self.folder, "ok.local", name, check=False).returncode)

    @unittest.skipUnless(shutil.which("qrencode"), "no qrencode here")
    def test_qr(self):
        "The address to install it from is drawn as a QR code"
        make_ca(self.folder, "barkbook.local", url="http://barkbook.local/ca.crt")
        self.assertIn("<svg", (self.folder / "ca-qr.svg").read_text())


@unittest.skipUnless(NGINX and shutil.which("openssl"), "no nginx or openssl here")
class NginxTest(barkbook.Case):
    @classmethod
    def setUpClass(cls):
        cls.app = barkbook.Barkbook(settings={"server.dashboard_trusted_proxies": "127.0.0.1",
                                              "server.webhook_trusted_proxies": "127.0.0.1"}).start()
        cls.app.set_up()
        cls.folder = Path(tempfile.mkdtemp(prefix="barkbook-nginx-"))
        make_ca(cls.folder, "barkbook.local", "127.0.0.1")
        cls.tls_port, cls.plain_port, cls.tunnel_port = (barkbook.free_port() for _ in range(3))
        text = CONF.read_text()
        for old, new in (("listen 443 ", f"listen 127.0.0.1:{cls.tls_port} "), ("listen 80;", f"listen 127.0.0.1:{cls.plain_port};"),
                         ("listen 127.0.0.1:8090;", f"listen 127.0.0.1:{cls.tunnel_port};"),
                         ("server 127.0.0.1:8080;", f"server 127.0.0.1:{cls.app.dashboard_port};"),
                         ("server 127.0.0.1:8081;", f"server 127.0.0.1:{cls.app.webhook_port};")):
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        text = text.replace("/etc/barkbook/tls", str(cls.folder))
        (cls.folder / "site.conf").write_text(text)
        temp = "".join(f"{kind}_temp_path {cls.folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        user = "user nobody nogroup;\n" if os.getuid() == 0 else ""  # as packaged: workers are not root
        (cls.folder / "nginx.conf").write_text(
            f"{user}daemon off;\nworker_processes 1;\npid {cls.folder}/pid;\nerror_log {cls.folder}/error.log;\n"
            f"events {{ worker_connections 256; }}\nhttp {{\n{temp}include {cls.folder}/site.conf;\n}}\n")
        checked = subprocess.run([NGINX, "-t", "-c", str(cls.folder / "nginx.conf")], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr
        cls.nginx = subprocess.Popen([NGINX, "-c", str(cls.folder / "nginx.conf")], stdin=subprocess.DEVNULL,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        barkbook.wait_for(cls.is_up, 20, "nginx")

    @classmethod
    def is_up(cls):
        try:
            socket.create_connection(("127.0.0.1", cls.tls_port), timeout=2).close()
            return True
        except OSError:
            return False

    @classmethod
    def tearDownClass(cls):
        cls.nginx.terminate()
        cls.nginx.wait(20)
        cls.app.stop()
        cls.app.remove()
        shutil.rmtree(cls.folder)

    def trusting(self):
        context = ssl.create_default_context(cafile=str(self.folder / "ca.crt"))
        return context

    def ask(self, method, path, body=None, headers=None):
        conn = http.client.HTTPSConnection("127.0.0.1", self.tls_port, context=self.trusting(), timeout=30)
        try:
            data = None if body is None else json.dumps(body).encode()
            more = {"X-BarkBook": "1", "Content-Type": "application/json"} if body is not None else {}
            conn.request(method, path, data, {**more, **(headers or {})})
            r = conn.getresponse()
            return barkbook.Answer(r.status, r.headers, r.read())
        finally:
            conn.close()

    def sign_in(self):
        answer = self.ask("POST", "/api/session", {"name": barkbook.OWNER, "password": barkbook.PASSWORD},
                          {"Origin": f"https://127.0.0.1:{self.tls_port}"})
        self.assertEqual(200, answer.status, answer)
        return answer

    def test_trusted(self):
        "A browser that installed the authority gets the pages over TLS without a warning; another one refuses"
        answer = self.ask("GET", "/")
        self.assertEqual(200, answer.status)
        self.assertIn("max-age", answer.headers["Strict-Transport-Security"])
        self.assertNotIn("/", answer.headers["Server"] or "")
        with self.assertRaises(ssl.SSLCertVerificationError):
            conn = http.client.HTTPSConnection("127.0.0.1", self.tls_port, context=ssl.create_default_context(), timeout=10)
            conn.request("GET", "/")

    def test_old_tls(self):
        "TLS before 1.2 is refused"
        context = self.trusting()
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.set_ciphers("ALL:@SECLEVEL=0")
        with self.assertRaises((ssl.SSLError, OSError)):
            with socket.create_connection(("127.0.0.1", self.tls_port), timeout=10) as s:
                context.wrap_socket(s, server_hostname="127.0.0.1")

    def test_secure_cookie(self):
        "Behind TLS the session's cookie is Secure and bears the name that plain HTTP cannot set"
        cookie = self.sign_in().headers["Set-Cookie"]
        self.assertTrue(cookie.startswith("__Host-barkbook_session="), cookie)
        for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
            self.assertIn(part, cookie.split("; "))
        self.assertNotIn("Domain", cookie)
        pair = cookie.split(";")[0]
        self.assertEqual(200, self.ask("GET", "/api/session", headers={"Cookie": pair}).status)
        plain = pair.replace("__Host-", "")
        self.assertEqual(401, self.ask("GET", "/api/session", headers={"Cookie": plain}).status)
        self.assertEqual(401, self.app.get("/api/session", cookie=pair).status, "nor is it taken on plain HTTP")

    def test_client_address(self):
        "The address that counts is the browser's own, whatever it claims in headers"
        lies = {"X-Forwarded-For": "8.8.8.8", "X-Real-IP": "8.8.8.8", "Forwarded": "for=8.8.8.8", "X-Forwarded-Proto": "http"}
        got = [self.ask("POST", "/api/session", {"name": "nikt", "password": "zgaduję"}, {**lies, "X-Forwarded-For": f"8.8.8.{n}"}).status
               for n in range(6)]
        self.assertEqual([401] * 5 + [429], got)
        self.assertNotIn("8.8.8.", self.app.log)

    def test_machine_only(self):
        "What is for this machine only is not for everybody behind the proxy"
        self.assertEqual(401, self.ask("GET", "/metrics").status)

    def test_cross_site(self):
        "A page of another site cannot write through it either"
        answer = self.ask("POST", "/api/session", {"name": "x", "password": "y"}, {"Origin": "https://evil.example"})
        self.assertEqual(403, answer.status)

    def test_live(self):
        "Changes reach a page through it at once"
        cookie = self.sign_in().headers["Set-Cookie"].split(";")[0]
        conn = http.client.HTTPSConnection("127.0.0.1", self.tls_port, context=self.trusting(), timeout=20)
        conn.request("GET", "/api/live", headers={"Cookie": cookie})
        stream = conn.getresponse()
        self.assertEqual(200, stream.status)
        began = time.monotonic()
        self.app.deliver(delivery.created())
        while b"event: change" not in (line := stream.readline()):
            self.assertNotEqual(b"", line)
        self.assertLess(time.monotonic() - began, 10)
        conn.close()

    def test_plain(self):
        "Plain HTTP hands out the authority's certificate and nothing else; all other paths lead to TLS"
        answer = barkbook.request(self.plain_port, "GET", "/ca.crt")
        self.assertEqual((200, "application/x-x509-ca-cert"), (answer.status, answer.headers["Content-Type"]))
        self.assertEqual((self.folder / "ca.crt").read_bytes(), answer.body)
        for path in ("/", "/ca.key", "/barkbook.key", "/api/session", "/../ca.key", "/ca.crt/../ca.key"):
            with self.subTest(path):
                answer = barkbook.request(self.plain_port, "GET", path)
                self.assertIn(answer.status, (308, 400))
                self.assertNotIn(b"PRIVATE", answer.body)

    def test_webhooks(self):
        "Deliveries come through it, read whole before BarkBook hears of them, and nothing of the dashboard does"
        body = json.dumps(delivery.created(uid="through-nginx")).encode()
        headers = self.app.signed_headers(body)
        answer = barkbook.request(self.tunnel_port, "POST", "/api/webhooks/calcom", body, headers)
        self.assertEqual((200, "created"), (answer.status, answer.json["action"]))
        self.assertEqual(404, barkbook.request(self.tunnel_port, "GET", "/api/state").status)
        self.assertEqual(404, barkbook.request(self.tunnel_port, "GET", "/").status)
        slow = []
        for _ in range(60):
            s = socket.create_connection(("127.0.0.1", self.tunnel_port), timeout=10)
            s.sendall(b"POST /api/webhooks/calcom HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na")
            slow.append(s)
        busy = re.search(r'barkbook_http_connections\{listener="webhook"\} (\d+)', self.app.get("/metrics").body.decode())
        self.assertLess(int(busy[1]), 30, "slow senders hold nginx, not BarkBook")
        for s in slow:
            s.close()


if __name__ == "__main__":
    tap.main()
