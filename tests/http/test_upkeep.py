"""What the box does for itself: backups on demand with everything that follows them, what is told when that fails,
the disk, the tunnel, and the end of it all within two seconds."""

import sys
import tempfile
import shutil
import threading
import time
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import delivery
import tap

START = datetime(2027, 1, 4, 8, tzinfo=timezone.utc)


class Case(barkbook.Case):
    def folder(self):
        path = Path(tempfile.mkdtemp(prefix="barkbook-upkeep-"))
        self.addCleanup(shutil.rmtree, path)
        return path

    def program(self, text):
        path = self.folder() / "program"
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)
        return path

    def backed_up(self, app):
        before = app.get("/api/backups").json
        self.assertEqual(202, app.post("/api/backups").status)
        barkbook.wait_for(lambda: not app.get("/api/backups").json["running"], 60, "the backup's end")
        after = app.get("/api/backups").json
        self.assertNotEqual(before, after)
        return after

    def codes(self, app):
        return {m["code"]: m["level"] for m in app.get("/api/health").json["messages"]}


class Backups(Case):
    def test_button(self):
        "The owner's button makes a backup that can be restored, and says so"
        app = self.barkbook()
        app.set_up()
        app.deliver(delivery.created(uid="one", start=START))
        now = self.backed_up(app)
        self.assertEqual("ok", now["backup"]["level"])
        self.assertEqual(1, len(now["backups"]))
        self.assertEqual(0, app.cli("verify", app.data_dir / "backups").returncode)

    def test_follows(self):
        "After it come the copy to the other folder and the owner's program, which is told where the backup is"
        other = self.folder()
        told = self.folder() / "told"
        program = self.program(f'test -f "$1/manifest.json" && echo "$1" > {told} && echo sent 3 files\n')
        app = self.barkbook(settings={"retention.backup_copy": str(other / "copies"),
                                      "retention.backup_command": str(program)})
        app.set_up()
        now = self.backed_up(app)
        self.assertEqual(["ok"] * 3, [now[k]["level"] for k in ("backup", "backup_copy", "backup_command")], now)
        self.assertEqual("sent 3 files", now["backup_command"]["detail"].strip())
        self.assertEqual(now["backups"][0], Path(told.read_text().strip()).name)
        self.assertEqual(0, app.cli("verify", other / "copies").returncode)

    def test_keep(self):
        "No more of them are kept than the configuration says"
        app = self.barkbook(settings={"retention.backup_keep": "2"})
        app.set_up()
        seen = []
        for _ in range(4):
            seen = self.backed_up(app)["backups"] + seen
        left = app.get("/api/backups").json["backups"]
        self.assertEqual(sorted(set(seen))[-2:], sorted(left))

    def test_failures(self):
        "Each failure is shown with its reason, on the dashboard too, and keeps nothing else from being done"
        blocked = self.folder() / "file"
        blocked.write_text("")
        program = self.program("echo no route to host >&2; exit 3\n")
        app = self.barkbook(settings={"retention.backup_copy": str(blocked), "retention.backup_command": str(program)})
        app.set_up()
        now = self.backed_up(app)
        self.assertEqual("ok", now["backup"]["level"])
        self.assertEqual("bad", now["backup_copy"]["level"])
        self.assertIn(str(blocked), now["backup_copy"]["detail"])
        self.assertEqual("bad", now["backup_command"]["level"])
        self.assertIn("status 3: no route to host", now["backup_command"]["detail"])
        codes = self.codes(app)
        self.assertEqual(("bad", "bad"), (codes["backup_copy_failed"], codes["backup_command_failed"]))
        program.write_text("#!/bin/sh\nexit 0\n")
        self.assertEqual("ok", self.backed_up(app)["backup_command"]["level"])
        self.assertNotIn("backup_command_failed", self.codes(app))

    def test_not_a_program(self):
        "A command that cannot be started is said to be so"
        app = self.barkbook(settings={"retention.backup_command": "/nowhere/at/all"})
        app.set_up()
        self.assertIn("cannot be started: No such file", self.backed_up(app)["backup_command"]["detail"])

    def test_metrics(self):
        "The figures for monitoring tell when the last backup went well"
        app = self.barkbook()
        app.set_up()
        self.backed_up(app)
        text = app.get("/metrics").body.decode()
        self.assertIn('barkbook_upkeep_ok{job="backup"} 1', text)
        at = int(text.split('barkbook_upkeep_last_ok_timestamp_seconds{job="backup"} ')[1].split()[0])
        self.assertLess(abs(time.time() - at), 600)

    def test_only_owner(self):
        "Staff neither see nor start backups"
        app = self.barkbook()
        app.set_up()
        app.cli("user", "add", "Kasia", "--password-stdin", input="inne-haslo-1\n")
        app.sign_in("Kasia", "inne-haslo-1")
        self.assertEqual((403, 403), (app.get("/api/backups").status, app.post("/api/backups").status))

    def test_stop(self):
        "A program that would run for ever does not hold up the end of the service"
        pid = self.folder() / "pid"
        program = self.program(f"sleep 1000 & echo $! > {pid}; wait\n")
        app = self.barkbook(settings={"retention.backup_command": str(program)})
        app.set_up()
        app.post("/api/backups")
        barkbook.wait_for(pid.exists, 60, "the program")
        started = time.monotonic()
        app.stop()
        print(f"stopped in {time.monotonic() - started:.2f} s")
        barkbook.wait_for(lambda: self.gone(pid.read_text().strip()), 10, "the end of what it had started")

    def gone(self, pid):
        """Ended; where nobody collects it, its entry may stay."""
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:
            return True

    def test_old(self):
        "A backup that was long ago is told, later and louder when it was very long ago"
        app = self.barkbook()
        app.set_up()
        self.backed_up(app)
        app.stop()
        for days, level in ((1, None), (3, "warn"), (8, "bad")):
            self.change(app, "UPDATE upkeep SET ok_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?) WHERE job = 'backup'", f"-{days} days")
            app.start()
            self.assertEqual(level, self.codes(app).get("backup_old"))
            app.stop()

    def change(self, app, sql, *values):
        import sqlite3
        con = sqlite3.connect(app.data_dir / "barkbook.db")
        con.execute(sql, values)
        con.commit()
        con.close()


class Tunnel(Case):
    def outside(self, answer):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                status, body = answer()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *unused):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}"

    def look(self, app):
        """What the box found once it has looked."""
        return barkbook.wait_for(lambda: app.rows("SELECT * FROM upkeep WHERE job = 'tunnel'"), 30, "a look at the tunnel")[0]

    def test_leads_here(self):
        "A tunnel that leads here is seen to"
        app = self.barkbook(start=False)
        app.settings["server.public_url"] = self.outside(
            lambda: (200, barkbook.request(app.webhook_port, "GET", "/healthz").body))
        app.start()
        self.assertEqual(("ok", "ok"), tuple(self.look(app)[k] for k in ("status", "outcome")))


class Retention(Case):
    def test_payloads(self):
        "Payloads older than the configured days are cut, newer ones and everything else stay"
        app = self.barkbook(settings={"retention.webhook_payload_days": "30"})
        app.set_up()
        for i in range(3):
            app.deliver(delivery.created(uid=f"u{i}", start=START + timedelta(hours=i)))
        app.stop()
        import sqlite3
        con = sqlite3.connect(app.data_dir / "barkbook.db")
        con.execute("UPDATE webhook_logs SET created_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-31 days')"
                    " WHERE cal_com_event_id IN ('u0', 'u1')")
        con.commit()
        con.close()
        app.start()
        barkbook.wait_for(lambda: app.value("SELECT count(*) FROM webhook_logs WHERE payload IS NULL") == 2, 120, "the cut")
        self.assertEqual("u2", app.value("SELECT cal_com_event_id FROM webhook_logs WHERE payload IS NOT NULL"))
        self.assertEqual(3, app.value("SELECT count(*) FROM calendar_events"))


if __name__ == "__main__":
    tap.main()
