"""A Cal.com API v2 for tests, over real HTTP or HTTPS, that does as it is told: what it has, how it
misbehaves, and what changes between two pages.

    api = calcom_api.CalcomApi()
    booking = api.add(start)           # 22 letters and digits
    api.reschedule(booking, later)     # as Cal.com: a new uid, the old one cancelled
    api.next("500", "html")            # the next two requests fail so
    api.always = "429"                 # and from then on every one

Only the requests BarkBook makes are known; anything else is answered 404, and a request without the
pinned version or the key as Cal.com answers it. Standard library only.
"""

import gzip
import http.server
import json
import socket
import ssl
import struct
import subprocess
import threading
import time
import urllib.parse
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

import delivery

KEY = "cal_live_0123456789abcdef"
USERNAME = "salon-lapka"
VERSION = "2024-08-13"
ME = {
    "id": 5,
    "username": USERNAME,
    "email": "salon@lapka.example",
    "name": "Salon Łapka",
    "avatarUrl": None,
    "bio": None,
    "timeFormat": 24,
    "defaultScheduleId": 11,
    "weekStart": "Monday",
    "timeZone": "Europe/Warsaw",
    "organizationId": None,
}


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


class CalcomApi:
    def __init__(self, tls=None):
        self.lock = threading.RLock()
        self.rows = {}  # uid -> row, in order of making
        self.requests = []  # (path, query, headers) of each
        self.script = []  # failures of the next requests
        self.always = None  # failure of all others
        self.page_max = 250
        self.ignores = set()  # of afterUpdatedAt, afterStart, beforeEnd, skip, sort
        self.strict_after = False  # "after" excludes the moment itself
        self.total_of_all = False  # totals ignore the filters, as Cal.com's have
        self.clock_offset = timedelta(0)
        self.dates = True  # sends Date
        self.before_answer = None  # called with (number of the request, query) before it is answered
        self.delay = 0.0
        self.number = 910000
        self.server = _Server(("127.0.0.1", 0), self.handler())
        self.server.api = self
        self.scheme = "http"
        if tls is not None:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
            self.scheme = "https"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def handler(self):
        return Handler

    @property
    def url(self):
        host = "127.0.0.1" if self.scheme == "http" else "localhost"
        return f"{self.scheme}://{host}:{self.server.server_address[1]}"

    def settings(self, **more):
        """What BarkBook's configuration needs to use it."""
        return {"calcom.api_url": self.url, "calcom.api_key": KEY, "calcom.requests_per_second": "100", **more}

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    # -- what Cal.com has

    def now(self):
        return datetime.now(timezone.utc) + self.clock_offset

    def add(self, start, minutes=60, made=None, uid=None, name="Jan Kowalski", email="jan.kowalski@example.pl", **fields):
        start = moment(start) if isinstance(start, str) else start
        made = made or self.now()
        with self.lock:
            self.number += 1
            row = {
                "id": self.number,
                "uid": uid or delivery.new_uid(),
                "title": f"Strzyżenie z kąpielą — Salon Łapka i {name}",
                "description": "",
                "hosts": [
                    {
                        "id": 5,
                        "name": "Salon Łapka",
                        "email": "salon@lapka.example",
                        "displayEmail": "salon@lapka.example",
                        "username": USERNAME,
                        "timeZone": "Europe/Warsaw",
                    }
                ],
                "status": "accepted",
                "start": delivery.iso(start),
                "end": delivery.iso(start + timedelta(minutes=minutes)),
                "duration": minutes,
                "eventTypeId": 7001,
                "eventType": {"id": 7001, "slug": "strzyzenie-60"},
                "meetingUrl": "ul. Psia 7, Kraków",
                "location": "ul. Psia 7, Kraków",
                "absentHost": False,
                "createdAt": delivery.iso(made),
                "updatedAt": delivery.iso(made),
                "metadata": {},
                "icsUid": "",
                "attendees": [
                    {
                        "name": name,
                        "email": email,
                        "displayEmail": email,
                        "timeZone": "Europe/Warsaw",
                        "language": "pl",
                        "absent": False,
                        "phoneNumber": "+48600100200",
                    }
                ],
                "guests": [],
                "bookingFieldsResponses": {"name": name, "email": email},
            }
            row.update(fields)
            self.rows[row["uid"]] = row
            return row["uid"]

    def change(self, uid, /, quietly=False, **fields):
        """Changes a booking; quietly: without touching updatedAt, as Cal.com does for some."""
        with self.lock:
            row = self.rows[uid]
            row.update(fields)
            if not quietly:
                row["updatedAt"] = delivery.iso(self.now())

    def cancel(self, uid, reason="Pies chory"):
        self.change(uid, status="cancelled", cancellationReason=reason, cancelledByEmail="jan.kowalski@example.pl")

    def reschedule(self, uid, start):
        with self.lock:
            old = self.rows[uid]
            person = old["attendees"][0]
            made = self.now()
            new = self.add(start, old["duration"], made, name=person["name"], email=person["email"], rescheduledFromUid=uid)
            self.rows[new]["title"] = old["title"]
            self.cancel(uid, "Zmiana terminu")
            self.change(uid, rescheduledToUid=new)
            return new

    def set_absent(self, uid, absent=True):
        with self.lock:
            self.rows[uid]["attendees"][0]["absent"] = absent  # touches no updatedAt

    def remove(self, uid):
        with self.lock:
            del self.rows[uid]

    def later(self, **duration):
        """Lets time pass at Cal.com: two reads of one second are of one moment, and neither is newer."""
        self.clock_offset += timedelta(**duration)

    def next(self, *failures):
        with self.lock:
            self.script.extend(failures)

    def lists(self):
        """Queries of the list, in order."""
        with self.lock:
            return [q for path, q, _ in self.requests if path == "/v2/bookings"]

    def singles(self):
        with self.lock:
            return [path.rsplit("/", 1)[1] for path, _, _ in self.requests if path.startswith("/v2/bookings/")]

    # -- answers

    def page(self, query):
        rows = list(self.rows.values())
        total = len(rows)

        def bound(name, field, keep):
            nonlocal rows
            if name in query and name not in self.ignores:
                limit = moment(query[name])
                rows = [r for r in rows if r.get(field) and keep(moment(r[field]), limit)]

        after = (lambda a, b: a > b) if self.strict_after else (lambda a, b: a >= b)
        bound("afterUpdatedAt", "updatedAt", after)
        bound("afterStart", "start", after)
        bound("beforeEnd", "end", lambda a, b: a <= b)
        if "sort" not in self.ignores:
            key = "updatedAt" if "sortUpdatedAt" in query else "start"
            rows.sort(key=lambda r: (r.get(key) is None, moment(r[key]) if r.get(key) else None))
        asked = int(query.get("take", 100))
        take = min(asked, self.page_max)
        skip = 0 if "skip" in self.ignores else int(query.get("skip", 0))
        part = rows[skip : skip + take]
        counted = total if self.total_of_all else len(rows)
        remaining = max(0, counted - skip - take)
        return {
            "status": "success",
            "data": part,
            "pagination": {
                "totalItems": counted,
                "remainingItems": remaining,
                "returnedItems": len(part),
                "itemsPerPage": take,
                "currentPage": skip // take + 1,
                "totalPages": -(-counted // take),
                "hasNextPage": remaining > 0,
                "hasPreviousPage": skip > 0,
            },
        }


def error(code, message):
    return {"status": "error", "timestamp": "2026-11-22T12:00:00.000Z", "error": {"code": code, "message": message}}


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a client that goes away, or does not trust us, is what tests are about


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *unused):
        pass

    def do_GET(self):
        api = self.server.api
        url = urllib.parse.urlsplit(self.path)
        query = {k: v[0] for k, v in urllib.parse.parse_qs(url.query).items()}
        with api.lock:
            api.requests.append((url.path, query, dict(self.headers)))
            number = len(api.requests)
            failure = api.script.pop(0) if api.script else api.always
            if api.before_answer:
                api.before_answer(number, query)
        if api.delay:
            time.sleep(api.delay)
        if failure:
            getattr(self, "fail_" + failure)()
            return
        self.answer_well(api, url.path, query)

    def answer_well(self, api, path, query):
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            self.fail_401()
        elif path == "/v2/me":
            self.send(200, {"status": "success", "data": ME})
        elif self.headers.get("cal-api-version") != VERSION:
            self.fail_500()
        elif path == "/v2/bookings":
            with api.lock:
                body = json.dumps(api.page(query), ensure_ascii=False).encode()
            self.send(200, body)
        elif path.startswith("/v2/bookings/"):
            with api.lock:
                row = api.rows.get(urllib.parse.unquote(path.rsplit("/", 1)[1]))
                body = json.dumps({"status": "success", "data": row}, ensure_ascii=False).encode()
            self.send(200, body) if row else self.fail_404()
        else:
            self.fail_404()

    def send(self, status, body, headers=None, length=None, kind="application/json; charset=utf-8"):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        packed = "gzip" in self.headers.get("Accept-Encoding", "") and status == 200 and length is None
        if packed and len(body) > 1000:
            body = gzip.compress(body, 1)
        else:
            packed = False
        self.send_response_only(status)
        if self.server.api.dates:
            self.send_header("Date", format_datetime(self.server.api.now(), usegmt=True))
        self.send_header("Content-Type", kind)
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def hang_up(self, reset=False):
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.connection.close()

    # -- the ways it can go wrong

    def fail_400(self):
        self.send(400, error("BadRequestException", "afterUpdatedAt must be a valid date"))

    def fail_401(self):
        self.send(401, error("UnauthorizedException", "Invalid API Key"))

    def fail_403(self):
        self.send(403, error("ForbiddenException", "not yours"))

    def fail_404(self):
        self.send(404, error("NotFoundException", "no such thing"))

    def fail_408(self):
        self.send(408, error("RequestTimeoutException", "too slow"))

    def fail_429(self):
        self.send(429, error("TooManyRequestsException", "ThrottlerException: Too many requests."),
                  {"X-RateLimit-Limit-Default": "120", "X-RateLimit-Remaining-Default": "0",
                   "X-RateLimit-Reset-Default": "1"})

    def fail_429_minute(self):
        self.send(429, error("TooManyRequestsException", "blocked"), {"Retry-After": "60"})

    def fail_500(self):
        self.send(500, error("InternalServerErrorException", "Internal server error"))

    def fail_503(self):
        self.send(503, b"<html><body>503 Service Unavailable</body></html>", kind="text/html")

    def fail_html(self):
        self.send(200, b"<!doctype html><title>Log in to the Wi-Fi</title>", kind="text/html")

    def fail_truncated(self):
        self.send(200, b'{"status":"success","data":[{"uid":"abc","start')

    def fail_malformed(self):
        self.send(200, b'{"status":"success","data":[,]}')

    def fail_shape(self):
        self.send(200, {"status": "success", "data": {"bookings": []}})

    def fail_cut(self):
        self.send(200, b'{"status":"success","data":[', length=5000)
        self.hang_up()

    def fail_reset(self):
        self.send(200, b'{"status":"success","data":[', length=5000)
        self.hang_up(reset=True)

    def fail_silence(self):
        self.hang_up()

    def fail_hang(self):
        time.sleep(30)

    def fail_redirect(self):
        self.send(302, b"", {"Location": "https://example.com/"})

    def fail_gzip(self):
        self.send(200, b"this is no gzip", {"Content-Encoding": "gzip"}, length=15)


class Authority:
    """A certificate authority of our own, and servers it vouches for. Needs the openssl command."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.certificate = self.folder / "ca.pem"
        self._make("ca", ["-x509", "-new", "-days", "2", "-subj", "/CN=Test CA",
                          "-addext", "basicConstraints=critical,CA:TRUE"])

    def _make(self, name, arguments):
        key = self.folder / f"{name}.key"
        out = self.folder / f"{name}.pem"
        subprocess.run(["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-keyout", key, "-out", out, *arguments], check=True, capture_output=True)
        return key, out

    def server(self, name="localhost"):
        key, out = self._make(name, ["-x509", "-days", "2", "-subj", f"/CN={name}", "-CA", self.certificate,
                                     "-CAkey", self.folder / "ca.key", "-addext", f"subjectAltName=DNS:{name}"])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(out, key)
        return context
