"""Deliveries shaped as Cal.com sends them, for tests: builders that return dicts.

Names and addresses are made up. Times are ISO text or aware datetimes.
"""

import itertools
import secrets
from datetime import datetime, timedelta, timezone

_numbers = itertools.count(500001)


def new_uid():
    """22 letters and digits, as Cal.com's."""
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
    return "".join(secrets.choice(alphabet) for _ in range(22))


def iso(moment, millis=True):
    if isinstance(moment, str):
        return moment
    moment = moment.astimezone(timezone.utc)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{moment.microsecond // 1000:03d}Z" if millis else f"{text}Z"


def now():
    return datetime.now(timezone.utc)


def _attendee(name, email, phone):
    first, _, last = name.partition(" ")
    person = {
        "email": email,
        "name": name,
        "firstName": first,
        "lastName": last,
        "timeZone": "Europe/Warsaw",
        "language": {"locale": "pl"},
        "utcOffset": 60,
    }
    if phone:
        person["phoneNumber"] = phone
    return person


def booking(
    uid=None,
    start="2026-11-23T13:00:00Z",
    end=None,
    name="Jan Kowalski",
    email="jan.kowalski@example.pl",
    phone="+48600100200",
    service="Strzyżenie z kąpielą",
    slug="strzyzenie-60",
    notes="",
    price=18000,
    metadata=None,
    status="ACCEPTED",
    number=None,
    **extra,
):
    """The payload of a BOOKING_* delivery. extra overrides or adds fields; a value of ... removes one."""
    if end is None:
        first = datetime.fromisoformat(iso(start).replace("Z", "+00:00"))
        end = first + timedelta(hours=1)
    payload = {
        "bookerUrl": "https://cal.com",
        "type": slug,
        "title": f"{service} — Salon Łapka i {name}",
        "description": notes,
        "additionalNotes": notes,
        "customInputs": {},
        "startTime": iso(start, millis=False),
        "endTime": iso(end, millis=False),
        "organizer": {
            "id": 5,
            "name": "Salon Łapka",
            "email": "salon@lapka.example",
            "username": "salon-lapka",
            "usernameInOrg": None,
            "timeZone": "Europe/Warsaw",
            "language": {"locale": "pl"},
            "timeFormat": "HH:mm",
            "utcOffset": 60,
        },
        "responses": {
            "name": {"label": "your_name", "value": name, "isHidden": False},
            "email": {"label": "email_address", "value": email, "isHidden": False},
            "attendeePhoneNumber": {"label": "phone_number", "value": phone or "", "isHidden": False},
            "notes": {"label": "additional_notes", "value": notes, "isHidden": False},
            "guests": {"label": "additional_guests", "value": [], "isHidden": False},
        },
        "userFieldsResponses": {},
        "attendees": [_attendee(name, email, phone)],
        "location": "ul. Psia 7, Kraków",
        "destinationCalendar": None,
        "requiresConfirmation": None,
        "eventTypeId": 7001,
        "seatsPerTimeSlot": None,
        "seatsShowAttendees": True,
        "iCalSequence": 0,
        "uid": uid or new_uid(),
        "bookingId": number or next(_numbers),
        "eventTitle": service,
        "eventDescription": "",
        "price": price,
        "currency": "pln",
        "length": 60,
        "metadata": metadata if metadata is not None else {},
        "status": status,
        "assignmentReason": None,
    }
    if phone:
        payload["smsReminderNumber"] = phone
    payload.update(extra)
    return {k: v for k, v in payload.items() if v is not ...}


def envelope(trigger, payload, at=None):
    return {"triggerEvent": trigger, "createdAt": iso(at or now()), "payload": payload}


def created(at=None, **fields):
    return envelope("BOOKING_CREATED", booking(**fields), at)


def requested(at=None, **fields):
    return envelope("BOOKING_REQUESTED", booking(status="PENDING", **fields), at)


def rescheduled(previous_uid, at=None, trigger="BOOKING_RESCHEDULED", **fields):
    """The successor of previous_uid; uid= names the new booking."""
    return envelope(trigger, booking(rescheduleUid=previous_uid, **fields), at)


def cancelled(at=None, reason="Pies chory", **fields):
    fields.setdefault("cancelledBy", fields.get("email", "jan.kowalski@example.pl"))
    fields.setdefault("requestReschedule", False)
    fields.setdefault("metadata", ...)
    payload = booking(status="CANCELLED", cancellationReason=reason, **fields)
    return envelope("BOOKING_CANCELLED", payload, at)


def rejected(at=None, reason="Brak miejsca", **fields):
    return envelope("BOOKING_REJECTED", booking(status="REJECTED", rejectionReason=reason, **fields), at)


def no_show(uid, email="jan.kowalski@example.pl", absent=True, at=None):
    word = "marked" if absent else "unmarked"
    payload = {
        "message": f"{email} {word} as no-show",
        "bookingUid": uid,
        "bookingId": next(_numbers),
        "attendees": [{"email": email, "noShow": absent}],
    }
    return envelope("BOOKING_NO_SHOW_UPDATED", payload, at)


def meeting_ended(uid, start, end, flat=True, at=None, name="Jan Kowalski", email="jan.kowalski@example.pl"):
    row = {
        "id": next(_numbers),
        "uid": uid,
        "userId": 5,
        "userPrimaryEmail": "salon@lapka.example",
        "eventTypeId": 7001,
        "title": f"Kąpiel — Salon Łapka i {name}",
        "description": "",
        "customInputs": {},
        "startTime": iso(start),
        "endTime": iso(end),
        "attendees": [{"name": name, "email": email}],
        "location": "ul. Psia 7, Kraków",
        "createdAt": "2026-11-10T17:20:31.000Z",
        "updatedAt": None,
        "status": "ACCEPTED",
        "paid": False,
        "cancellationReason": None,
        "smsReminderNumber": None,
        "metadata": {},
        "responses": {"name": name, "email": email, "guests": []},
        "noShowHost": False,
    }
    if flat:
        return {"triggerEvent": "MEETING_ENDED", **row}
    return envelope("MEETING_ENDED", row, at)


def ping(at=None):
    payload = {"type": "Test", "title": "Test trigger event", "description": "", "attendees": []}
    return envelope("PING", payload, at)
