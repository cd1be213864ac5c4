"""Taking turns on a shared tablet by PIN."""

import hashlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import tap
from people import EWA, EWA_PASSWORD, NEW_PASSWORD, NOT_THE_PIN, OWNER_PIN, PIN, Browser, People, close


def tearDownModule():
    close()


class TabletTest(People):
    def tablet(self):
        """One browser on which Ewa and the owner both have a PIN; the owner signed in last."""
        self.salon.restore(self.salon.with_tablet)
        tablet = Browser(self.app)
        tablet.jar = dict(self.salon.tablet_jar)
        self.assertEqual(barkbook.OWNER, tablet.who())
        return tablet

    def test_switch(self):
        "Two people take turns on a tablet by their PINs, each as themselves"
        tablet = self.tablet()
        self.assertEqual({barkbook.OWNER, EWA}, {p["name"] for p in tablet.get("/api/device").json["people"]})
        answer = tablet.by_pin(self.ewa_id, PIN)
        self.assertEqual((200, EWA, True), (answer.status, answer.json["user"]["name"], answer.json["by_pin"]))
        self.assertEqual(EWA, tablet.who())
        self.assertEqual(403, tablet.get("/api/staff").status)
        self.assertEqual(200, tablet.by_pin(self.owner_id, OWNER_PIN).status)
        self.assertEqual(barkbook.OWNER, tablet.who())

    def test_other_browser(self):
        "A PIN is worth nothing in a browser that is not the tablet, which is not told any name either"
        self.tablet()
        stranger = Browser(self.app)
        self.assertEqual({"remembered": False, "people": []}, stranger.get("/api/device").json)
        self.assertEqual(401, stranger.by_pin(self.ewa_id, PIN).status)
        stranger.jar["barkbook_device"] = "B" * 43
        self.assertEqual(401, stranger.by_pin(self.ewa_id, PIN).status)
        self.assertEqual([], stranger.get("/api/device").json["people"])

    def test_other_tablet(self):
        "A PIN set on one tablet does not work on another"
        self.tablet()
        second = Browser(self.app)
        second.jar = dict(self.salon.owner_jar)
        self.assertEqual(204, second.post("/api/device/pin", {"pin": OWNER_PIN}).status)
        self.assertEqual(401, second.by_pin(self.ewa_id, PIN).status)

    def test_five_tries(self):
        "After five wrong PINs only the password helps, there and for that person; then the PIN works again"
        tablet = self.tablet()
        for _ in range(5):
            self.assertEqual(401, tablet.by_pin(self.ewa_id, NOT_THE_PIN).status)
        self.assertEqual(429, tablet.by_pin(self.ewa_id, PIN).status)
        self.assertEqual({barkbook.OWNER: (False, 5), EWA: (True, 0)}, {
            p["name"]: (p["locked"], p["tries_left"]) for p in tablet.get("/api/device").json["people"]})
        self.app.restart()
        self.assertEqual(429, tablet.by_pin(self.ewa_id, PIN).status, "a restart gives no new tries")
        self.assertEqual(200, tablet.by_pin(self.owner_id, OWNER_PIN).status)
        self.assertEqual(200, tablet.sign_in(EWA, EWA_PASSWORD).status)
        self.assertEqual(200, tablet.by_pin(self.ewa_id, PIN).status)

    def test_right_one_resets(self):
        "A right PIN forgives the wrong ones before it"
        tablet = self.tablet()
        for _ in range(3):
            for _ in range(4):
                self.assertEqual(401, tablet.by_pin(self.ewa_id, NOT_THE_PIN).status)
            self.assertEqual(200, tablet.by_pin(self.ewa_id, PIN).status)

    def test_accounts_need_the_password(self):
        "A session that a PIN opened neither manages accounts nor sets PINs; with the password it does"
        tablet = self.tablet()
        tablet.by_pin(self.owner_id, OWNER_PIN)
        jan = {"name": "Jan", "password": EWA_PASSWORD}
        self.assertEqual(403, tablet.post("/api/staff", jan).status)
        self.assertEqual(403, tablet.patch(f"/api/staff/{self.ewa_id}", {"role": "owner"}).status)
        self.assertEqual(403, tablet.post("/api/device/pin", {"pin": "731902"}).status)
        tablet.sign_in()
        self.assertEqual(201, tablet.post("/api/staff", jan).status)

    def test_weak_pins(self):
        "PINs that anybody would try first, and what is no PIN, are refused"
        ewa = self.signed_in_as_ewa()
        for pin in ("1234", "4321", "0000", "987654", "12", "123456789", "12a4", "", None, 4071):
            with self.subTest(pin):
                self.assertEqual(400, ewa.post("/api/device/pin", {"pin": pin}).status)
        self.assertEqual([], self.app.rows("SELECT * FROM devices"), "no device was remembered for them")

    def test_ends_with_the_account(self):
        "Disabling a person, and a new password, drop the PIN everywhere"
        tablet = self.tablet()
        self.change_ewa(disabled=True)
        self.assertEqual(401, tablet.by_pin(self.ewa_id, PIN).status)
        self.change_ewa(disabled=False)
        self.assertEqual(401, tablet.by_pin(self.ewa_id, PIN).status)
        tablet.sign_in()
        self.assertEqual(204, tablet.new_password(barkbook.PASSWORD, NEW_PASSWORD).status)
        self.assertEqual(401, tablet.by_pin(self.owner_id, OWNER_PIN).status)

    def test_forget(self):
        "The owner forgets a lost tablet, and its PINs are worth nothing from then on"
        tablet = self.tablet()
        devices = self.owner.get("/api/devices").json["devices"]
        self.assertEqual([("Tablet przy ladzie", EWA, 2)], [(d["name"], d["created_by"], d["people"]) for d in devices])
        self.assertEqual(204, self.owner.delete(f"/api/devices/{devices[0]['id']}").status)
        self.assertEqual(401, tablet.by_pin(self.ewa_id, PIN).status)
        self.assertEqual(404, self.owner.delete(f"/api/devices/{devices[0]['id']}").status)

    def test_drop(self):
        "A person drops their own PIN and nobody else's"
        tablet = self.tablet()
        self.assertEqual(204, tablet.delete("/api/device/pin").status)
        self.assertEqual([EWA], [p["name"] for p in tablet.get("/api/device").json["people"]])

    def test_own_count_of_tries(self):
        "Wrong passwords from the same address do not lock out the salon's own tablet"
        self.forget_tries()
        tablet = self.tablet()
        guest = Browser(self.app)
        for _ in range(5):
            self.assertEqual(401, guest.sign_in(barkbook.OWNER, "zgaduję-hasło").status)
        self.assertEqual(429, guest.sign_in().status)
        self.assertEqual(200, tablet.sign_in().status)
        guest.jar["barkbook_device"] = "C" * 43
        self.assertEqual(429, guest.sign_in().status, "a made-up device is none")

    def test_stolen_database(self):
        "Neither PIN nor device cookie stands in the database, nor a hash of the PIN that could be searched"
        tablet = self.tablet()
        stored = str(self.app.rows("SELECT * FROM devices")) + str(self.app.rows("SELECT * FROM device_pins"))
        self.assertNotIn(tablet.jar["barkbook_device"], stored)
        for text in (PIN, f"{self.ewa_id}:{PIN}"):
            self.assertNotIn(hashlib.sha256(text.encode()).hexdigest(), stored)
        self.assertNotIn(f"'{PIN}'", stored)

    def test_cookie(self):
        "The device cookie is out of scripts' reach and never sent from other sites"
        value = self.signed_in_as_ewa().post("/api/device/pin", {"pin": PIN}).headers["Set-Cookie"]
        for part in ("HttpOnly", "SameSite=Strict", "Path=/"):
            self.assertIn(part, value)


if __name__ == "__main__":
    tap.main()
