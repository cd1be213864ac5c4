"""Who opened whose card is noted, and a client gets all that is known of them as one file."""

import io
import json
import sys
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import delivery
import tap
from cards import CardCase


class Privacy(CardCase):
    def lines(self, query=""):
        return [(r["action"], r["kind"], r["name"], r["by"]) for r in self.ok(self.app.get("/api/audit" + query))["lines"]]

    def test_export(self):
        "A ZIP has everything about a client, for programs and for people, and nothing about others"
        jan = self.add_client("Jan", "Łoś", phone="600100200", email="jan@example.pl", notes="<b>VIP</b> & przyjaciel",
                              sms_consent=True, pets=[{"name": "Burek", "allergies": "kurczak"}])
        self.add_client("Ewa", "Inna", pets=[{"name": "Obca"}])
        event = self.app.deliver(delivery.created(uid="A", start="2026-01-12T13:00:00Z", email="jan@example.pl",
                                                  phone=None)).json["event_id"]
        visit = self.ok(self.app.post("/api/visits", {"pet_id": jan["pets"][0]["id"], "event_id": event}), 201)
        self.ok(self.app.patch(f"/api/visits/{visit['id']}", {"revision": visit["revision"], "notes": "ostrze w szufladzie"}))
        sha = "ab" + "cd" * 31
        self.write("INSERT INTO visit_photos (id, visit_id, sha256) VALUES ('f1', ?, ?)", visit["id"], sha)
        folder = self.app.data_dir / "photos" / "ab"
        folder.mkdir(parents=True)
        (folder / sha[2:]).write_bytes(b"\xff\xd8picture")
        answer = self.app.get(f"/api/clients/{jan['id']}/export")
        self.assertEqual((200, "application/zip"), (answer.status, answer.headers["Content-Type"]))
        self.assertRegex(answer.headers["Content-Disposition"], r'^attachment; filename="barkbook-client-\d{4}-\d\d-\d\d\.zip"$')
        archive = zipfile.ZipFile(io.BytesIO(answer.body))
        self.assertIsNone(archive.testzip())
        names = archive.namelist()
        self.assertEqual(["client.json", "client.html"], names[:2])
        self.assertEqual(b"\xff\xd8picture", archive.read(names[2]))
        said = json.loads(archive.read("client.json"))
        self.assertEqual(("barkbook-client", 1), (said["format"], said["version"]))
        self.assertEqual(("Jan", "Łoś", "+48600100200"), tuple(said["client"][0][k] for k in ("name", "surname", "phone")))
        self.assertEqual([("Burek", "kurczak")], [(p["name"], p["allergies"]) for p in said["pets"]])
        self.assertEqual([("2026-01-12T13:00:00.000Z", "Burek")], [(a["start_time"], a["pets"]) for a in said["appointments"]])
        self.assertEqual(["ostrze w szufladzie"], [v["notes"] for v in said["visits"]])
        self.assertEqual([("sms", 1)], [(c["kind"], c["given"]) for c in said["consents"]])
        html = archive.read("client.html").decode()
        for text in ("Łoś", "kurczak", "2026-01-12 14:00", "&lt;b&gt;VIP&lt;/b&gt; &amp; przyjaciel", "ostrze w szufladzie"):
            self.assertIn(text, html)
        self.assertNotIn("<b>", html)
        for other in ("Inna", "Obca"):
            self.assertNotIn(other, html + json.dumps(said, ensure_ascii=False))

    def test_rights(self):
        "Only the owner exports and sees who looked"
        jan = self.add_client("Jan", "Łoś")
        cookie = self.sign_in_as("Staszek")
        self.assertEqual(403, self.app.get(f"/api/clients/{jan['id']}/export", cookie=cookie).status)
        self.assertEqual(403, self.app.get("/api/audit", cookie=cookie).status)
        self.assertEqual(404, self.app.get("/api/clients/nobody/export").status)

    def test_audit(self):
        "Opening a card leaves a line with who and when, once in an hour; an export leaves one too"
        jan = self.add_client("Jan", "Łoś", pets=[{"name": "Burek"}])
        self.assertEqual([], self.lines())
        cookie = self.sign_in_as("Staszek")
        for _ in range(3):
            self.ok(self.app.get(f"/api/clients/{jan['id']}", cookie=cookie))
        self.ok(self.app.get(f"/api/pets/{jan['pets'][0]['id']}"))
        self.assertEqual(404, self.app.get("/api/clients/nobody").status)
        self.assertEqual({("read", "client", "Jan Łoś", "Staszek"), ("read", "pet", "Burek", "Ola")}, set(self.lines()))
        self.app.get(f"/api/clients/{jan['id']}/export")
        self.assertEqual(("export", "client", "Jan Łoś", "Ola"), self.lines("?limit=1")[0])
        page = self.ok(self.app.get("/api/audit?limit=1"))
        rest = self.ok(self.app.get(f"/api/audit?before={page['next']}"))
        self.assertEqual((2, None), (len(rest["lines"]), rest["next"]))
        self.refused(self.app.get("/api/audit?before=x"), 400, "before")

    def test_erased(self):
        "After an erasure the lines no longer say whose card it was"
        jan = self.add_client("Jan", "Łoś")
        self.ok(self.app.get(f"/api/clients/{jan['id']}"))
        self.ok(self.app.post(f"/api/clients/{jan['id']}/erase", {"preview": False}))
        self.assertEqual({("read", "client", None, "Ola"), ("erase", "client", None, "Ola")}, set(self.lines()))


if __name__ == "__main__":
    tap.main()
