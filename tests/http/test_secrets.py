"""Secrets stay where they are kept: nothing that the program prints, logs, answers or writes down outside
of it has one in it, also when things fail.
"""

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import delivery
import tap

WEBHOOK = "whsec-9f8e7d6c5b4a-webhook"
API_KEY = "cal_live_0f1e2d3c4b5a69788796a5b4c3d2e1f0"
TOKEN = "3f2e1d0c9b8a79685746352413021f0e"
PIN = "902117"


class Refusing(BaseHTTPRequestHandler):
    """Says no to every key, in words that repeat it."""

    def do_GET(self):
        body = f'{{"status":"error","error":{{"message":"no: {self.headers["Authorization"]}"}}}}'.encode()
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_):
        pass


class SecretsTest(barkbook.Case):
    @classmethod
    def setUpClass(cls):
        cls.remote = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
        threading.Thread(target=cls.remote.serve_forever, daemon=True).start()
        elsewhere = f"http://127.0.0.1:{cls.remote.server_address[1]}"
        cls.app = app = barkbook.Barkbook(args=["-v"], settings={
            "calcom.api_key": API_KEY,
            "calcom.webhook_secret": WEBHOOK,
            "calcom.api_url": elsewhere,
            "sms.provider": "twilio", "sms.account_sid": "AC0123456789abcdef0123456789abcdef",
            "sms.auth_token": TOKEN, "sms.from": "Lapka",
            "sms.api_url": elsewhere,
        }).start()
        app.set_up()
        cls.first = app.cookie.split("=")[1]
        answer = app.post("/api/device/pin", {"pin": PIN})
        assert answer.status == 204, answer
        cls.device = answer.headers["Set-Cookie"].split(";")[0].split("=")[1]
        assert app.deliver(delivery.created(uid="x")).status == 200
        assert app.deliver(delivery.created(uid="y"), secret="nie-ten").status == 401
        # What people mistype and what fails is where secrets get out.
        app.post("/api/session", {"name": barkbook.PASSWORD, "password": "zgaduję-hasło"}, cookie="nothing=0")
        app.post("/api/session/password", {"current": "zgaduję-hasło", "password": "krótkie"})
        app.post("/api/session", {"name": [barkbook.PASSWORD], "password": {"a": barkbook.PASSWORD}})
        app.post("/api/session/pin", {"staff_id": "x", "pin": PIN})
        app.post("/api/reconcile")
        barkbook.request(app.dashboard_port, "POST", "/api/session", f'{{"password":"{barkbook.PASSWORD}"'.encode(),
                         {"Content-Type": "application/json", "X-BarkBook": "1"})
        cls.secrets = (WEBHOOK, API_KEY, TOKEN, PIN, cls.first, cls.device, barkbook.PASSWORD, "zgaduję-hasło")

    @classmethod
    def tearDownClass(cls):
        try:
            cls.app.stop()
        finally:
            cls.app.remove()
            cls.remote.shutdown()

    def clean(self, text, where):
        for secret in self.secrets:
            self.assertNotIn(secret, text, where)

    def test_answers(self):
        "No answer of the dashboard or of the webhook listener has a secret in it, not even the owner's"
        paths = [p for p, o in self.app.get("/api/openapi.json").json["paths"].items() if "get" in o and "{" not in p]
        self.assertIn("/metrics", paths)
        for path in paths:
            if path != "/api/live":
                with self.subTest(path):
                    self.clean(self.app.get(path).body.decode(), path)
        log = self.app.get("/api/webhooks").json["deliveries"][0]["id"]
        self.clean(self.app.get(f"/api/webhooks/{log}").body.decode(), "a delivery")
        wrong = self.app.deliver(delivery.created(), secret="nie-ten")
        self.clean(wrong.body.decode() + str(wrong.headers), "a refusal")

    def test_command_line(self):
        "No command prints one, whether it does its work or fails"
        known = self.app.cli("--help").stdout
        commands = [["config"], ["user", "list"], ["webhooks", "list"], ["webhooks", "list", "--status", "error"], ["-v", "reconcile"],
                    ["reconcile", "--full"], ["user", "passwd", "nobody", "--password-stdin"], ["serve"], ["no-such-command"]]
        if "doctor" in known:
            commands += [["doctor"], ["doctor", "--json"]]
        for command in commands:
            with self.subTest(" ".join(command)):
                done = self.app.cli(*command, input=f"{barkbook.PASSWORD}\n")
                self.clean(done.stdout + done.stderr, command)

    def test_log(self):
        "The log has none, however much it is asked to say"
        self.clean(self.app.log, "the log")

    def test_process(self):
        "Other programs of the box see none in the arguments or the environment of the service"
        for name in ("cmdline", "environ"):
            text = Path(f"/proc/{self.app.process.pid}/{name}").read_bytes().decode(errors="replace")
            self.clean(text, name)

    def test_files(self):
        "Everything in the data folder is its owner's alone, and passwords, PINs and cookies are not in the database"
        seen = 0
        for path in [self.app.data_dir, *self.app.data_dir.rglob("*")]:
            with self.subTest(str(path.relative_to(self.app.data_dir.parent))):
                self.assertEqual(0, path.stat().st_mode & 0o077)
                seen += 1
        self.assertGreater(seen, 4)
        for path in self.app.data_dir.glob("barkbook.db*"):
            content = path.read_bytes()
            for secret in (WEBHOOK, API_KEY, TOKEN, self.first, self.device, barkbook.PASSWORD, "zgaduję-hasło"):
                self.assertNotIn(secret.encode(), content, path.name)


if __name__ == "__main__":
    tap.main()
