/*
 * hostile-cards.test.mjs: hostile text in every field of the cards of clients and pets, on every page that
 * shows, finds, changes or counts them.
 */
import assert from "node:assert/strict";
import { newBox } from "./lib/box.mjs";
import { until } from "./lib/browser.mjs";
import { addDays, book, instant, today } from "./lib/calcom.mjs";
import { evil, evilUrl, untouched, watched } from "./lib/hostile.mjs";
import { addClient, bookedBy } from "./lib/people.mjs";
import { test } from "./lib/tap.mjs";

const day = addDays(today(), 9);
const short = (field) => `${field}'"><img src=x onerror=pwned()>`;
const quoted = (text) => `'${text.replaceAll("'", "''")}'`;
const seen = (page, field) => page.getByText(`${field}'"><img src=x`, { exact: false }).first().waitFor();

let made = null;

async function make() {
  const box = await newBox("hostile-cards");
  await box.signIn();
  const client = await addClient(box, {
    name: evil("client-name"),
    surname: evil("client-surname"),
    phone: evil("client-phone"),
    email: evil("client-email"),
    pets: [
      {
        name: evil("pet-name"),
        breed: evil("pet-breed"),
        type: "dog",
        allergies: evil("pet-allergies"),
        behaviour: evil("pet-behaviour"),
        health: evil("pet-health"),
      },
    ],
  });
  await box.sql(
    `UPDATE clients SET address = ${quoted(evil("client-address"))}, notes = ${quoted(evil("client-notes"))};
     UPDATE pets SET preferences = ${quoted(evil("pet-preferences"))}, notes = ${quoted(evil("pet-notes"))};`,
  );
  // What the form takes, and the search finds at once.
  const answer = await box.ask("POST", "/api/clients", {
    name: short("who"),
    surname: short("else"),
    phone: "600100277",
    address: evil("second-address"),
    notes: evil("second-notes"),
    pets: [{ name: short("whose"), breed: short("breed"), allergies: evil("second-allergies") }],
  });
  assert.equal(answer.status, 201, await answer.clone().text());
  const second = await answer.json();
  // The same number on two cards: neither is taken by itself.
  const double = await box.ask("POST", "/api/clients", { name: short("double"), phone: "600100277" });
  assert.equal(double.status, 201, await double.text());
  await book(box, {
    uid: "hostile-past",
    start: instant(addDays(today(), -3), "10:00"),
    ...bookedBy(client),
    type: evil("past-service"),
    title: evil("past-title"),
  });
  await book(box, { uid: "hostile-card", start: instant(day, "10:00"), ...bookedBy(client), name: short("guest") });
  const waiting = await book(box, {
    uid: "hostile-waiting",
    start: instant(day, "12:00"),
    name: evil("attendee"),
    email: evil("email"),
    phone: "600100277",
    title: evil("title"),
    note: evil("note"),
    location: evilUrl("location"),
  });
  return { box, client, second, waiting };
}

const hostile = () => (made ??= make());
const refused = { expect: [/status of (4\d\d|5\d\d)/] };

test("hostile text on a client's card and on the list of clients is text", async () => {
  const { box, client } = await hostile();
  await watched(box, "#/clients", refused, async (page) => {
    await seen(page, "client-name");
    await seen(page, "else");
  });
  await watched(box, `#/client/${client.id}`, refused, async (page) => {
    for (const field of ["client-surname", "client-address", "client-notes", "pet-name"]) await seen(page, field);
    await page.getByRole("button", { name: /^Więcej/ }).first().click();
    await untouched(page);
  });
});

test("hostile text on a pet's card is text", async () => {
  const { box, client } = await hostile();
  await watched(box, `#/pet/${client.pets[0]}`, refused, async (page) => {
    for (const field of ["pet-name", "pet-breed", "pet-allergies", "pet-behaviour", "pet-health", "pet-notes"])
      await seen(page, field);
  });
});

test("hostile text in the forms of cards is in their fields and nowhere else", async () => {
  const { box, client } = await hostile();
  await watched(box, `#/client-edit/${client.id}`, refused, async (page) => {
    await until(page, () => [...document.querySelectorAll("input, textarea")].some((f) => f.value.startsWith("client-notes'")));
  });
  await watched(box, `#/pet-edit/${client.pets[0]}`, refused, async (page) => {
    await until(page, () => [...document.querySelectorAll("input, textarea")].some((f) => f.value.startsWith("pet-notes'")));
  });
});

test("hostile text in what is found, and in what is looked for, is text", async () => {
  const { box } = await hostile();
  await watched(box, "", refused, async (page) => {
    await page.locator("h1").first().waitFor();
    await page.keyboard.press("/");
    const input = page.getByRole("combobox");
    await input.fill("whose");
    await page.getByRole("option", { name: /whose/ }).first().waitFor();
    await input.fill(evil("looked-for"));
    await page.evaluate(() => fetch("/healthz").then(() => new Promise(requestAnimationFrame)));
    await untouched(page);
  });
});

test("hostile text in visits that wait to be linked, and of the cards offered for them, is text", async () => {
  const { box, waiting } = await hostile();
  await watched(box, "#/unlinked", refused, async (page) => {
    await seen(page, "attendee");
    await seen(page, "who");
  });
  await watched(box, `#/appointment/${waiting}`, refused, async (page) => {
    await seen(page, "attendee");
    await page.getByRole("button", { name: "Nowy klient z rezerwacji" }).click();
    await until(page, () => [...document.querySelectorAll("dialog input, main input")].some((f) => f.value.includes("<img src=x")));
  });
});

test("hostile text in the numbers is text", async () => {
  const { box } = await hostile();
  await watched(box, "#/numbers", refused, async (page) => {
    await page.getByText("Ostatnie 12 miesięcy").click();
    await until(page, () => {
      for (const fold of document.querySelectorAll("details")) fold.open = true;
      return document.querySelector("main").textContent.includes("<img src=x");
    });
  });
});
