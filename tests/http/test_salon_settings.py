"""The salon's own settings over HTTP: who may change them, what is refused, and where hours show."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import tap
from cards import CardCase

NINE_TO_FIVE = {"open": "09:00", "close": "17:00"}


class SalonSettings(CardCase):
    def salon(self):
        return self.ok(self.app.get("/api/salon"))

    def change(self, **fields):
        return self.app.patch("/api/salon", fields)

    def test_hours(self):
        "Hours of the week are kept, shown in the day, and cleared again"
        week = [NINE_TO_FIVE] * 5 + [None, None]
        saved = self.ok(self.change(hours=week))
        self.assertEqual([("09:00", "17:00")] * 5 + [(None, None)] * 2,
                         [(d["open"], d["close"]) for d in saved["hours"]])
        self.assertEqual(saved, self.salon())
        days = self.ok(self.app.get("/api/day?date=2026-11-23&days=7"))["days"]
        self.assertEqual(["09:00"] * 5 + [None] * 2, [d["open"] for d in days])
        self.ok(self.change(hours=[None] * 7))
        self.assertEqual([None] * 7, [d["open"] for d in self.salon()["hours"]])

    def test_fields(self):
        "A field that is named is changed, another stays, and empty clears"
        self.ok(self.change(name="Pod Łapą", address="ul. Psia 7"))
        saved = self.ok(self.change(address=""))
        self.assertEqual(("Pod Łapą", "", "Europe/Warsaw"), (saved["name"], saved["address"], saved["timezone"]))
        self.assertEqual("Pod Łapą", self.ok(self.app.get("/api/session"))["salon"]["name"])

    def test_refused(self):
        "What cannot be right is refused with its field, and nothing of that request is kept"
        before = self.salon()
        for body, field in (
            ({"name": ""}, "name"),
            ({"name": "x" * 121}, "name"),
            ({"nip": "123"}, "nip"),
            ({"hours": [NINE_TO_FIVE] * 6}, "hours"),
            ({"hours": "9-17"}, "hours"),
            ({"hours": [{"open": "17:00", "close": "09:00"}] + [None] * 6}, "hours"),
            ({"hours": [{"open": "9:00", "close": "17:00"}] + [None] * 6}, "hours"),
            ({"hours": [{"open": "24:00", "close": "25:00"}] + [None] * 6}, "hours"),
            ({"hours": [{"open": "09:00"}] + [None] * 6}, "hours"),
            ({"name": "Inny", "hours": [{"open": "1"}] * 7}, "hours"),
        ):
            with self.subTest(body=str(body)[:60]):
                self.refused(self.change(**body), 400, field)
        self.assertEqual(before, self.salon())

    def test_rights(self):
        "Staff read them; only an owner changes them"
        cookie = self.sign_in_as("Ewa")
        self.ok(self.app.get("/api/salon", cookie=cookie))
        self.refused(self.app.patch("/api/salon", {"name": "Inny"}, cookie=cookie), 403)


if __name__ == "__main__":
    tap.main()
