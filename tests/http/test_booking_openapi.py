"""What we ask of Cal.com when we book, and how our scripted Cal.com answers, against its OpenAPI document.

Skipped where the document is not beside this project (see test_calcom_openapi.py).
"""

import re
import sys
import unittest
from datetime import timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
sys.path.insert(0, str(HERE))
import tap
from desk_case import DeskCase
from test_calcom_openapi import PLACE, Document

TEMPLATES = (
    (r"/v2/bookings/[^/]+/(\w[\w-]*)", r"/v2/bookings/{bookingUid}/\1"),
    (r"/v2/bookings/[^/]+", "/v2/bookings/{bookingUid}"),
    (r"/v2/webhooks/[^/]+", "/v2/webhooks/{webhookId}"),
)


def template(path):
    for pattern, name in TEMPLATES:
        if re.fullmatch(pattern, path):
            return re.sub(pattern, name, path)
    return path


@unittest.skipUnless(PLACE.exists(), "Cal.com's openapi.json is not beside this project")
class BookingOpenApi(DeskCase):
    @classmethod
    def setUpClass(cls):
        cls.document = Document(PLACE)

    def walk(self):
        """Everything staff can do."""
        app = self.app(hooks=False, **{"server.public_url": "https://hooks.lapka.example"})
        self.assertEqual(200, app.get("/api/event-types").status)
        self.assertEqual(200, app.get(f"/api/slots?event_type=7001&length=90&date={self.day}").status)
        visit = self.book(app, notes="Boi się suszarki", length_minutes=90)
        self.assertEqual(200, app.get(f"/api/slots?event_type=7001&appointment={visit['id']}").status)
        moved = self.ask(app, visit, "reschedule", date=str(self.day), time="14:00", reason="Korek")
        self.assertEqual(200, moved.status)
        self.assertEqual(200, self.ask(app, visit, "cancel", reason="Pies chory").status)
        for time, what in (("10:00", "confirm"), ("12:00", "decline")):
            request = self.book(app, time=time, event_type=7003)
            self.assertEqual(200, self.ask(app, request, what).status)
        self.desk.add(self.desk.now() - timedelta(hours=2), metadata={"barkbookClientId": self.client})
        self.assertEqual(0, app.cli("reconcile").returncode)
        past = {"id": app.value("SELECT id FROM calendar_events ORDER BY start_time LIMIT 1")}
        self.assertEqual(200, self.ask(app, past, "no-show", absent=True).status)
        self.assertEqual(200, app.post("/api/webhook-subscription").status)
        next(iter(self.desk.webhooks.values()))["active"] = False
        self.assertEqual(200, app.post("/api/webhook-subscription").status)

    def test_requests(self):
        "Every request that books or changes something is one the document knows: address, version, body"
        self.walk()
        seen = set()
        for method, path, body in self.desk.writes:
            operation = self.document.operation(template(path), method.lower())
            seen.add((method, template(path)))
            if "requestBody" in operation:
                schema = operation["requestBody"]["content"]["application/json"]["schema"]
                self.assertEqual([], self.document.problems(body, schema, path))
            else:
                self.assertEqual({}, body)
        self.assertEqual(8, len(seen), seen)
        for path, query, headers in self.desk.requests:
            name = template(path)
            known = self.document.root["paths"][name]
            if name.startswith("/v2/bookings") and not query and "get" not in known:
                continue  # a write: its version is what the scripted Cal.com insists on
            if "get" in known and (query or name in ("/v2/event-types", "/v2/me")):
                self.assertEqual([], self.document.request_problems(name, query, headers), path)

    def test_scripted_answers(self):
        "The answers of the scripted Cal.com are ones the document allows"
        self.walk()
        event_types = {"status": "success", "data": self.desk.types}
        self.assertEqual([], self.document.answer_problems("/v2/event-types", event_types))
        webhooks = {"status": "success", "data": list(self.desk.webhooks.values())}
        self.assertEqual([], self.document.answer_problems("/v2/webhooks", webhooks))
        responses = self.document.operation("/v2/bookings", "post")["responses"]["201"]
        schema = responses["content"]["application/json"]["schema"]
        for row in self.desk.rows.values():
            self.assertEqual([], self.document.problems({"status": "success", "data": row}, schema, "booking"))


if __name__ == "__main__":
    tap.main()
