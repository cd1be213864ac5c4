"""Accounts, one's own password, and sessions."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import tap
from people import EWA, EWA_PASSWORD, NEW_PASSWORD, Browser, People, close


def tearDownModule():
    close()


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
        ewa = Browser(self.app)
        self.assertEqual(200, ewa.sign_in(EWA, EWA_PASSWORD).status)
        me = ewa.get("/api/session").json
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
        self.forget_tries()
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
        self.assertEqual(3, len(listed))
        for session in listed:
            self.assertEqual(204, self.owner.delete(f"/api/sessions/{session['id']}").status)
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
                self.salon.change(f"UPDATE sessions SET {column} = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?)", age)
                self.assertIsNone(ewa.who())
                self.salon.restore(self.salon.plain)

    def test_use_keeps_it_alive(self):
        "Using a session keeps it from idling out, but does not make it last longer than thirty days"
        ewa = self.signed_in_as_ewa()
        for hours in (11, 11):
            self.salon.change("UPDATE sessions SET last_seen_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?)", f"-{hours} hours")
            self.assertEqual(EWA, ewa.who())
        row = self.app.rows("SELECT julianday(expires_at) - julianday(created_at) AS days,"
                            " julianday('now') - julianday(max(last_seen_at)) AS idle FROM sessions WHERE staff_id = ?",
                            self.ewa_id)[0]
        self.assertAlmostEqual(30, row["days"], places=3)
        self.assertLess(row["idle"] * 24, 0.1, "its use was written down")


if __name__ == "__main__":
    tap.main()
