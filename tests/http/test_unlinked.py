"""The list "to be linked" over HTTP: candidates with reasons, linking, unlinking, a client made from a booking."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import delivery
import tap
from cards import CardCase

START = "2099-01-12T13:00:00Z"


class Unlinked(CardCase):
    def book(self, uid, **fields):
        fields.setdefault("start", START)
        answer = self.app.deliver(delivery.created(uid=uid, **fields))
        self.assertEqual(200, answer.status, answer)
        return answer.json["event_id"]

    def waiting(self, query=""):
        return self.ok(self.app.get("/api/unlinked" + query))

    def link_of(self, event):
        visit = self.ok(self.app.get(f"/api/appointments/{event}"))
        return (visit["client"] and visit["client"]["name"], [p["name"] for p in visit["pets"]], visit["link_reason"])

    def test_candidates(self):
        "An appointment nobody could link waits with the reason, and with whom it may belong to and why"
        jan = self.add_client("Jan", "Kowalski", phone="600100200", pets=[{"name": "Burek"}, {"name": "Azor"}])
        ewa = self.add_client("Ewa", "Kowalska", email="ewa@example.pl", pets=[{"name": "Łatka"}])
        event = self.book("A", name="Jan Kowalski", email="ewa@example.pl", phone="+48600100200", notes="dla AZORA: Azor")
        listed = self.waiting()
        self.assertEqual(1, listed["count"])
        (waits,) = listed["appointments"]
        self.assertEqual((event, "ambiguous", "2099-01-12"), (waits["id"], waits["link_reason"], waits["date"]))
        first, second = waits["candidates"]
        self.assertEqual((jan["id"], ["phone", "name", "pet_name"]), (first["client"]["id"], first["why"]))
        self.assertEqual([p["id"] for p in jan["pets"] if p["name"] == "Azor"], first["pet_ids"])
        self.assertEqual((ewa["id"], ["email"]), (second["client"]["id"], second["why"]))

    def test_link_and_unlink(self):
        "Staff link it with one call, may take it back, and may leave it to the bookings again"
        jan = self.add_client("Jan", "Lis", pets=[{"name": "Burek"}, {"name": "Azor"}])
        event = self.book("A", name="Ktoś Inny", email="ktos@example.pl", phone=None)
        pets = [p["id"] for p in jan["pets"]]
        path = f"/api/appointments/{event}/link"
        linked = self.ok(self.app.post(path, {"client_id": jan["id"], "pet_ids": pets}))
        self.assertEqual((jan["id"], "staff", 0), (linked["client"]["id"], linked["link_source"], linked["others"]))
        self.assertEqual(2, len(linked["pets"]))
        self.assertEqual(0, self.waiting()["count"])
        history = self.ok(self.app.get(f"/api/appointments/{event}"))["history"]
        self.assertIn(("staff", "Ola"), {(h["cause"], h["by"]) for h in history})
        self.ok(self.app.delete(path))
        self.assertEqual((None, [], "staff_unlinked"), self.link_of(event))
        self.app.deliver(delivery.created(uid="A", start=START, name="Jan Lis", email="ktos@example.pl", phone=None,
                                          metadata={"barkbookClientId": jan["id"]}))
        self.assertEqual((None, [], "staff_unlinked"), self.link_of(event))
        self.ok(self.app.delete(path + "?auto=1"))
        self.assertEqual(("Jan", [], "pet_open"), self.link_of(event))

    def test_others(self):
        "Linking one offers the same for the other appointments of that attendee"
        jan = self.add_client("Jan", "Lis", pets=[{"name": "Burek"}])
        first = self.book("A", name="J. L.", email="ktos@example.pl", phone=None)
        second = self.book("B", name="J. L.", email="KTOS@example.pl", phone=None, start="2099-02-12T13:00:00Z")
        third = self.book("C", name="J. L.", email="inny@example.pl", phone=None, start="2099-03-12T13:00:00Z")
        body = {"client_id": jan["id"], "pet_ids": [jan["pets"][0]["id"]], "also_same_attendee": True}
        self.assertEqual(1, self.ok(self.app.post(f"/api/appointments/{first}/link", body))["others"])
        self.assertEqual(("Jan", ["Burek"], None), self.link_of(second))
        self.assertEqual((None, [], "no_match"), self.link_of(third))

    def test_client_from_booking(self):
        "A client and pets are made from the booking and linked in one step, and later bookings find them"
        event = self.book("A", name="Iga Nowa", email="iga@example.pl", phone="+48700100200")
        same = self.book("B", name="Iga Nowa", email="iga@example.pl", phone="+48700100200", start="2099-02-12T13:00:00Z")
        made = self.ok(self.app.post(f"/api/appointments/{event}/client", {
            "name": "Iga", "surname": "Nowa", "phone": "700100200", "email": "iga@example.pl",
            "pets": [{"name": "Luna", "allergies": "pszenica"}]}), 201)
        self.assertEqual(("Iga", "700 100 200"), (made["client"]["name"], made["client"]["phone_display"]))
        self.assertEqual([{"kind": "allergy", "pet": "Luna", "text": "pszenica"}], made["warnings"])
        self.assertEqual(("Iga", ["Luna"], None), self.link_of(same))
        later = self.book("C", name="Iga", email="iga@example.pl", phone=None, start="2099-03-12T13:00:00Z")
        self.assertEqual(("Iga", ["Luna"], None), self.link_of(later))
        self.assertEqual(0, self.waiting()["count"])

    def test_nothing_half_done(self):
        "When a pet of the form is refused, neither client nor link is left behind"
        event = self.book("A", name="Iga Nowa", email="iga@example.pl", phone=None)
        answer = self.app.post(f"/api/appointments/{event}/client",
                               {"name": "Iga", "pets": [{"name": "Luna"}, {"name": ""}]})
        self.refused(answer, 400, "pets[1].name")
        self.assertEqual(0, self.app.value("SELECT count(*) FROM clients"))
        self.assertEqual((None, [], "no_match"), self.link_of(event))
        self.refused(self.app.post("/api/appointments/nothing/client", {"name": "Iga"}), 404)
        self.assertEqual(0, self.app.value("SELECT count(*) FROM clients"))

    def test_refused(self):
        "What does not belong together is not linked"
        jan = self.add_client("Jan", "Lis", pets=[{"name": "Burek"}])
        ewa = self.add_client("Ewa", "Lis", pets=[{"name": "Luna"}])
        event = self.book("A", name="Ktoś", email="ktos@example.pl", phone=None)
        path = f"/api/appointments/{event}/link"
        for body, status, field in (
            ({"client_id": jan["id"], "pet_ids": [ewa["pets"][0]["id"]]}, 422, "pet_ids"),
            ({"client_id": jan["id"], "pet_ids": "all"}, 400, "pet_ids"),
            ({"client_id": jan["id"], "pet_ids": [7]}, 400, "pet_ids"),
            ({"client_id": jan["id"], "also_same_attendee": "yes"}, 400, "also_same_attendee"),
            ({"client_id": "nobody"}, 404, None),
            ({}, 400, "client_id"),
        ):
            with self.subTest(body=body):
                self.refused(self.app.post(path, body), status, field)
        self.refused(self.app.post("/api/appointments/nothing/link", {"client_id": jan["id"]}), 404)
        self.refused(self.app.delete("/api/appointments/nothing/link"), 404)
        self.assertEqual((None, [], "no_match"), self.link_of(event))

    def test_new_card(self):
        "A card made or corrected elsewhere answers the appointments that were waiting for it"
        event = self.book("A", name="Iga Nowa", email="iga@example.pl", phone="+48700100200")
        iga = self.add_client("Iga", "Nowa", phone="700100201", pets=[{"name": "Luna"}])
        self.assertEqual((None, [], "no_match"), self.link_of(event))
        self.ok(self.app.patch(f"/api/clients/{iga['id']}", {"revision": iga["revision"], "phone": "700100200"}))
        self.assertEqual(("Iga", ["Luna"], None), self.link_of(event))

    def test_take_contact(self):
        "The card may take the phone and e-mail it lacks from the booking"
        jan = self.add_client("Jan", "Lis", pets=[{"name": "Burek"}])
        event = self.book("A", name="J. L.", email="ktos@example.pl", phone="+48700100200")
        self.ok(self.app.post(f"/api/appointments/{event}/link", {"client_id": jan["id"], "take_contact": True}))
        card = self.ok(self.app.get(f"/api/clients/{jan['id']}"))
        self.assertEqual(("ktos@example.pl", "+48700100200"), (card["email"], card["phone"]))

    def test_pages(self):
        "The list comes page by page: what is next first, then what was, and not what is cancelled"
        days = ("2099-01-01", "2099-01-02", "2099-01-03")
        events = [self.book(day, start=f"{day}T13:00:00Z", email=f"{day}@example.pl", phone=None) for day in days]
        self.app.deliver(delivery.cancelled(uid=days[1], start=f"{days[1]}T13:00:00Z", email="2099-01-02@example.pl",
                                            phone=None))
        page = self.waiting("?limit=1")
        self.assertEqual((2, [events[0]]), (page["count"], [a["id"] for a in page["appointments"]]))
        page = self.waiting(f"?limit=1&after={page['next']}")
        self.assertEqual(([events[2]], None), ([a["id"] for a in page["appointments"]], page["next"]))
        self.refused(self.app.get("/api/unlinked?after=x"), 400)


if __name__ == "__main__":
    tap.main()
