"""Twilio's Messages over real HTTP, as Twilio documents them: basic authentication, forms in, JSON out,
lists newest first with pages, error codes, status callbacks and inbound messages with their signature. It
fails on request in the ways a carrier and the way to it can:

    fake = FakeTwilio(); fake.start(); ... fake.stop()
    fake.faults.append("lost_answer")   # of the next send: accepted, and the connection cut
    fake.refuse["+48600100200"] = 21614 # whenever that number is written to

Standard library only; it knows nothing of the program.
"""

import base64
import hashlib
import hmac
import http.client
import itertools
import json
import re
import threading
import urllib.parse
from datetime import datetime, timezone
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SID = "AC" + "0123456789abcdef" * 2
TOKEN = "fake-token-of-the-tests"
NUMBER = "+48732100200"


def signature(token, url, params):
    """base64(HMAC-SHA1(token, URL and every parameter sorted by name, name and value joined))."""
    text = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        pass  # whoever asked was killed: that is what the tests are about


class FakeTwilio:
    def __init__(self):
        self.messages = []  # oldest first
        self.faults = []
        self.refuse = {}
        self.requests = []  # (method, path)
        self.holding = threading.Event()  # a send has arrived and is held
        self.release = threading.Event()
        self.lock = threading.Lock()
        self.numbers = itertools.count(1)
        self.server = None

    def start(self):
        self.server = _Server(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self):
        self.release.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def settings(self):
        return {"sms.provider": "twilio", "sms.api_url": self.url, "sms.account_sid": SID, "sms.auth_token": TOKEN,
                "sms.from": NUMBER}

    def add(self, form, direction="outbound-api", status="queued"):
        with self.lock:
            message = {
                "sid": f"SM{next(self.numbers):032x}",
                "account_sid": SID,
                "to": form["To"],
                "from": form.get("From", NUMBER),
                "body": form["Body"],
                "status": status,
                "direction": direction,
                "num_segments": "1",
                "error_code": None,
                "error_message": None,
                "date_created": format_datetime(datetime.now(timezone.utc)),
                "date_sent": None,
                "callback": form.get("StatusCallback"),
            }
            self.messages.append(message)
            return message

    def sent_to(self, number):
        with self.lock:
            return [m for m in self.messages if m["to"] == number and m["direction"] != "inbound"]

    def set_status(self, message, status, code=None):
        with self.lock:
            message["status"] = status
            message["error_code"] = code

    def post(self, port, path, params, url, token=TOKEN):
        """Posts a form as Twilio does; url: the address it believes to call."""
        body = urllib.parse.urlencode(params)
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
                   "X-Twilio-Signature": signature(token, url, params)}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def _handler(fake):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *unused):
            pass

        def answer(self, status, body):
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            if status == 429:
                self.send_header("Retry-After", "1")
            self.end_headers()
            self.wfile.write(data)

        def refuse(self, status, code, message):
            self.answer(status, {"code": code, "message": message, "status": status,
                                 "more_info": f"https://www.twilio.com/docs/errors/{code}"})

        def allowed(self):
            wanted = "Basic " + base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
            if self.headers.get("Authorization") == wanted:
                return True
            self.refuse(401, 20003, "Authenticate")
            return False

        def cut(self):
            self.close_connection = True
            self.connection.close()

        def do_POST(self):
            fake.requests.append(("POST", self.path))
            length = int(self.headers.get("Content-Length", "0"))
            raw = self.rfile.read(length).decode()
            if not self.allowed():
                return
            if self.path != f"/2010-04-01/Accounts/{SID}/Messages.json":
                self.refuse(404, 20404, "The requested resource was not found")
                return
            form = dict(urllib.parse.parse_qsl(raw, keep_blank_values=True, strict_parsing=True))
            fault = fake.faults.pop(0) if fake.faults else None
            if fault == "hold_before":
                fake.holding.set()
                fake.release.wait(60)
                self.cut()
                return
            if fault == "server_error":
                self.answer(500, {"message": "oops"})
                return
            if fault == "cut":
                self.cut()
                return
            if fault == "busy":
                self.refuse(429, 20429, "Too Many Requests")
                return
            code = fake.refuse.get(form.get("To"))
            if code:
                self.refuse(400, code, "refused")
                return
            if not re.fullmatch(r"\+[1-9]\d{6,14}", form.get("To", "")):
                self.refuse(400, 21211, "Invalid 'To' Phone Number")
                return
            message = fake.add(form)
            if fault == "hold_after":
                fake.holding.set()
                fake.release.wait(60)
                self.cut()
            elif fault == "lost_answer":
                self.cut()
            elif fault == "error_after":
                self.answer(503, {"message": "accepted, and then broken"})
            elif fault == "nonsense":
                self.answer(201, {"hello": "there"})
            else:
                self.answer(201, {k: v for k, v in message.items() if k != "callback"})

        def do_GET(self):
            fake.requests.append(("GET", self.path))
            if not self.allowed():
                return
            path, _, query = self.path.partition("?")
            base = f"/2010-04-01/Accounts/{SID}/Messages"
            one = re.fullmatch(re.escape(base) + r"/(SM[0-9a-f]{32})\.json", path)
            with fake.lock:
                messages = [dict(m) for m in reversed(fake.messages)]
            if one:
                found = [m for m in messages if m["sid"] == one[1]]
                if found:
                    self.answer(200, found[0])
                else:
                    self.refuse(404, 20404, "not found")
                return
            if path != base + ".json":
                self.refuse(404, 20404, "not found")
                return
            asked = dict(urllib.parse.parse_qsl(query))
            if "To" in asked:
                messages = [m for m in messages if m["to"] == asked["To"]]
            size = int(asked.get("PageSize", "50"))
            page = int(asked.get("Page", "0"))
            rest = messages[(page + 1) * size:]
            more = urllib.parse.urlencode({**asked, "Page": page + 1})
            self.answer(200, {"messages": messages[page * size:(page + 1) * size], "page": page, "page_size": size,
                              "next_page_uri": f"{base}.json?{more}" if rest else None})

    return Handler
