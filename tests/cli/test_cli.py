"""The command line, as the owner types it."""

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import barkbook
import delivery
import tap

START = "2027-01-04T09:00:00Z"


class Help(barkbook.Case):
    def setUp(self):
        self.app = self.barkbook(start=False)

    def test_version(self):
        "--version prints name and version, and nothing else"
        done = self.app.cli("--version")
        self.assertEqual(0, done.returncode)
        self.assertRegex(done.stdout, r"\Abarkbook \d+\.\d+\.\d+\n\Z")
        self.assertEqual("", done.stderr)

    def test_help(self):
        "Every command that --help lists explains itself, and the list is sorted"
        done = self.app.cli("--help")
        self.assertEqual(0, done.returncode)
        listed = re.search(r"Commands:\n(.*?)\n\n", done.stdout, re.S)[1]
        names = [re.match(r"  ((?:[a-z]+ ?)+?)(?: [A-Z\[]|  )", line)[1].strip() for line in listed.splitlines()]
        self.assertEqual(sorted(names), names)
        self.assertLessEqual({"serve", "demo", "user add", "webhooks list", "webhooks replay"}, set(names))
        for name in names:
            with self.subTest(name):
                one = self.app.cli(*name.split(), "--help")
                self.assertEqual((0, ""), (one.returncode, one.stderr))
                self.assertTrue(one.stdout.startswith(f"Usage: barkbook {name}"), one.stdout)

    def test_mistakes(self):
        "A mistake on the command line ends with status 2 and one line that says what to do"
        mistakes = [
            ["dance"], ["user"], ["user", "dance"], ["user", "add"], ["serve", "--nonsense"], ["webhooks", "show"],
            ["webhooks", "list", "--limit", "many"], ["webhooks", "list", "--limit"], ["webhooks", "list", "one"],
            ["webhooks", "replay"], ["webhooks", "replay", "--from", "soon"], ["user", "list", "--json=yes"],
            ["webhooks", "replay", "x", "--failed"], ["--config"], ["user", "add", "Ewa", "--role", "boss"],
        ]
        for words in mistakes:
            with self.subTest(" ".join(words)):
                done = self.app.cli(*words)
                self.assertEqual((2, ""), (done.returncode, done.stdout))
                self.assertRegex(done.stderr, r"\Abarkbook: [^\n]+: [^\n]+\n\Z")
                self.assertFalse((self.app.data_dir / "barkbook.db").exists())

    def test_no_database(self):
        "What only reads does not make a data folder: it says where it looked, with status 1"
        done = self.app.cli("webhooks", "list")
        self.assertEqual(1, done.returncode)
        self.assertIn(str(self.app.data_dir), done.stderr)
        self.assertFalse(self.app.data_dir.exists())


class Accounts(barkbook.Case):
    def test_add_and_sign_in(self):
        "An account made in the shell, before the service ever ran, signs in"
        app = self.barkbook(start=False)
        done = app.cli("user", "add", "Zosia", "--role", "owner", "--password-stdin", input="puchaty-kot-9\n")
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        app.start()
        self.assertEqual(200, app.sign_in("Zosia", "puchaty-kot-9").status)
        self.assertEqual("owner", app.get("/api/session").json["user"]["role"])
        self.assertFalse(app.get("/api/state").json["setup_needed"])

    def test_passwd(self):
        "A new password set beside the running service ends the old one and its sessions"
        app = self.barkbook()
        app.set_up()
        self.assertEqual(200, app.get("/api/session").status)
        done = app.cli("user", "passwd", barkbook.OWNER, "--password-stdin", input="nowe-haslo-psa\n")
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertEqual(401, app.get("/api/session").status)
        self.assertEqual(401, app.sign_in().status)
        self.assertEqual(200, app.sign_in(password="nowe-haslo-psa").status)

    def test_disable(self):
        "A disabled account is signed out at once, stays out, and comes back with --undo"
        app = self.barkbook()
        app.set_up()
        app.cli("user", "add", "Kuba", "--password-stdin", input="golden-retriever\n")
        self.assertEqual(200, app.sign_in("Kuba", "golden-retriever").status)
        done = app.cli("user", "disable", "Kuba")
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertEqual(401, app.get("/api/session").status)
        self.assertEqual(401, app.sign_in("Kuba", "golden-retriever").status)
        self.assertEqual(0, app.cli("user", "disable", "Kuba", "--undo").returncode)
        self.assertEqual(200, app.sign_in("Kuba", "golden-retriever").status)

    def test_last_owner(self):
        "The last owner cannot be disabled"
        app = self.barkbook(start=False)
        app.cli("user", "add", "Zosia", "--role", "owner", "--password-stdin", input="puchaty-kot-9\n")
        done = app.cli("user", "disable", "Zosia")
        self.assertEqual(1, done.returncode)
        self.assertIn("barkbook: ", done.stderr)

    def test_list(self):
        "The list shows names, roles and who is disabled, and no password hash"
        app = self.barkbook(start=False)
        app.cli("user", "add", "Zosia", "--role", "owner", "--password-stdin", input="puchaty-kot-9\n")
        app.cli("user", "add", "Kuba", "--password-stdin", input="golden-retriever\n")
        app.cli("user", "disable", "Kuba")
        text = app.cli("user", "list").stdout
        self.assertRegex(text, r"(?m)^staff .* Kuba \(disabled\)$")
        self.assertRegex(text, r"(?m)^owner .* Zosia$")
        people = json.loads(app.cli("user", "list", "--json").stdout)
        self.assertEqual({("Zosia", "owner", False), ("Kuba", "staff", True)},
                         {(p["name"], p["role"], p["disabled"]) for p in people})
        self.assertNotIn("pbkdf2", text + json.dumps(people))

    def test_refusals(self):
        "A short password, a taken name and an unknown name are refused with a reason"
        app = self.barkbook(start=False)
        app.cli("user", "add", "Zosia", "--password-stdin", input="puchaty-kot-9\n")
        for words, typed in (
            (["user", "add", "Ala", "--password-stdin"], "krotkie\n"),
            (["user", "add", "zosia", "--password-stdin"], "puchaty-kot-9\n"),
            (["user", "passwd", "Nikt", "--password-stdin"], "puchaty-kot-9\n"),
            (["user", "disable", "Nikt"], ""),
        ):
            with self.subTest(" ".join(words)):
                done = app.cli(*words, input=typed)
                self.assertEqual((1, ""), (done.returncode, done.stdout))
                self.assertRegex(done.stderr, r"\Abarkbook: [^\n]+\n\Z")
        done = app.cli("user", "add", "Ala", "--password-stdin", input="")
        self.assertEqual(2, done.returncode)
        self.assertEqual(1, len(json.loads(app.cli("user", "list", "--json").stdout)))


class Deliveries(barkbook.Case):
    def setUp(self):
        self.app = self.barkbook()
        self.app.deliver(delivery.created(uid="one", start=START))
        self.app.deliver(delivery.envelope("BOOKING_CREATED", {"title": "no times"}))
        self.app.deliver(delivery.ping())

    def listed(self, *more):
        done = self.app.cli("webhooks", "list", "--json", *more)
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        return json.loads(done.stdout)

    def test_list(self):
        "Deliveries are listed newest first, filtered by status and time, as text and as JSON"
        self.assertEqual(["ignored", "error", "success"], [d["status"] for d in self.listed()])
        self.assertEqual(["error"], [d["status"] for d in self.listed("--status", "error")])
        self.assertEqual(["ignored"], [d["status"] for d in self.listed("--limit", "1")])
        self.assertEqual([], self.listed("--to", "1h"))
        self.assertEqual(3, len(self.listed("--from", "1h")))
        text = self.app.cli("webhooks", "list").stdout
        self.assertEqual(3, len(re.findall(r"(?m)^[0-9a-f-]{36}  20\d\d-", text)))
        self.assertIn("BOOKING_CREATED", text)

    def test_show(self):
        "One delivery is shown with its payload"
        first = self.listed()[-1]
        shown = json.loads(self.app.cli("webhooks", "show", first["id"]).stdout)
        self.assertEqual("one", shown["payload"]["payload"]["uid"])
        self.assertEqual(1, self.app.cli("webhooks", "show", "no-such-id").returncode)

    def test_replay_changes_nothing(self):
        "Replaying everything beside the running service changes nothing and says so"
        before = self.app.rows("SELECT * FROM calendar_events")
        done = self.app.cli("webhooks", "replay", "--from", "2020-01-01")
        self.assertIn("3 replayed, 0 changed something, 1 still failing", done.stdout)
        self.assertEqual(1, done.returncode)
        self.assertEqual(before, self.app.rows("SELECT * FROM calendar_events"))
        one = self.app.cli("webhooks", "replay", self.listed()[-1]["id"])
        self.assertEqual(0, one.returncode)
        self.assertIn("1 replayed, 0 changed something, 0 still failing", one.stdout)

    def test_replay_failed(self):
        "Replaying the failed ones takes only those"
        done = self.app.cli("webhooks", "replay", "--failed")
        self.assertIn("1 replayed, 0 changed something, 1 still failing", done.stdout)
        self.assertEqual(1, done.returncode)

    def test_send(self):
        "A made-up booking, signed and posted, becomes an appointment that has not been yet"
        done = self.app.cli("webhooks", "send")
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        status, answer = done.stdout.split(" ", 1)
        self.assertEqual(("200", "success", "created"), (status, *(json.loads(answer)[k] for k in ("status", "action"))))
        row = self.app.rows("SELECT * FROM calendar_events WHERE id = ?", json.loads(answer)["event_id"])[0]
        self.assertGreater(row["start_time"], delivery.iso(delivery.now()))
        self.assertEqual(60, row["duration_minutes"])
        self.assertNotIn(self.app.secret, done.stdout)

    def test_send_file(self):
        "A file is sent byte by byte, from a path or from standard input; a refusal ends with status 1"
        body = barkbook.encode(delivery.created(uid="from-file", start=START)).decode()
        path = self.app.home / "delivery.json"
        path.write_text(body)
        done = self.app.cli("webhooks", "send", path)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertIn('"created"', done.stdout)
        again = self.app.cli("webhooks", "send", "-", input=body)
        self.assertIn('"duplicate"', again.stdout)
        bad = self.app.cli("webhooks", "send", "-", input="not json")
        self.assertEqual(1, bad.returncode)
        self.assertTrue(bad.stdout.startswith("400 "), bad.stdout)

    def test_send_wrong_secret(self):
        "A sample signed with another secret is refused as a stranger's would be"
        done = self.app.cli("webhooks", "send", env={"BARKBOOK_CALCOM_WEBHOOK_SECRET": "another"})
        self.assertEqual(1, done.returncode)
        self.assertTrue(done.stdout.startswith("401 "), done.stdout)

    def test_send_nobody(self):
        "When nothing listens, the message says so and the status is: try again"
        self.app.stop()
        done = self.app.cli("webhooks", "send")
        self.assertEqual((75, ""), (done.returncode, done.stdout))
        self.assertIn("does the service run?", done.stderr)
        self.app.start()

    def test_terminal(self):
        "What a sender put into a delivery cannot move the cursor of the owner's terminal"
        self.app.deliver(delivery.envelope("\x1b[2J\x1b]0;owned\x07", {"uid": "x\x1b[31m"}))
        text = self.app.cli("webhooks", "list").stdout
        self.assertNotRegex(text, r"[\x00-\x09\x0b-\x1f\x7f]")


class Demo(barkbook.Case):
    def demo(self, **more):
        app = self.barkbook(start=False, command=("demo",), **more)
        app.settings.pop("server.data_dir")
        app.args = ["--data-dir", str(app.data_dir)]
        return app.start()

    def test_demo(self):
        "The demo has a full day, everything in it is consistent, and the printed account signs in"
        app = self.demo()
        name, password = re.search(r"name (\S+), password (\S+)", app.log).groups()
        self.assertEqual(200, app.sign_in(name, password).status)
        self.assertTrue(app.get("/api/session").json["demo"])
        self.assertFalse(app.get("/api/event-types").json["has_key"])
        statuses = {r["status"]: r["n"] for r in app.rows(
            "SELECT status, COUNT(*) AS n FROM calendar_events GROUP BY status")}
        self.assertEqual({"pending", "scheduled", "completed", "cancelled", "no_show"}, set(statuses))
        self.assertGreaterEqual(len(app.get("/api/day").json["days"][0]["events"]), 5)
        self.assertEqual(40, app.value("SELECT COUNT(*) FROM clients"))
        self.assertGreaterEqual(app.value("SELECT COUNT(*) FROM pets WHERE allergies IS NOT NULL"), 5)
        self.assertEqual(0, app.value("SELECT COUNT(*) FROM webhook_logs WHERE status = 'processing'"))
        self.assertGreater(app.value("SELECT COUNT(*) FROM calendar_events WHERE client_id IS NULL"), 0)
        self.assertEqual("ok", app.value("PRAGMA integrity_check"))
        self.assertEqual([], app.rows("PRAGMA foreign_key_check"))

    def test_again(self):
        "A second start on the same day keeps what was changed in between"
        app = self.demo()
        app.deliver(delivery.created(uid="mine", start=START))
        app.restart()
        self.assertEqual(1, app.value("SELECT COUNT(*) FROM calendar_events WHERE cal_com_event_id = 'mine'"))

    def test_somebody_elses_folder(self):
        "The demo does not touch a data folder that is not its own"
        app = self.barkbook()
        app.deliver(delivery.created(uid="real", start=START))
        app.stop()
        done = app.cli("demo", "--data-dir", app.data_dir)
        self.assertEqual(1, done.returncode)
        self.assertIn("not the demo's", done.stderr)
        self.assertEqual(1, app.value("SELECT COUNT(*) FROM calendar_events WHERE cal_com_event_id = 'real'"))


class Settings(barkbook.Case):
    SHIPPED = barkbook.ROOT / "packaging" / "barkbook.conf"

    def keys(self, text):
        section, found = None, []
        for line in text.splitlines():
            if m := re.fullmatch(r"\[(\w+)\]", line):
                section = m[1]
            elif m := re.fullmatch(r"#? ?(\w+) =(.*)", line):
                found.append(f"{section}.{m[1]}")
        return found

    def test_shipped(self):
        "The configuration file that is shipped has every key there is, each once, and can be read as it is"
        app = self.barkbook(start=False)
        printed = app.cli("config").stdout
        self.assertGreater(len(self.keys(printed)), 25)
        self.assertEqual(self.keys(printed), self.keys(self.SHIPPED.read_text()))
        done = app.cli("--config", self.SHIPPED, "webhooks", "list", "--data-dir", app.home)
        self.assertIn("there is no database", done.stderr)

    def test_readme(self):
        "The README's table names every setting and every default"
        readme = (barkbook.ROOT / "README.md").read_text()
        for line in self.barkbook(start=False).cli("config").stdout.splitlines():
            if m := re.fullmatch(r"# (\w+) =(.*)", line):
                for wanted in filter(None, (m[1].removesuffix("_file"), m[2].strip())):
                    self.assertTrue(f"`{wanted}`" in readme, f"{wanted} of {line}")

    def test_paths(self):
        "Every file that the READMEs name is there"
        for name, base in (("README.md", "."), ("src/README.md", "src")):
            text = (barkbook.ROOT / name).read_text()
            for path in re.findall(r"`((?:src|tests|packaging|http|cli|sync|salon|remote|db|base)/[\w./]+\.\w+)`", text):
                places = [barkbook.ROOT / path, barkbook.ROOT / base / path]
                self.assertTrue(any(p.exists() for p in places), f"{name}: {path}")

    def test_commands_in_readme(self):
        "Every command of the help is in the README"
        readme = (barkbook.ROOT / "README.md").read_text()
        listed = re.search(r"Commands:\n(.*?)\n\n", self.barkbook(start=False).cli("--help").stdout, re.S)[1]
        for line in listed.splitlines():
            first = line.split()[0]
            self.assertRegex(readme, rf"barkbook \[?{first}")


class Command(barkbook.Case):
    def test_two_at_once(self):
        "A second service on the same data folder is refused and says why"
        app = self.barkbook()
        done = app.cli("serve", env={"BARKBOOK_SERVER_DASHBOARD_LISTEN": f"127.0.0.1:{barkbook.free_port()}",
                                     "BARKBOOK_SERVER_WEBHOOK_LISTEN": f"127.0.0.1:{barkbook.free_port()}"})
        self.assertEqual(75, done.returncode)
        self.assertIn("already serves", done.stderr)

    def test_full_output(self):
        "A result that cannot be written is a failure, not a silent success"
        app = self.barkbook(start=False)
        with open("/dev/full", "w") as full:
            import subprocess
            done = subprocess.run([app.executable, "--help"], stdout=full, stderr=subprocess.PIPE, text=True,
                                  env=app.environment())
        self.assertEqual(1, done.returncode)
        self.assertIn("cannot write", done.stderr)


if __name__ == "__main__":
    tap.main()
