"""Accounts, sessions, and taking turns on a shared tablet by PIN."""

import hashlib
import shutil
import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import tap

EWA = "Ewa"
EWA_PASSWORD = "mokre-łapy-21"
NEW_PASSWORD = "nowe-hasło-77"
PIN = "4071"
NOT_THE_PIN = "4072"
OWNER_PIN = "902117"


class Browser:
    """Keeps cookies as a browser does, so that several can talk to one BarkBook."""

    def __init__(self, app):
        self.app = app
        self.jar = {}

    def call(self, method, path, body=None):
        cookie = "; ".join(f"{k}={v}" for k, v in self.jar.items())
        answer = self.app.call(method, path, body, cookie=cookie or "nothing=0")
        for value in answer.headers.get_all("Set-Cookie") or []:
            pair, *attributes = value.split("; ")
            name, _, content = pair.partition("=")
            if "Max-Age=0" in attributes:
                self.jar.pop(name, None)
            else:
                self.jar[name] = content
        return answer

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body=None):
        return self.call("POST", path, body)

    def patch(self, path, body=None):
        return self.call("PATCH", path, body)

    def delete(self, path):
        return self.call("DELETE", path)

    def sign_in(self, name=barkbook.OWNER, password=barkbook.PASSWORD):
        return self.post("/api/session", {"name": name, "password": password})

    def new_password(self, current, password):
        return self.post("/api/session/password", {"current": current, "password": password})

    def by_pin(self, staff_id, pin):
        return self.post("/api/session/pin", {"staff_id": staff_id, "pin": pin})

    def who(self):
        answer = self.get("/api/session")
        return answer.json["user"]["name"] if answer.status == 200 else None


class Template:
    """A data folder with two accounts and the owner's session: made once, since each password costs a
    good part of a second."""

    made = None

    def __init__(self):
        self.app = barkbook.Barkbook().start()
        self.app.set_up()
        owner = Browser(self.app)
        name, _, value = self.app.cookie.partition("=")
        owner.jar[name] = value
        self.jar = dict(owner.jar)
        answer = owner.post("/api/staff", {"name": EWA, "password": EWA_PASSWORD, "language": "en"})
        if answer.status != 201:
            raise AssertionError(f"making an account: {answer}")
        self.ewa_id = answer.json["id"]
        self.owner_id = owner.get("/api/session").json["user"]["id"]
        self.app.stop()


def tearDownModule():
    if Template.made is not None:
        Template.made.app.remove()


class People(barkbook.Case):
    """A salon with its owner signed in and one member of staff."""

    def setUp(self):
        if Template.made is None:
            Template.made = Template()
        self.app = self.barkbook(start=False)
        shutil.copytree(Template.made.app.data_dir, self.app.data_dir)
        self.app.start()
        self.owner = Browser(self.app)
        self.owner.jar = dict(Template.made.jar)
        self.ewa_id = Template.made.ewa_id
        self.owner_id = Template.made.owner_id

    def signed_in_as_ewa(self):
        browser = Browser(self.app)
        self.assertEqual(200, browser.sign_in(EWA, EWA_PASSWORD).status)
        return browser

    def change_ewa(self, **change):
        return self.owner.patch(f"/api/staff/{self.ewa_id}", change)


class AccountsTest(People):
    def test_list(self):
        "The owner sees every account, and no password's hash"
        answer = self.owner.get("/api/staff")
        self.assertEqual(200, answer.status)
        seen = {p["name"]: (p["role"], p["language"], p["disabled"]) for p in answer.json["staff"]}
        self.assertEqual({barkbook.OWNER: ("owner", "pl", False), EWA: ("staff", "en", False)}, seen)
        self.assertNotIn(b"pbkdf2", answer.body)

    def test_new_account_signs_in(self):
        "An account the owner made signs in, as staff of the salon"
        me = self.signed_in_as_ewa().get("/api/session").json
        self.assertEqual(("staff", "en"), (me["user"]["role"], me["user"]["language"]))
        self.assertEqual("Salon Łapka", me["salon"]["name"])

    def test_name_taken(self):
        "A name that is taken, whatever its case, is refused with 409"
        self.assertEqual(409, self.owner.post("/api/staff", {"name": "EWA", "password": EWA_PASSWORD}).status)

    def test_refused_fields(self):
        "A short password, an empty name and an unknown role are refused, and no account appears"
        for body in ({"name": "Jan", "password": "krótkie"}, {"name": " ", "password": EWA_PASSWORD},
                     {"name": "Jan", "password": EWA_PASSWORD, "role": "god"}, {"name": "Jan"},
                     {"name": "Jan", "password": EWA_PASSWORD, "role": ["owner"]}):
            with self.subTest(body):
                self.assertEqual(400, self.owner.post("/api/staff", body).status)
        self.assertEqual(2, len(self.owner.get("/api/staff").json["staff"]))

    def test_disable(self):
        "A disabled account is signed out at once, cannot sign in, and can after being let in again"
        ewa = self.signed_in_as_ewa()
        answer = self.change_ewa(disabled=True)
        self.assertEqual((200, True), (answer.status, answer.json["disabled"]))
        self.assertEqual(401, ewa.get("/api/session").status)
        self.assertEqual(401, Browser(self.app).sign_in(EWA, EWA_PASSWORD).status)
        self.assertEqual(200, self.change_ewa(disabled=False).status)
        self.assertEqual(200, ewa.sign_in(EWA, EWA_PASSWORD).status)

    def test_set_password(self):
        "The owner sets a new password: the old one and every session of that person end"
        ewa = self.signed_in_as_ewa()
        self.assertEqual(200, self.change_ewa(password=NEW_PASSWORD).status)
        self.assertIsNone(ewa.who())
        self.assertEqual(401, ewa.sign_in(EWA, EWA_PASSWORD).status)
        self.assertEqual(200, ewa.sign_in(EWA, NEW_PASSWORD).status)

    def test_role(self):
        "A new role counts from the next request on, without signing in again"
        ewa = self.signed_in_as_ewa()
        self.assertEqual(403, ewa.get("/api/staff").status)
        self.assertEqual(200, self.change_ewa(role="owner").status)
        self.assertEqual(200, ewa.get("/api/staff").status)
        self.assertEqual(200, ewa.patch(f"/api/staff/{self.owner_id}", {"role": "staff"}).status)
        self.assertEqual(403, self.owner.get("/api/staff").status)

    def test_last_owner(self):
        "Nobody can take away the last owner who can sign in, and nobody disables or demotes themselves"
        for change in ({"disabled": True}, {"role": "staff"}):
            with self.subTest(change):
                self.assertEqual(409, self.owner.patch(f"/api/staff/{self.owner_id}", change).status)
        self.assertEqual(barkbook.OWNER, self.owner.who())
        self.assertEqual(200, self.change_ewa(role="owner").status)
        ewa = self.signed_in_as_ewa()
        self.assertEqual(200, self.change_ewa(disabled=True).status)
        self.assertIsNone(ewa.who())
        done = self.app.cli("user", "disable", barkbook.OWNER)
        self.assertEqual(1, done.returncode, "not by the command line either")

    def test_all_or_nothing(self):
        "A change of which one part is refused changes nothing"
        self.assertEqual(400, self.change_ewa(role="owner", password="za-mało").status)
        roles = {p["id"]: p["role"] for p in self.owner.get("/api/staff").json["staff"]}
        self.assertEqual("staff", roles[self.ewa_id])

    def test_unknown_account(self):
        "An account that does not exist is 404"
        self.assertEqual(404, self.owner.patch("/api/staff/nobody", {"disabled": True}).status)

    def test_recovery(self):
        "An owner who forgot the password gets in again by `barkbook user passwd` while the service runs"
        done = self.app.cli("user", "passwd", barkbook.OWNER, "--password-stdin", input="z-powrotem-5\n")
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIsNone(self.owner.who())
        self.assertEqual(200, self.owner.sign_in(password="z-powrotem-5").status)


class OwnPasswordTest(People):
    def test_change(self):
        "Changing one's password needs the present one, keeps this browser signed in and ends every other"
        here, elsewhere = self.signed_in_as_ewa(), self.signed_in_as_ewa()
        before = dict(here.jar)
        self.assertEqual(403, here.new_password("zgaduję-1", NEW_PASSWORD).status)
        self.assertEqual(EWA, elsewhere.who())
        answer = here.new_password(EWA_PASSWORD, NEW_PASSWORD)
        self.assertEqual(204, answer.status, answer)
        self.assertEqual(EWA, here.who())
        self.assertNotEqual(before, here.jar, "the session is a new one")
        self.assertIsNone(elsewhere.who())
        self.assertEqual(200, elsewhere.sign_in(EWA, NEW_PASSWORD).status)

    def test_guessing(self):
        "Guessing the present password from a stolen session locks like guessing at the door"
        ewa = self.signed_in_as_ewa()
        got = [ewa.new_password(f"zgaduję-{n}", NEW_PASSWORD).status for n in range(7)]
        self.assertEqual([403] * 5 + [429] * 2, got)

    def test_weak(self):
        "A new password that is too short is refused and the old one stays"
        ewa = self.signed_in_as_ewa()
        self.assertEqual(400, ewa.new_password(EWA_PASSWORD, "abc").status)
        self.assertEqual(200, ewa.sign_in(EWA, EWA_PASSWORD).status)


class SessionsTest(People):
    def test_rotated(self):
        "Signing in again in the same browser gives a new session and ends the old one"
        ewa = self.signed_in_as_ewa()
        stolen = Browser(self.app)
        stolen.jar = dict(ewa.jar)
        self.assertEqual(EWA, stolen.who())
        ewa.sign_in(EWA, EWA_PASSWORD)
        self.assertIsNone(stolen.who())
        self.assertEqual(EWA, ewa.who())

    def test_planted(self):
        "A session cookie that somebody planted before the sign-in is not the one used after it"
        ewa = Browser(self.app)
        ewa.jar["barkbook_session"] = "A" * 43
        ewa.sign_in(EWA, EWA_PASSWORD)
        self.assertNotEqual("A" * 43, ewa.jar["barkbook_session"])

    def test_list_and_revoke(self):
        "A person sees where they are signed in, and ends one of those or all others"
        one, two, three = (self.signed_in_as_ewa() for _ in range(3))
        listed = one.get("/api/sessions").json["sessions"]
        self.assertEqual(3, len(listed))
        self.assertEqual(1, sum(s["current"] for s in listed))
        self.assertNotIn(one.jar["barkbook_session"], str(listed))
        second = next(s["id"] for s in two.get("/api/sessions").json["sessions"] if s["current"])
        self.assertEqual(204, one.delete(f"/api/sessions/{second}").status)
        self.assertEqual((EWA, None, EWA), (one.who(), two.who(), three.who()))
        self.assertEqual(204, one.delete("/api/sessions").status)
        self.assertEqual((EWA, None), (one.who(), three.who()))

    def test_others(self):
        "Staff cannot end somebody else's session; the owner sees and ends anybody's"
        ewa = self.signed_in_as_ewa()
        owners = self.owner.get("/api/sessions").json["sessions"][0]["id"]
        self.assertEqual(404, ewa.delete(f"/api/sessions/{owners}").status)
        self.assertEqual(barkbook.OWNER, self.owner.who())
        listed = self.owner.get(f"/api/staff/{self.ewa_id}/sessions").json["sessions"]
        self.assertEqual(1, len(listed))
        self.assertEqual(204, self.owner.delete(f"/api/sessions/{listed[0]['id']}").status)
        self.assertIsNone(ewa.who())

    def test_id_is_no_cookie(self):
        "The name under which a session is listed signs nobody in"
        shown = self.owner.get("/api/sessions").json["sessions"][0]["id"]
        thief = Browser(self.app)
        for value in (shown, shown[:43]):
            thief.jar["barkbook_session"] = value
            self.assertIsNone(thief.who())

    def test_expiry(self):
        "A session that was not used for twelve hours, or is thirty days old, is over"
        for column, age in (("last_seen_at", "-12 hours"), ("expires_at", "-1 second")):
            with self.subTest(column):
                ewa = self.signed_in_as_ewa()
                self.app.stop()
                con = sqlite3.connect(self.app.data_dir / "barkbook.db")
                with con:
                    con.execute(f"UPDATE sessions SET {column} = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?)", (age,))
                con.close()
                self.app.start()
                self.assertIsNone(ewa.who())


class TabletTest(People):
    def tablet(self):
        """One browser on which Ewa and the owner both have a PIN; the owner signed in last."""
        tablet = self.signed_in_as_ewa()
        answer = tablet.post("/api/device/pin", {"pin": PIN, "device": "Tablet przy ladzie"})
        self.assertEqual(204, answer.status, answer)
        self.assertEqual(200, tablet.sign_in().status)
        self.assertEqual(204, tablet.post("/api/device/pin", {"pin": OWNER_PIN}).status)
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
        second.sign_in()
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
