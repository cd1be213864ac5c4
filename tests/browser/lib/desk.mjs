/*
 * desk.mjs: a Cal.com that can be booked at (tests/support/calcom_desk_main.py), and a box that uses it.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { newBox } from "./box.mjs";
import { addDays, today } from "./calcom.mjs";
import { afterAll } from "./tap.mjs";

const program = fileURLToPath(new URL("../../support/calcom_desk_main.py", import.meta.url));

export async function openDesk() {
  const child = spawn("python3", [program], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value);
  const said = await next();
  afterAll(() => child.stdin.end());
  return {
    ...said,
    async ask(what, more = {}) {
      child.stdin.write(`${JSON.stringify({ do: what, ...more })}\n`);
      return next();
    },
  };
}

/* A Tuesday two weeks ahead: nothing of it is over, and nobody else books there. */
export const freeDay = (() => {
  let day = addDays(today(), 14);
  while (new Date(`${day}T12:00:00Z`).getUTCDay() !== 2) day = addDays(day, 1);
  return day;
})();

let made = null;

async function make() {
  const desk = await openDesk();
  const box = await newBox("booking", {
    BARKBOOK_CALCOM_API_URL: desk.url,
    BARKBOOK_CALCOM_API_KEY: desk.key,
    BARKBOOK_CALCOM_REQUESTS_PER_SECOND: "100",
  });
  await box.signIn();
  await desk.ask("deliver_to", { port: box.ports[1], secret: await box.secret() });
  const card = async (body) => {
    const answer = await box.ask("POST", "/api/clients", body);
    if (!answer.ok) throw new Error(`card: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const clients = {
    jan: await card({
      name: "Jan",
      surname: "Kowalski",
      phone: "600100200",
      email: "jan@example.com",
      pets: [
        {
          name: "Burek",
          breed: "owczarek niemiecki",
          allergies: "kurczak",
          default_duration_minutes: 90,
        },
      ],
    }),
    tomasz: await card({
      name: "Tomasz",
      surname: "Wójcik",
      phone: "606777888",
      pets: [
        { name: "Bruno", breed: "bernardyn" },
        { name: "Balbina", breed: "bernardyn" },
      ],
    }),
  };
  return { box, desk, clients };
}

export function deskSalon() {
  made ??= make();
  return made;
}
