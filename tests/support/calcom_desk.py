"""The scripted Cal.com with its other half: event types, free slots, bookings made, moved, cancelled,
confirmed, declined and marked absent, webhook subscriptions, and the webhooks that follow.

    desk = calcom_desk.CalcomDesk()
    desk.next_write("cut")             # does what the next write asks, then cuts the connection
    desk.deliver_to = app              # signed webhooks to a running BarkBook

Refuses what Cal.com's OpenAPI document does not allow. Standard library only.
"""

import json
import re
import threading
import time
import urllib.parse
import urllib.request
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import barkbook
import calcom_api
import delivery
from calcom_api import KEY, error, moment

ZONE = ZoneInfo("Europe/Warsaw")
VERSIONS = {"/v2/bookings": "2024-08-13", "/v2/slots": "2024-09-04", "/v2/event-types": "2024-06-14"}
TAKEN = "User either already has booking at this time or is not available"
TRIGGERS = {
    "BOOKING_CREATED", "BOOKING_PAYMENT_INITIATED", "BOOKING_PAID", "BOOKING_RESCHEDULED", "BOOKING_REQUESTED",
    "BOOKING_CANCELLED", "BOOKING_REJECTED", "BOOKING_NO_SHOW_UPDATED", "FORM_SUBMITTED", "MEETING_ENDED",
    "MEETING_STARTED", "RECORDING_READY", "INSTANT_MEETING", "RECORDING_TRANSCRIPTION_GENERATED", "OOO_CREATED",
    "AFTER_HOSTS_CAL_VIDEO_NO_SHOW", "AFTER_GUESTS_CAL_VIDEO_NO_SHOW", "FORM_SUBMITTED_NO_EVENT",
    "ROUTING_FORM_FALLBACK_HIT", "DELEGATION_CREDENTIAL_ERROR", "WRONG_ASSIGNMENT_REPORT",
}  # fmt: skip
WRITE = re.compile(r"/v2/bookings/([^/]+)/(reschedule|cancel|confirm|decline|mark-absent)")


class Refused(Exception):
    def __init__(self, status, code, message):
        super().__init__(message)
        self.status = status
        self.code = code


def bad(message):
    return Refused(400, "BadRequestException", message)


def event_type(number, slug, title, length=60, lengths=None, price=18000, confirm=False):
    row = {
        "id": number,
        "ownerId": 5,
        "lengthInMinutes": length,
        "title": title,
        "slug": slug,
        "description": "",
        "locations": [{"type": "address", "address": "ul. Psia 7, Kraków", "public": True}],
        "bookingFields": [],
        "disableGuests": False,
        "recurrence": None,
        "metadata": {},
        "price": price,
        "currency": "pln",
        "lockTimeZoneToggleOnBookingPage": False,
        "forwardParamsSuccessRedirect": None,
        "successRedirectUrl": None,
        "isInstantEvent": False,
        "scheduleId": None,
        "hidden": False,
        "bookingRequiresAuthentication": False,
        "users": [],
        "bookingUrl": f"https://cal.com/{calcom_api.USERNAME}/{slug}",
    }
    if lengths:
        row["lengthInMinutesOptions"] = lengths
    if confirm:
        row["confirmationPolicy"] = {"type": "always", "blockUnconfirmedBookingsInBooker": True}
    return row


class CalcomDesk(calcom_api.CalcomApi):
    def __init__(self, **options):
        self.types = [
            event_type(7001, "strzyzenie-60", "Strzyżenie z kąpielą", 60, [30, 60, 90, 120]),
            event_type(7002, "pazury", "Obcinanie pazurów", 30, None, 6000),
            event_type(7003, "konsultacja", "Pierwsza wizyta", 60, None, 0, confirm=True),
        ]
        self.webhooks = {}
        self.write_script = []
        self.writes = []  # (method, path, body) of each that came
        self.before_write = None  # called with (path, body) when one comes in
        self.hold = None  # an Event: writes wait for it before they are answered
        self.deliver_to = None  # a barkbook.Barkbook: gets signed webhooks
        self.deliver_first = False  # before the answer
        self.delivered = []  # what it answered
        self.mail = []  # webhooks on their way
        super().__init__(**options)

    def handler(self):
        return DeskHandler

    def close(self):
        for later in self.mail:
            later.cancel()
            later.join()
        super().close()

    def next_write(self, *kinds):
        """What happens to the next writes: "cut", "html", "late:SECONDS" are done and the answer is lost or slow;
        "500-done" is done and answered 500; "drop", "500", "429", "401", "403", "400:words" are not done."""
        with self.lock:
            self.write_script.extend(kinds)

    def live(self):
        with self.lock:
            return [r for r in self.rows.values() if r["status"] in ("accepted", "pending")]

    # -- what can be booked

    def type_of(self, number):
        for t in self.types:
            if t["id"] == number:
                return t
        raise Refused(404, "NotFoundException", f"Event type with id {number} not found.")

    def length_of(self, kind, asked):
        options = kind.get("lengthInMinutesOptions")
        if asked is None:
            return kind["lengthInMinutes"]
        if not options:
            raise bad("Can't specify 'lengthInMinutes' because event type does not have multiple possible lengths.")
        if asked not in options:
            raise bad(f"Provided 'lengthInMinutes' is not one of the possible lengths: {options}")
        return asked

    def free(self, start, minutes, but=None):
        end = start + timedelta(minutes=minutes)
        local = start.astimezone(ZONE)
        if start <= datetime.now(timezone.utc) or local.weekday() == 6:
            return False
        opens = local.replace(hour=9, minute=0, second=0, microsecond=0)
        if local < opens or end.astimezone(ZONE) > opens.replace(hour=17):
            return False
        return not any(
            r["uid"] != but and moment(r["start"]) < end and start < moment(r["end"]) for r in self.live()
        )

    def slots(self, query):
        kind = self.type_of(int(query["eventTypeId"]))
        minutes = self.length_of(kind, int(query["duration"]) if "duration" in query else None)
        zone = ZoneInfo(query.get("timeZone", "UTC"))
        start, end = (moment(query[k]) for k in ("start", "end"))
        found = {}
        at = start.replace(minute=0, second=0, microsecond=0)
        while at < end:
            if at >= start and self.free(at, minutes, query.get("bookingUidToReschedule")):
                local = at.astimezone(zone)
                form = {"start": local.isoformat(timespec="milliseconds")}
                if query.get("format") == "range":
                    form["end"] = (local + timedelta(minutes=minutes)).isoformat(timespec="milliseconds")
                found.setdefault(local.date().isoformat(), []).append(form)
            at += timedelta(minutes=30)
        return found

    # -- what changes

    def start_of(self, body):
        text = body.get("start")
        if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", text):
            raise bad(["start must be a valid ISO 8601 date string"])
        return moment(text)

    def create(self, body):
        start = self.start_of(body)
        person = body.get("attendee") or {}
        if not person.get("name") or not person.get("timeZone"):
            raise bad(["attendee.name should not be empty"])
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}", person.get("email", "")):
            raise bad(["attendee.email must be an email"])
        if "phoneNumber" in person and not re.fullmatch(r"\+\d{8,15}", person["phoneNumber"]):
            raise bad(["attendee.phoneNumber must be a valid phone number"])
        metadata = body.get("metadata", {})
        if len(metadata) > 50 or any(len(k) > 40 or len(str(v)) > 500 for k, v in metadata.items()):
            raise bad(["metadata is too large"])
        kind = self.type_of(body.get("eventTypeId"))
        minutes = self.length_of(kind, body.get("lengthInMinutes"))
        if not self.free(start, minutes):
            raise bad(TAKEN)
        answers = {"name": person["name"], "email": person["email"], **body.get("bookingFieldsResponses", {})}
        uid = self.add(
            start, minutes, name=person["name"], email=person["email"], metadata=metadata, bookingFieldsResponses=answers,
            description=answers.get("notes", ""), eventTypeId=kind["id"],
            eventType={"id": kind["id"], "slug": kind["slug"]}, status="pending" if "confirmationPolicy" in kind else "accepted",
        )  # fmt: skip
        row = self.rows[uid]
        row["title"] = f"{kind['title']} — Salon Łapka i {person['name']}"
        row["attendees"][0]["phoneNumber"] = person.get("phoneNumber")
        if not person.get("phoneNumber"):
            del row["attendees"][0]["phoneNumber"]
        self.tell("BOOKING_REQUESTED" if row["status"] == "pending" else "BOOKING_CREATED", uid)
        return row

    def find(self, uid):
        if uid not in self.rows:
            raise Refused(404, "NotFoundException", f"Booking with uid={uid} was not found in the database")
        return self.rows[uid]

    def move(self, uid, body):
        old = self.find(uid)
        start = self.start_of(body)
        if old["status"] in ("cancelled", "rejected"):
            raise bad(f"Can't reschedule booking with uid={uid} because it has been cancelled")
        if not self.free(start, old["duration"], uid):
            raise bad(TAKEN)
        new = self.reschedule(uid, start)
        row = self.rows[new]
        for key in ("metadata", "bookingFieldsResponses", "description", "eventTypeId", "eventType", "attendees"):
            row[key] = json.loads(json.dumps(old[key]))
        row["reschedulingReason"] = body.get("reschedulingReason", "")
        if old["status"] == "pending" and body.get("rescheduledBy") != calcom_api.ME["email"]:
            row["status"] = "pending"
        self.tell("BOOKING_RESCHEDULED", new, previous=uid)
        return row

    def drop(self, uid, body):
        if self.find(uid)["status"] in ("cancelled", "rejected"):
            raise bad(f"Can't cancel booking with uid={uid} because it has been cancelled already")
        self.change(
            uid, status="cancelled", cancellationReason=body.get("cancellationReason", ""),
            cancelledByEmail=calcom_api.ME["email"],
        )  # fmt: skip
        self.tell("BOOKING_CANCELLED", uid)
        return self.rows[uid]

    def decide(self, uid, status, reason=None):
        if self.find(uid)["status"] != "pending":
            raise bad(f"Booking with uid={uid} is not pending")
        self.change(uid, status=status, **({"cancellationReason": reason} if reason else {}))
        self.tell("BOOKING_CREATED" if status == "accepted" else "BOOKING_REJECTED", uid)
        return self.rows[uid]

    def mark(self, uid, body):
        row = self.find(uid)
        if moment(row["start"]) > datetime.now(timezone.utc):
            raise bad("Cannot mark no-show before the meeting has started.")
        for person in body.get("attendees", []):
            for known in row["attendees"]:
                if known["email"] == person["email"]:
                    known["absent"] = person["absent"]
        self.tell("BOOKING_NO_SHOW_UPDATED", uid)
        return row

    def write(self, method, path, body):
        """Carries it out; status and data."""
        if path == "/v2/bookings":
            return 201, self.create(body)
        match = WRITE.fullmatch(path)
        if match and method == "POST":
            uid, what = urllib.parse.unquote(match[1]), match[2]
            if what == "reschedule":
                return 201, self.move(uid, body)
            if what == "cancel":
                return 200, self.drop(uid, body)
            if what == "mark-absent":
                return 200, self.mark(uid, body)
            return 200, self.decide(uid, "accepted" if what == "confirm" else "rejected", body.get("reason"))
        if path == "/v2/webhooks" and method == "POST":
            return 201, self.subscribe(str(801 + len(self.webhooks)), body)
        match = re.fullmatch(r"/v2/webhooks/([^/]+)", path)
        if match and match[1] in self.webhooks:
            if method == "DELETE":
                return 200, self.webhooks.pop(match[1])
            return 200, self.subscribe(match[1], {**self.webhooks[match[1]], **body})
        raise Refused(404, "NotFoundException", "no such thing")

    def subscribe(self, number, body):
        for key, kind in (("active", bool), ("subscriberUrl", str), ("triggers", list)):
            if not isinstance(body.get(key), kind):
                raise bad([f"{key} is missing"])
        unknown = [t for t in body["triggers"] if t not in TRIGGERS]
        if unknown:
            raise bad([f"each value in triggers must be one of the following values, not {unknown}"])
        self.webhooks[number] = {
            "payloadTemplate": "", "userId": 5, **body, "id": int(number),
        }  # fmt: skip
        return self.webhooks[number]

    # -- the webhooks that follow

    def tell(self, trigger, uid, previous=None):
        if self.deliver_to is None:
            return
        row = json.loads(json.dumps(self.rows[uid]))
        person = row["attendees"][0]
        if trigger == "BOOKING_NO_SHOW_UPDATED":
            body = delivery.no_show(uid, person["email"], person["absent"])
        else:
            fields = {
                "uid": uid, "start": row["start"], "end": row["end"], "name": person["name"], "email": person["email"],
                "phone": person.get("phoneNumber"), "slug": row["eventType"]["slug"], "notes": row["description"],
                "metadata": row["metadata"], "number": row["id"],
                "price": next((t["price"] for t in self.types if t["id"] == row["eventTypeId"]), 18000),
            }  # fmt: skip
            if row.get("cancelledByEmail"):
                fields["cancelledBy"] = row["cancelledByEmail"]
            if trigger == "BOOKING_RESCHEDULED":
                body = delivery.rescheduled(previous, **fields)
            elif trigger == "BOOKING_CANCELLED":
                body = delivery.cancelled(reason=row["cancellationReason"], **fields)
            elif trigger == "BOOKING_REQUESTED":
                body = delivery.requested(**fields)
            elif trigger == "BOOKING_REJECTED":
                body = delivery.rejected(**fields)
            else:
                body = delivery.created(**fields)
            body["payload"]["title"] = row["title"]

        def post():
            raw = barkbook.encode(body)
            to = self.deliver_to
            answer = barkbook.request(to.webhook_port, "POST", "/api/webhooks/calcom", raw, to.signed_headers(raw))
            self.delivered.append((trigger, answer.status, answer.json))

        if self.deliver_first:
            post()
        else:
            later = threading.Timer(0.3, post)
            self.mail.append(later)
            later.start()


class DeskHandler(calcom_api.Handler):
    def answer_well(self, api, path, query):
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            self.fail_401()
            return
        version = next((v for p, v in VERSIONS.items() if path.startswith(p)), None)
        if version and self.headers.get("cal-api-version") != version:
            self.fail_500()
            return
        try:
            with api.lock:
                if path == "/v2/event-types":
                    self.send(200, {"status": "success", "data": api.types})
                elif path == "/v2/slots":
                    self.send(200, {"status": "success", "data": api.slots(query)})
                elif path == "/v2/webhooks":
                    self.send(200, {"status": "success", "data": list(api.webhooks.values())})
                else:
                    super().answer_well(api, path, query)
        except Refused as no:
            self.send(no.status, error(no.code, no.args[0]))

    def do_POST(self):
        self.change("POST")

    def do_PATCH(self):
        self.change("PATCH")

    def do_DELETE(self):
        self.change("DELETE")

    def change(self, method):
        api = self.server.api
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urllib.parse.urlsplit(self.path).path
        body = json.loads(raw) if raw else {}
        with api.lock:
            api.writes.append((method, path, body))
            api.requests.append((path, {}, dict(self.headers)))
            kind = api.write_script.pop(0) if api.write_script else None
        if api.before_write:
            api.before_write(path, body)
        if api.hold:
            api.hold.wait(60)
        if self.headers.get("Authorization") != f"Bearer {KEY}" or kind == "401":
            self.fail_401()
        elif path.startswith("/v2/bookings") and self.headers.get("cal-api-version") != calcom_api.VERSION:
            self.fail_500()
        elif raw and self.headers.get("Content-Type") != "application/json":
            self.send(400, error("BadRequestException", "no JSON"))
        elif kind == "drop":
            self.hang_up()
        elif kind and kind.startswith("400:"):
            self.send(400, error("BadRequestException", kind[4:]))
        elif kind in ("500", "429", "403"):
            getattr(self, "fail_" + kind)()
        else:
            self.carry_out(api, method, path, body, kind)

    def carry_out(self, api, method, path, body, kind):
        try:
            with api.lock:
                status, data = api.write(method, path, body)
                text = json.dumps({"status": "success", "data": data}, ensure_ascii=False).encode()
        except Refused as no:
            self.send(no.status, error(no.code, no.args[0]))
            return
        if kind == "cut":
            self.hang_up()
        elif kind == "html":
            self.fail_html()
        elif kind == "500-done":
            self.fail_500()
        else:
            if kind and kind.startswith("late:"):
                time.sleep(float(kind[5:]))
            self.send(status, text)
