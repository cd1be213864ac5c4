"""Our requests to Cal.com, and the answers our tests imitate, against Cal.com's own OpenAPI document.

The document is Cal.com's and not part of this project: where it is not found beside it (in
../shared/calcom/openapi.json, or named by $CALCOM_OPENAPI), this is skipped and says so. The part of JSON
Schema that the document uses is checked here: types, required, enum, bounds, references, alternatives.
"""

import json
import os
import sys
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import calcom_api
import tap
from reconcile_case import ReconcileCase

PLACE = Path(os.environ.get("CALCOM_OPENAPI", ROOT.parent / "shared" / "calcom" / "openapi.json"))
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "number": (int, float),
    "integer": int,
}


class Document:
    def __init__(self, path):
        self.root = json.loads(path.read_text())

    def operation(self, path, method="get"):
        return self.root["paths"][path][method]

    def resolve(self, schema):
        while "$ref" in schema:
            part = self.root
            for name in schema["$ref"].removeprefix("#/").split("/"):
                part = part[name]
            schema = part
        return schema

    def problems(self, value, schema, where):
        """What is wrong with value, as sentences."""
        schema = self.resolve(schema)
        if value is None and schema.get("nullable"):
            return []
        for key in ("oneOf", "anyOf"):
            if key in schema:
                each = [self.problems(value, s, where) for s in schema[key]]
                if not any(not p for p in each):
                    return min(each, key=len)
        found = []
        for part in schema.get("allOf", []):
            found += self.problems(value, part, where)
        kind = schema.get("type")
        if kind and (not isinstance(value, TYPES[kind]) or (kind in ("number", "integer") and isinstance(value, bool))):
            return [f"{where}: {value!r} is no {kind}"]
        if "enum" in schema and value not in schema["enum"]:
            found.append(f"{where}: {value!r} is none of {schema['enum']}")
        if "minimum" in schema and isinstance(value, (int, float)) and value < schema["minimum"]:
            found.append(f"{where}: {value} is below {schema['minimum']}")
        if isinstance(value, dict):
            found += [f"{where}.{n}: missing" for n in schema.get("required", []) if n not in value]
            for name, part in schema.get("properties", {}).items():
                if name in value:
                    found += self.problems(value[name], part, f"{where}.{name}")
        if isinstance(value, list) and "items" in schema:
            for i, item in enumerate(value):
                found += self.problems(item, schema["items"], f"{where}[{i}]")
        return found

    def request_problems(self, path, query, headers):
        """Our request against the parameters the operation knows."""
        found = []
        known = {(p["in"], p["name"].lower()): p for p in self.operation(path)["parameters"]}
        for name, text in query.items():
            parameter = known.get(("query", name.lower()))
            if parameter is None:
                found.append(f"{path}: {name} is no parameter of it")
                continue
            schema = self.resolve(parameter["schema"])
            value = float(text) if schema.get("type") == "number" else text
            found += self.problems(value, schema, f"{path}?{name}")
        given = {n.lower(): v for n, v in headers.items()}
        for (place, name), parameter in known.items():
            if place == "header" and name not in given and parameter.get("required"):
                found.append(f"{path}: the header {name} is missing")
            if place == "query" and parameter.get("required") and parameter["name"] not in query:
                found.append(f"{path}: {name} is missing")
        version = known.get(("header", "cal-api-version"))
        if version and given.get("cal-api-version") != version["schema"].get("default"):
            found.append(f"{path}: version {given.get('cal-api-version')}, the document has {version['schema']}")
        return found

    def answer_problems(self, path, answer):
        content = self.operation(path)["responses"]["200"]["content"]["application/json"]
        return self.problems(answer, content["schema"], path)


@unittest.skipUnless(PLACE.exists(), "Cal.com's openapi.json is not beside this project")
class OpenApi(ReconcileCase):
    @classmethod
    def setUpClass(cls):
        cls.document = Document(PLACE)

    def world(self):
        uids = self.fill(40)
        self.api.page_max = 15
        self.api.reschedule(uids[0], self.now + timedelta(days=9))
        self.api.cancel(uids[1])
        self.api.set_absent(uids[2])
        return uids

    def test_requests(self):
        "Every request of a sweep, of a later run and by uid is one the document knows"
        uids = self.world()
        app = self.app()
        self.run_ok(app)
        self.api.remove(uids[5])
        self.api.cancel(uids[6])
        self.run_ok(app, "--full")
        kinds = set()
        for path, query, headers in self.api.requests:
            template = "/v2/bookings" if path == "/v2/bookings" else "/v2/bookings/{bookingUid}"
            kinds.add((template, "sortUpdatedAt" in query))
            self.assertEqual([], self.document.request_problems(template, query, headers))
        self.assertEqual(3, len(kinds), kinds)

    def test_scripted_answers(self):
        "The answers of the scripted Cal.com are ones the document allows"
        uids = self.world()
        page = self.api.page({"take": "100", "sortStart": "asc"})
        self.assertEqual([], self.document.answer_problems("/v2/bookings", page))
        one = {"status": "success", "data": self.api.rows[uids[0]]}
        self.assertEqual([], self.document.answer_problems("/v2/bookings/{bookingUid}", one))

    def test_the_check_sees(self):
        "The check sees an unknown parameter, a missing field and a wrong type"
        headers = {"cal-api-version": calcom_api.VERSION, "Authorization": "x"}
        self.assertEqual([], self.document.request_problems("/v2/bookings", {"take": "5"}, headers))
        self.assertTrue(self.document.request_problems("/v2/bookings", {"limit": "5"}, headers))
        self.assertTrue(self.document.request_problems("/v2/bookings", {"sortStart": "up"}, headers))
        self.assertTrue(self.document.request_problems("/v2/bookings", {}, {"cal-api-version": "2024-06-14"}))
        self.world()
        page = self.api.page({})
        for spoil in (lambda r: r.pop("uid"), lambda r: r.update(start=5), lambda r: r.update(status="ACCEPTED")):
            row = json.loads(json.dumps(page["data"][0]))
            spoil(row)
            self.assertTrue(self.document.answer_problems("/v2/bookings", {**page, "data": [row]}))


if __name__ == "__main__":
    tap.main()
