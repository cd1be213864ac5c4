/*
 * box.mjs: the real program on free ports with a data folder of its own, as its users start it:
 * settings by environment, first-run link out of what it prints.
 */
import { spawn, execFile } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { settings } from "./settings.mjs";
import { afterAll } from "./tap.mjs";

const START_MS = 30000;
const run = promisify(execFile);

export const zone = "Europe/Warsaw";
export const owner = { name: "Kasia", password: "zielony fotel nad morzem", salon: "Salon Łapka" };

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

class Box {
  constructor(name, dir, ports, env) {
    Object.assign(this, { name, dir, ports, env, output: "", process: null });
    this.url = `http://127.0.0.1:${ports[0]}`;
    this.hook = `http://127.0.0.1:${ports[1]}/api/webhooks/calcom`;
  }

  async start() {
    this.process = spawn(settings.binary, ["serve"], {
      cwd: this.dir,
      env: {
        PATH: process.env.PATH,
        ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? "",
        UBSAN_OPTIONS: process.env.UBSAN_OPTIONS ?? "",
        BARKBOOK_SERVER_DATA_DIR: path.join(this.dir, "data"),
        BARKBOOK_SERVER_DASHBOARD_LISTEN: `127.0.0.1:${this.ports[0]}`,
        BARKBOOK_SERVER_WEBHOOK_LISTEN: `127.0.0.1:${this.ports[1]}`,
        BARKBOOK_SERVER_TIMEZONE: zone,
        ...this.env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log = createWriteStream(path.join(settings.out, `${this.name}.log`), { flags: "a" });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text) => {
        this.output += text;
        log.write(text);
      });
    }
    this.ended = new Promise((resolve) => {
      this.process.once("exit", (code, signal) => {
        log.end();
        resolve({ code, signal });
      });
    });
    await this.ready();
    return this;
  }

  async ready() {
    const until = Date.now() + START_MS;
    while (Date.now() < until) {
      if (this.process.exitCode !== null) break;
      const answer = await fetch(`${this.url}/healthz`).catch(() => null);
      if (answer?.ok) return;
      await pause(50);
    }
    throw new Error(`${this.name} did not start:\n${this.output.slice(-2000)}`);
  }

  /* The one-time link as printed; its host is the machine's, the port ours. */
  async setupToken() {
    const until = Date.now() + START_MS;
    while (Date.now() < until) {
      const match = this.output.match(/#\/setup\?token=([\w-]+)/);
      if (match) return match[1];
      await pause(50);
    }
    throw new Error(`no first-run link in:\n${this.output}`);
  }

  async secret() {
    return (await readFile(path.join(this.dir, "data", "secrets", "webhook"), "utf8")).trim();
  }

  /* What no page can do yet goes in through the shell that the manual names. */
  async sql(text) {
    const file = path.join(this.dir, "data", "barkbook.db");
    const { stdout } = await run("sqlite3", ["-bail", "-cmd", ".timeout 10000", file, text]);
    return stdout.trim();
  }

  async stop(signal = "SIGTERM") {
    if (!this.process || this.process.exitCode !== null) return this.ended;
    this.process.kill(signal);
    return this.ended;
  }

  /* A session cookie for the owner; makes the owner when there is none yet. */
  async signIn(language = "pl") {
    const headers = { "Content-Type": "application/json", "X-BarkBook": "1" };
    const state = await (await fetch(`${this.url}/api/state`)).json();
    const [where, body] = state.setup_needed
      ? [
          "setup",
          {
            token: await this.setupToken(),
            name: owner.name,
            password: owner.password,
            language,
            salon_name: owner.salon,
          },
        ]
      : ["session", { name: owner.name, password: owner.password }];
    const answer = await fetch(`${this.url}/api/${where}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${where}: ${answer.status} ${await answer.text()}`);
    const [name, value] = answer.headers.get("set-cookie").split(";")[0].split("=");
    this.cookie = { name, value, url: this.url };
    return this.cookie;
  }

  /* One request as the owner. */
  ask(method, where, body) {
    return fetch(`${this.url}${where}`, {
      method,
      headers: {
        ...(method === "GET" ? {} : { "Content-Type": "application/json", "X-BarkBook": "1" }),
        Cookie: `${this.cookie.name}=${this.cookie.value}`,
      },
      body: body && JSON.stringify(body),
    });
  }

  async setLanguage(language) {
    const answer = await this.ask("PATCH", "/api/session", { language });
    if (!answer.ok) throw new Error(`language: ${answer.status}`);
  }

  /* The account of that name. */
  async person(name) {
    const { staff } = await (await this.ask("GET", "/api/staff")).json();
    return staff.find((person) => person.name === name);
  }
}

/* env: further settings. */
export async function newBox(name, env = {}) {
  await mkdir(settings.out, { recursive: true });
  const dir = await mkdtemp(path.join(tmpdir(), "barkbook-browser-"));
  const box = new Box(name, dir, [await freePort(), await freePort()], env);
  afterAll(async () => {
    await box.stop();
    await rm(dir, { recursive: true, force: true });
  });
  return box.start();
}
