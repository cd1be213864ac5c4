"""The sync page's part about comparing with Cal.com: the runs, and the button that starts one."""

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import barkbook
import tap


class RefusingCalcom(ThreadingHTTPServer):
    daemon_threads = True


class Refuse(BaseHTTPRequestHandler):
    """Answers as Cal.com does when the key is wrong."""

    def do_GET(self):
        body = b'{"status":"error","error":{"code":"UnauthorizedException","message":"Invalid API Key"}}'
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *unused):
        pass


class ReconcilePage(barkbook.Case):
    def test_no_key(self):
        """Without a key the button says what to set, and there are no runs"""
        app = self.barkbook()
        app.set_up()
        answer = app.post("/api/reconcile", {})
        self.assertEqual(answer.status, 409)
        self.assertIn("api_key", answer.json["error"]["message"])
        page = app.get("/api/reconcile").json
        self.assertEqual((page["has_key"], page["running"], page["runs"]), (False, False, []))

    def test_refused(self):
        """A run that Cal.com refuses is shown as failed, with what to do"""
        calcom = RefusingCalcom(("127.0.0.1", 0), Refuse)
        threading.Thread(target=calcom.serve_forever, daemon=True).start()
        self.addCleanup(calcom.server_close)
        self.addCleanup(calcom.shutdown)
        url = f"http://127.0.0.1:{calcom.server_address[1]}"
        app = self.barkbook(settings={"calcom.api_key": "cal_live_x", "calcom.api_url": url})
        app.set_up()
        self.assertEqual(app.post("/api/reconcile", {"full": True}).status, 202)

        def pressed():
            runs = app.get("/api/reconcile").json["runs"]
            return [r for r in runs if r["cause"] == "button" and r["status"] != "running"]

        (run,) = barkbook.wait_for(pressed, seconds=60, what="the end of the run")
        self.assertEqual(run["status"], "failed")
        self.assertIn("key", run["error"])
        self.assertIn("reconcile_failed", [m["code"] for m in app.get("/api/health").json["messages"]])

    def test_bad_request(self):
        """A word that is not yes or no is refused in words"""
        app = self.barkbook()
        app.set_up()
        answer = app.post("/api/reconcile", {"full": "all"})
        self.assertEqual(answer.status, 400)
        self.assertIn("full", answer.json["error"]["message"])

    def test_strangers(self):
        """Nobody starts a run without being signed in"""
        app = self.barkbook()
        for method in ("GET", "POST"):
            self.assertEqual(app.call(method, "/api/reconcile").status, 401)


if __name__ == "__main__":
    tap.main()
