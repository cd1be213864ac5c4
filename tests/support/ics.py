"""A strict reader of iCalendar (RFC 5545), for checking what others will read: refuses what a calendar might choke on."""

import re
from datetime import datetime, timezone


class Bad(AssertionError):
    pass


def lines(data):
    """Unfolded content lines of bytes."""
    if not data.endswith(b"\r\n"):
        raise Bad("does not end in CR LF")
    found = []
    for raw in data[:-2].split(b"\r\n"):
        if b"\n" in raw or b"\r" in raw:
            raise Bad(f"a bare line end in {raw!r}")
        if len(raw) > 75:
            raise Bad(f"{len(raw)} octets in a line: {raw!r}")
        raw.decode("utf-8")  # no letter is cut in two
        if raw.startswith((b" ", b"\t")):
            if not found:
                raise Bad("begins with a continuation")
            found[-1] += raw[1:]
        else:
            found.append(raw)
    return [line.decode("utf-8") for line in found]


def text(value):
    """Unescapes TEXT; a stray backslash or a bare comma or semicolon is an error."""
    out, i = "", 0
    while i < len(value):
        c = value[i]
        if c == "\\":
            i += 1
            if i == len(value) or value[i] not in "\\;,nN":
                raise Bad(f"a stray backslash in {value!r}")
            out += "\n" if value[i] in "nN" else value[i]
        elif c in ";," or ord(c) < 32:
            raise Bad(f"unescaped {c!r} in {value!r}")
        else:
            out += c
        i += 1
    return out


def instant(value):
    return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)


TEXT = {"SUMMARY", "DESCRIPTION", "LOCATION", "X-WR-CALNAME"}
TIMES = {"DTSTAMP", "DTSTART", "DTEND", "LAST-MODIFIED"}
ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "STATUS"}


def read(data):
    """The events of a calendar, each a dict; raises Bad for anything against the RFC."""
    all_lines = lines(data)
    if all_lines[0] != "BEGIN:VCALENDAR" or all_lines[-1] != "END:VCALENDAR":
        raise Bad("no whole calendar")
    head, events, event = {}, [], None
    for line in all_lines[1:-1]:
        match = re.fullmatch(r"([A-Z-]+)((?:;[A-Z-]+=[^:;]+)*):(.*)", line, re.S)
        if not match:
            raise Bad(f"not a content line: {line!r}")
        name, _, value = match.groups()
        if name == "BEGIN":
            if value != "VEVENT" or event is not None:
                raise Bad(f"BEGIN:{value}")
            event = {}
        elif name == "END":
            if not ONCE <= set(event):
                raise Bad(f"missing: {ONCE - set(event)}")
            if event["DTEND"] < event["DTSTART"]:
                raise Bad("ends before it begins")
            events.append(event)
            event = None
        else:
            target = head if event is None else event
            if name in target:
                raise Bad(f"{name} twice")
            target[name] = text(value) if name in TEXT else instant(value) if name in TIMES else value
    if event is not None or head.get("VERSION") != "2.0" or "PRODID" not in head:
        raise Bad("no version, no product, or an event without its end")
    if len({e["UID"] for e in events}) != len(events):
        raise Bad("a UID twice")
    return events
