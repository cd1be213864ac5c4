"""The fake that stands for Cal.com in other tests is itself as the contract says."""

import json
import os
import sys
import threading
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import fake_calcom
import tap

# Cal.com's own description of its API lies beside some checkouts.
OPENAPI = Path(__file__).resolve().parents[3] / "shared" / "calcom" / "openapi.json"

KINDS = {"object": dict, "array": list, "string": str, "boolean": bool}


def mismatch(schemas, schema, value, path="$"):
    """The first place where value is not what schema says, or None. As much of JSON Schema as Cal.com uses."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    if "oneOf" in schema:
        found = [mismatch(schemas, each, value, path) for each in schema["oneOf"]]
        return None if None in found else found[0]
    if value is None:
        return None if schema.get("nullable") or path.endswith(".updatedAt") else f"{path}: null"
    kind = schema.get("type")
    right = isinstance(value, (int, float)) and not isinstance(value, bool) if kind == "number" else isinstance(
        value, KINDS.get(kind, object))
    if not right:
        return f"{path}: not a {kind}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{path}: {value!r} is none of {schema['enum']}"
    if kind == "array":
        found = (mismatch(schemas, schema.get("items", {}), each, f"{path}[{i}]") for i, each in enumerate(value))
        return next((each for each in found if each), None)
    if kind == "object":
        missing = [name for name in schema.get("required", []) if name not in value]
        if missing:
            return f"{path}: without {', '.join(missing)}"
        known = schema.get("properties", {})
        found = (mismatch(schemas, known[name], each, f"{path}.{name}") for name, each in value.items() if name in known)
        return next((each for each in found if each), None)
    return None


class Fake(unittest.TestCase):
    def setUp(self):
        self.cal = fake_calcom.FakeCalcom(real_time=False)
        self.addCleanup(self.cal.stop)

    def rows(self, **query):
        status, _, body = self.cal.api("/v2/bookings", **query)
        self.assertEqual(200, status, body)
        return json.loads(body)

    def test_description(self):
        "Its answers are what Cal.com's own description of the API says"
        if not OPENAPI.exists():
            self.skipTest("Cal.com's openapi.json is not beside this checkout")
        document = json.loads(OPENAPI.read_text())
        schemas = document["components"]["schemas"]
        for seed in range(40):
            self.cal.control("history", seed=seed, profile="api")
        page = self.rows(take=250)
        self.assertGreater(len(page["data"]), 60)
        self.assertIsNone(mismatch(schemas, schemas["GetBookingsOutput_2024_08_13"], page))
        for path, name in ((f"/v2/bookings/{page['data'][0]['uid']}", "GetBookingOutput_2024_08_13"),
                           ("/v2/me", "GetMeOutput")):
            one = json.loads(self.cal.api(path)[2])
            self.assertIsNone(mismatch(schemas, schemas[name], one), path)

    def test_paging(self):
        "Pages by offset bring every booking once, in order, and say what is left"
        self.cal.control("make", n=730)
        seen = []
        for skip in range(0, 1000, 250):
            page = self.rows(take=250, skip=skip, sortStart="asc")
            seen += page["data"]
            said = page["pagination"]
            self.assertEqual((730, len(page["data"])), (said["totalItems"], said["returnedItems"]))
            self.assertEqual(len(seen) < 730, said["hasNextPage"])
        self.assertEqual(730, len({row["uid"] for row in seen}))
        self.assertEqual(sorted(row["start"] for row in seen), [row["start"] for row in seen])

    def test_filters(self):
        "Its filters keep what they are asked for"
        self.cal.control("make", n=300, back=5, days=5)
        now = sorted(row["start"] for row in self.rows(take=250)["data"])[100]
        for key, query in (("start", {"afterStart": now}), ("updatedAt", {"afterUpdatedAt": now})):
            found = self.rows(take=250, **query)["data"]
            self.assertTrue(found)
            self.assertTrue(all(row[key] >= now for row in found), key)
        ended = self.rows(take=250, beforeEnd=now)["data"]
        self.assertTrue(ended and all(row["end"] <= now for row in ended))
        self.cal.control("change", n=40)
        cancelled = self.rows(take=250, status="cancelled")["data"]
        self.assertTrue(cancelled and all(row["status"] == "cancelled" for row in cancelled))
        self.assertEqual(1, len(self.rows(bookingUid=cancelled[0]["uid"])["data"]))

    def test_refusals(self):
        "It refuses a bad key, a missing version, too large a page, and what it does not know"
        self.assertEqual(401, self.cal.request("/v2/bookings")[0])
        self.assertEqual(500, self.cal.request("/v2/bookings", {"Authorization": f"Bearer {self.cal.key}"})[0])
        self.assertEqual(400, self.cal.api("/v2/bookings", take=251)[0])
        self.assertEqual(400, self.cal.api("/v2/bookings", afterUpdatedAt="yesterday")[0])
        self.assertEqual(404, self.cal.api("/v2/bookings/nobody")[0])

    def test_faults(self):
        "It does wrong what it is told to, as often as it is told to"
        self.cal.control("make", n=20)
        self.cal.control("fault", kind="rate", number=9, times=2)
        for status in (429, 429, 200):
            self.assertEqual(status, self.cal.api("/v2/bookings")[0])
        self.cal.control("fault", kind="html", after=1, times=1)
        self.assertEqual([200, 502, 200], [self.cal.api("/v2/bookings")[0] for _ in range(3)])
        self.cal.control("fault", kind="cut", times=1)
        with self.assertRaises(Exception):
            self.cal.api("/v2/bookings")
        self.cal.control("fault", kind="truncated", times=1)
        with self.assertRaises(json.JSONDecodeError):
            json.loads(self.cal.api("/v2/bookings")[2])
        self.cal.control("fault", kind="short", number=7)
        self.assertEqual(7, len(self.rows(take=100)["data"]))
        self.cal.control("fault", kind="none")
        self.assertEqual(20, len(self.rows(take=100)["data"]))
        asked = [each["status"] for each in self.cal.control("requests")]
        self.assertEqual([429, 429, 200, 200, 502, 200, 200, 200, 200, 200], asked)

    def test_replica(self):
        "A stale answer shows what was, then what is"
        self.cal.control("make", n=1)
        self.cal.control("clock", advance=3_600_000)
        uid = self.rows()["data"][0]["uid"]
        self.cal.control("do", what="cancel", uid=uid)
        self.cal.control("fault", kind="stale", number=60_000, times=1)
        self.assertEqual(["accepted", "cancelled"], [self.rows()["data"][0]["status"] for _ in range(2)])

    def test_truth(self):
        "What it says the calendar must show follows from what was done"
        booked = self.cal.control("do", what="book")
        moved = self.cal.control("do", what="reschedule", uid=booked["uid"])
        self.assertEqual([moved["uid"]], [each["uid"] for each in self.cal.control("truth")])
        self.cal.control("do", what="cancel", uid=moved["uid"])
        self.assertEqual(["cancelled"], [each["status"] for each in self.cal.control("truth")])
        sent = [each["trigger"] for each in self.cal.control("deliveries")]
        self.assertEqual(["BOOKING_CREATED", "BOOKING_RESCHEDULED", "BOOKING_CANCELLED"], sent)

    def test_tls(self):
        "Over HTTPS its certificate is good for those who trust its authority"
        ca = f"/tmp/barkbook-fake-ca-{os.getpid()}.pem"
        with fake_calcom.FakeCalcom("--ca", ca) as cal:
            self.assertTrue(cal.url.startswith("https://"))
            self.assertEqual(200, cal.api("/v2/me")[0])
            cal.context = None
            with self.assertRaises(OSError):
                cal.api("/v2/me")
        os.unlink(ca)

    def test_end(self):
        "It ends with the test that started it, also while it makes somebody wait"
        cal = fake_calcom.FakeCalcom()
        cal.control("fault", kind="late", number=3_600_000)
        waiting = threading.Thread(target=lambda: self.assertRaises(Exception, cal.api, "/v2/me"))
        waiting.start()
        barkbook.wait_for(lambda: cal.control("requests"), what="the request arrives")
        started = time.monotonic()
        self.assertEqual(0, cal.stop())
        waiting.join()
        self.assertLess(time.monotonic() - started, 10)


if __name__ == "__main__":
    tap.main()
