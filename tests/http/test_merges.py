"""Two cards of the same person or animal become one over HTTP, and two again."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import delivery
import tap
from cards import CardCase


class Merges(CardCase):
    def setUp(self):
        super().setUp()
        self.kept = self.add_client("Jan", "Kowalski", phone="600100200", pets=[{"name": "Burek"}])
        self.twin = self.add_client("Janek", "Kowalski", email="janek@example.pl", pets=[{"name": "Azor"}])
        answer = self.app.deliver(delivery.created(uid="A", start="2099-01-12T13:00:00Z", email="janek@example.pl",
                                                   phone=None))
        self.event = answer.json["event_id"]

    def card(self, client):
        return self.ok(self.app.get(f"/api/clients/{client['id']}"))

    def merge(self, **more):
        return self.ok(self.app.post(f"/api/clients/{self.kept['id']}/merge", {"other": self.twin["id"], **more}))

    def test_merge_and_undo(self):
        "A preview tells what would move, a merge moves it, and undoing brings both cards back"
        before = (self.card(self.kept), self.card(self.twin))
        preview = self.merge(preview=True)
        self.assertEqual(({"appointments": 1, "visits": 0, "pets": 1}, None), (preview["moves"], preview["merge_id"]))
        self.assertEqual(before, (self.card(self.kept), self.card(self.twin)))
        merged = self.merge()
        self.assertEqual(preview["moves"], merged["moves"])
        card = self.card(self.kept)
        self.assertEqual(("Jan", "janek@example.pl", {"Burek", "Azor"}),
                         (card["name"], card["email"], {p["name"] for p in card["pets"]}))
        self.assertEqual(self.kept["id"], self.card(self.twin)["id"], "the old id leads to the card that was kept")
        visit = self.ok(self.app.get(f"/api/appointments/{self.event}"))
        self.assertEqual(self.kept["id"], visit["client"]["id"])
        undone = self.ok(self.app.post(f"/api/merges/{merged['merge_id']}/undo"))
        self.assertEqual(("client", self.kept["id"], self.twin["id"]),
                         (undone["kind"], undone["kept"], undone["restored"]))
        ignored = ("revision", "updated_at")
        for card, now in zip(before, (self.card(self.kept), self.card(self.twin))):
            self.assertEqual({k: v for k, v in card.items() if k not in ignored},
                             {k: v for k, v in now.items() if k not in ignored})
        self.refused(self.app.post(f"/api/merges/{merged['merge_id']}/undo"), 409)

    def test_bookings_of_the_double(self):
        "Who books with the double's address or an old link of theirs is the client that was kept"
        self.merge()
        by_email = self.app.deliver(delivery.created(uid="B", start="2099-02-12T13:00:00Z",
                                                     email="janek@example.pl", phone=None)).json["event_id"]
        by_link = self.app.deliver(delivery.created(
            uid="C", start="2099-03-12T13:00:00Z", email="janek@example.pl", phone=None,
            metadata={"barkbookClientId": self.twin["id"], "barkbookPetId": self.twin["pets"][0]["id"]})).json["event_id"]
        for event in (by_email, by_link):
            self.assertEqual(self.kept["id"], self.ok(self.app.get(f"/api/appointments/{event}"))["client"]["id"])

    def test_edit_of_a_merged_card(self):
        "A tablet that still shows the double is told, and gets the card that was kept"
        self.merge()
        answer = self.app.patch(f"/api/clients/{self.twin['id']}", {"revision": self.twin["revision"], "notes": "x"})
        self.refused(answer, 409)
        self.assertEqual(self.kept["id"], answer.json["current"]["id"])

    def test_pets(self):
        "Two cards of one animal become one with both warnings"
        one, two = self.add_pet(self.kept, "Luna", allergies="kurczak"), self.add_pet(self.twin, "Lunka", allergies="lateks")
        merged = self.ok(self.app.post(f"/api/pets/{one['id']}/merge", {"other": two["id"]}))
        card = self.ok(self.app.get(f"/api/pets/{two['id']}"))
        self.assertEqual((one["id"], "kurczak\nlateks", 2), (card["id"], card["allergies"], len(card["owners"])))
        self.ok(self.app.post(f"/api/merges/{merged['merge_id']}/undo"))
        self.assertEqual(("Lunka", "lateks"), tuple(self.ok(self.app.get(f"/api/pets/{two['id']}"))[k]
                                                    for k in ("name", "allergies")))

    def test_refused(self):
        "A card is not merged with itself, with nothing, or twice"
        path = f"/api/clients/{self.kept['id']}/merge"
        self.refused(self.app.post(path, {"other": self.kept["id"]}), 422, "other")
        self.refused(self.app.post(path, {"other": "nobody"}), 404)
        self.refused(self.app.post(path, {}), 400, "other")
        self.refused(self.app.post("/api/merges/nothing/undo"), 404)
        self.merge()
        self.refused(self.app.post(path, {"other": self.twin["id"]}), 409)


if __name__ == "__main__":
    tap.main()
