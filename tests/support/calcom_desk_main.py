"""The Cal.com with both halves as a program, for tests in other languages: prints {"url":…, "key":…} and
ends with its standard input. A line of JSON on it is an order, answered by one line:

    {"do": "add", "start": "2026-12-01T09:00:00Z", "minutes": 60}
    {"do": "next_write", "kinds": ["cut"]}
    {"do": "deliver_to", "port": 8081, "secret": "…"}
    {"do": "rename", "title": "…"}    every service
    {"do": "live"}    how many bookings are accepted or pending
    {"do": "cancel", "uid": "…"}, {"do": "away"}
"""

import json
import sys

import calcom_api
import calcom_desk


class Box:
    """Where webhooks go."""

    def __init__(self, port, secret):
        self.webhook_port = port
        self.secret = secret

    def signed_headers(self, raw):
        import barkbook

        return {"Content-Type": "application/json", "X-Cal-Signature-256": barkbook.signature(self.secret, raw)}


def obey(desk, order):
    what = order.pop("do")
    if what == "deliver_to":
        desk.deliver_to = Box(order["port"], order["secret"])
        return True
    if what == "next_write":
        desk.next_write(*order["kinds"])
        return True
    if what == "rename":
        for kind in desk.types:
            kind["title"] = kind["description"] = order["title"]
        return True
    if what == "live":
        return [{"uid": r["uid"], "start": r["start"], "status": r["status"]} for r in desk.live()]
    if what == "add":
        return desk.add(order.pop("start"), order.pop("minutes", 60), **order)
    if what == "cancel":
        desk.cancel(order["uid"])
        desk.tell("BOOKING_CANCELLED", order["uid"])
        return True
    if what == "away":
        desk.always = "silence"  # on connections that were kept; new ones are refused
        desk.server.shutdown()
        desk.server.server_close()
        return True
    raise ValueError(what)


def main():
    desk = calcom_desk.CalcomDesk()
    print(json.dumps({"url": desk.url, "key": calcom_api.KEY}), flush=True)
    for line in sys.stdin:
        print(json.dumps(obey(desk, json.loads(line))), flush=True)
    desk.server.server_close()


if __name__ == "__main__":
    main()
