"""Photos of visits over HTTP: sent in pieces, gone on with after a crash, kept whole or not at all, and shown to the right people."""

import hashlib
import os
import sqlite3
import sys
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import barkbook
import tap
from barkbook import Case

CLIENT = "6f1c2f0e-0000-4000-8000-000000000001"
PET = "0b6a9c1d-0000-4000-8000-000000000001"
PIECE = 100_000


def jpeg(n, seed=b"x", app1=False):
    """n bytes that begin, go on and end as a JPEG file does."""
    segment = b"\xff\xe1\x00\x08Exif\x00\x00" if app1 else b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    head = b"\xff\xd8" + segment + b"\xff\xda\x00\x02"
    body = (hashlib.sha256(seed).digest() * (n // 32 + 1)).replace(b"\xff", b"\xfe")
    return head + body[: n - len(head) - 2] + b"\xff\xd9"


class Photos(Case):
    def setUp(self):
        self.app = self.barkbook(settings={"limits.photo_max": "2 MiB"})
        self.app.set_up()
        salon = self.app.value("SELECT id FROM salons")
        con = sqlite3.connect(self.app.data_dir / "barkbook.db", timeout=20)
        with con:
            con.execute("INSERT INTO clients (id, salon_id, name) VALUES (?, ?, 'Jan')", (CLIENT, salon))
            con.execute("INSERT INTO pets (id, salon_id, name) VALUES (?, ?, 'Burek')", (PET, salon))
            con.execute("INSERT INTO client_pets VALUES (?, ?)", (CLIENT, PET))
        con.close()
        self.visit = self.app.post("/api/visits", {"pet_id": PET}).json["id"]

    def put(self, name, data, offset=0, size=None, visit=None, cookie=None):
        path = f"/api/visits/{visit or self.visit}/uploads/{name}?size={len(data) if size is None else size}&offset={offset}"
        return barkbook.request(self.app.dashboard_port, "PUT", path, data,
                                {"X-BarkBook": "1", "Content-Type": "image/jpeg", "Cookie": cookie or self.app.cookie})

    def sent(self, data):
        answer = self.put(uuid.uuid4().hex, data)
        self.assertEqual(201, answer.status, answer)
        return answer.json["sha256"]

    def add(self, data, kind="after", thumb=None):
        return self.app.post(f"/api/visits/{self.visit}/photos",
                             {"sha256": self.sent(data), "thumb_sha256": self.sent(thumb or jpeg(900, b"t")), "kind": kind})

    def files(self):
        return sorted(p.parent.name + p.name for p in (self.app.data_dir / "photos").rglob("*") if p.is_file())

    def test_kept(self):
        "A photo is kept by its content and shown as a picture that nothing can run in"
        picture, small = jpeg(5000), jpeg(900, b"t")
        made = self.add(picture, "before", small)
        self.assertEqual((201, "before"), (made.status, made.json["kind"]))
        listed = self.app.get(f"/api/visits/{self.visit}/photos").json
        self.assertEqual(([made.json["id"]], False), ([p["id"] for p in listed["photos"]], listed["consent"]))
        for path, data in (("", picture), ("/thumb", small)):
            answer = self.app.get(f"/api/photos/{made.json['id']}{path}")
            self.assertEqual((200, data, "image/jpeg"), (answer.status, answer.body, answer.headers["Content-Type"]))
            policies = " ".join(answer.headers.get_all("Content-Security-Policy"))
            self.assertIn("sandbox", policies)
            self.assertIn("default-src 'none'", policies)
            self.assertEqual("nosniff", answer.headers["X-Content-Type-Options"])
        self.assertEqual(sorted(hashlib.sha256(d).hexdigest() for d in (picture, small)), self.files())
        again = self.add(picture, "before", small)
        self.assertEqual((200, made.json["id"]), (again.status, again.json["id"]), "the same picture twice is one photo")

    def test_consent(self):
        "The page can say whether the client agreed to photos"
        con = sqlite3.connect(self.app.data_dir / "barkbook.db", timeout=20)
        with con:
            con.execute("UPDATE clients SET photo_consent_at = '2026-01-01T00:00:00.000Z'")
        con.close()
        self.assertTrue(self.app.get(f"/api/visits/{self.visit}/photos").json["consent"])

    def test_goes_on(self):
        "An upload that was cut off by a power cut goes on where it stopped, and leaves no photo before it is whole"
        data = jpeg(350_000)
        name = uuid.uuid4().hex
        for offset in (0, PIECE):
            self.assertEqual(200, self.put(name, data[offset:offset + PIECE], offset, len(data)).status)
        self.app.kill()
        self.app.start()
        path = f"/api/visits/{self.visit}/uploads/{name}"
        received = self.app.get(path).json["received"]
        self.assertEqual(2 * PIECE, received)
        self.assertEqual([], self.files())
        wrong = self.put(name, data[:10], 0, len(data))
        self.assertEqual((409, received), (wrong.status, wrong.json["received"]), "it says where to go on")
        done = None
        while received < len(data):
            done = self.put(name, data[received:received + PIECE], received, len(data))
            received = done.json["received"]
        self.assertEqual((201, hashlib.sha256(data).hexdigest()), (done.status, done.json["sha256"]))
        self.assertEqual(0, self.app.value("SELECT count(*) FROM visit_photos"))

    def test_no_row_without_a_file(self):
        "Whenever the power is cut, every photo that is listed has its file"
        for i in range(5):
            small = self.sent(jpeg(900, b"t"))
            data = jpeg(20_000, bytes([i]))
            try:
                sha256 = self.sent(data)
                self.app.post(f"/api/visits/{self.visit}/photos", {"sha256": sha256, "thumb_sha256": small, "kind": "after"})
            finally:
                self.app.kill()
                self.app.start()
            for photo in self.app.get(f"/api/visits/{self.visit}/photos").json["photos"]:
                self.assertEqual(200, self.app.get(f"/api/photos/{photo['id']}").status)
        self.assertEqual(5, self.app.value("SELECT count(*) FROM visit_photos"))

    def test_orphans(self):
        "Pictures that no visit names are collected after a day, and those that one names stay"
        kept = self.add(jpeg(5000)).json["id"]
        gone = self.add(jpeg(6000, b"y"), thumb=jpeg(800, b"z")).json["id"]
        self.sent(jpeg(7000, b"n"))
        self.put("unfinished", jpeg(100)[:50], 0, 100)
        self.assertEqual(204, self.app.delete(f"/api/photos/{gone}").status)
        self.assertEqual(404, self.app.get(f"/api/photos/{gone}").status)
        fresh = self.sent(jpeg(8000, b"f"))
        old = time.time() - 25 * 3600
        for path in [*(self.app.data_dir / "photos").rglob("*"), *(self.app.data_dir / "uploads").iterdir()]:
            if path.is_file() and path.parent.name + path.name != fresh:
                os.utime(path, (old, old))
        self.app.restart()
        barkbook.wait_for(lambda: len(self.files()) == 3, what="collection")
        barkbook.wait_for(lambda: not list((self.app.data_dir / "uploads").iterdir()), what="parts collected")
        self.assertEqual(200, self.app.get(f"/api/photos/{kept}").status)
        self.assertEqual(200, self.app.get(f"/api/photos/{kept}/thumb").status)
        self.assertIn(fresh, self.files())

    def test_refused(self):
        "What is no picture, says where it was taken, is cut off or too large is refused, and nothing of it stays"
        for data, status in ((b"<svg onload=alert(1)>" * 9, 422), (b"GIF89a" + b"x" * 90, 422), (b"\xff\xd8\xff", 422),
                             (jpeg(5000, app1=True), 422), (jpeg(5000)[:-1] + b"x", 422)):
            self.assertEqual(status, self.put(uuid.uuid4().hex, data).status, data[:30])
        self.assertEqual(413, self.put("big", b"x", 0, 3 << 20).status)
        self.assertEqual(413, self.put("piece", b"x" * ((1 << 20) + 1), 0, 2 << 20).status)
        self.assertEqual(400, self.put("more", b"x" * 20, 0, 10).status)
        for name in ("..%2f..%2fx", "A", "x" * 60):
            self.assertIn(self.put(name, jpeg(500)).status, (400, 404), name)
        self.assertEqual([], self.files())
        self.assertEqual([], list((self.app.data_dir / "uploads").iterdir()))
        for body in ({}, {"sha256": "ab", "thumb_sha256": "cd", "kind": "after"}, {"kind": "x"}):
            self.assertEqual(400, self.app.post(f"/api/visits/{self.visit}/photos", body).status, body)
        unknown = {"sha256": "ab" * 32, "thumb_sha256": "cd" * 32, "kind": "after"}
        self.assertEqual(422, self.app.post(f"/api/visits/{self.visit}/photos", unknown).status)

    def test_other_salon(self):
        "Staff of another salon can neither see, add nor delete a photo, nor tell that it is there"
        photo = self.add(jpeg(5000)).json["id"]
        self.app.post("/api/staff", {"name": "Obca", "password": "mokre-łapy-21"})
        con = sqlite3.connect(self.app.data_dir / "barkbook.db", timeout=20)
        with con:
            con.execute("INSERT INTO salons (id, name) VALUES ('other', 'Inny')")
            con.execute("UPDATE staff SET salon_id = 'other' WHERE name = 'Obca'")
        con.close()
        answer = self.app.post("/api/session", {"name": "Obca", "password": "mokre-łapy-21"}, cookie="nothing=0")
        obca = answer.headers["Set-Cookie"].split(";")[0]
        sha256 = self.app.value("SELECT sha256 FROM visit_photos")
        for answer in (self.app.get(f"/api/photos/{photo}", cookie=obca), self.app.get(f"/api/photos/{photo}/thumb", cookie=obca),
                       self.app.delete(f"/api/photos/{photo}", cookie=obca),
                       self.app.get(f"/api/visits/{self.visit}/photos", cookie=obca),
                       self.put("theirs", jpeg(500), cookie=obca),
                       self.app.post(f"/api/visits/{self.visit}/photos",
                                     {"sha256": sha256, "thumb_sha256": sha256, "kind": "after"}, cookie=obca)):
            self.assertEqual(404, answer.status, answer)
        self.assertEqual(1, self.app.value("SELECT count(*) FROM visit_photos"))


if __name__ == "__main__":
    tap.main()
