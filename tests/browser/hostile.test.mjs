/*
 * hostile.test.mjs: hostile text in every field that a stranger, a client or Cal.com can fill. It is
 * shown as it was typed, and nothing of it runs.
 */
import assert from "node:assert/strict";
import { newBox } from "./lib/box.mjs";
import { addDays, book, deliver, deliverRaw, instant, payload, today } from "./lib/calcom.mjs";
import { until } from "./lib/browser.mjs";
import { openDesk } from "./lib/desk.mjs";
import { evil, evilUrl, untouched, watched } from "./lib/hostile.mjs";
import { addClient, bookedBy } from "./lib/people.mjs";
import { test } from "./lib/tap.mjs";

const day = addDays(today(), 9);

let made = null;

async function make() {
  const box = await newBox("hostile");
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
    `UPDATE salons SET name = '${evil("salon").replaceAll("'", "''")}', address = '${evil("address").replaceAll("'", "''")}';
     UPDATE staff SET name = '${evil("staff").replaceAll("'", "''")}';`,
  );
  const linked = await book(box, {
    uid: "hostile-linked",
    start: instant(day, "10:00"),
    title: evil("title"),
    note: evil("note"),
    ...bookedBy(client),
    name: evil("attendee-linked"),
    location: evil("location"),
  });
  const stranger = await book(box, {
    uid: "hostile-stranger",
    start: instant(day, "12:00"),
    name: evil("attendee"),
    email: evil("email"),
    phone: evil("phone"),
    title: evil("title-2"),
    note: evil("note-2"),
    type: evil("service"),
    currency: evil("currency"),
    location: evilUrl("location"),
    metadata: {
      videoCallUrl: evilUrl("video"),
      barkbookClientId: evil("meta-client"),
      barkbookPetId: evil("meta-pet"),
    },
  });
  await deliver(
    box,
    "BOOKING_CANCELLED",
    payload({
      uid: "hostile-gone",
      start: instant(day, "14:00"),
      name: evil("attendee-gone"),
      email: "gone@example.com",
      title: evil("title-gone"),
      status: "CANCELLED",
      cancellationReason: evil("reason"),
      cancelledBy: evil("cancelled-by"),
    }),
  );
  /* These fail, and say why on the sync page. */
  await deliver(box, evil("trigger"), { uid: evil("uid") });
  await deliver(box, "BOOKING_CREATED", { uid: evil("uid-2"), startTime: evil("time") });
  await deliverRaw(box, evil("not-json"));
  return { box, linked, stranger };
}

const hostile = () => (made ??= make());

for (const [name, where] of [
  ["day", () => `#/day/${day}`],
  ["week", () => `#/week/${day}`],
]) {
  test(`hostile text on the ${name} is text`, async () => {
    const { box } = await hostile();
    await watched(box, where(), {}, async (page) => {
      await page.getByText("pet-name'\"><img src=x", { exact: false }).first().waitFor();
      await page.getByText("attendee'\"><img src=x", { exact: false }).first().waitFor();
    });
  });
}

test("hostile text on an appointment is text, and no link leads into it", async () => {
  const { box, linked, stranger } = await hostile();
  await watched(box, `#/appointment/${linked}`, {}, async (page) => {
    await page.getByText("pet-allergies'\"><img src=x", { exact: false }).first().waitFor();
  });
  await watched(box, `#/appointment/${stranger}`, {}, async (page) => {
    await page.getByText("note-2'\"><img src=x", { exact: false }).first().waitFor();
  });
});

test("hostile text in what was done at a visit is text, for now and as last time's recipe", async () => {
  const { box, linked } = await hostile();
  const [{ pet }] = (await (await box.ask("GET", `/api/appointments/${linked}/visits`)).json()).visits;
  const visit = await (await box.ask("POST", "/api/visits", { pet_id: pet.id, event_id: linked })).json();
  const words = { notes: evil("visit-notes"), blade: "'><svg/onload=a()>", shampoo: "{{a}}<img src=x>" };
  const saved = await box.ask("PATCH", `/api/visits/${visit.id}`, { revision: visit.revision, ...words });
  assert.equal(saved.status, 200, await saved.text());
  await watched(box, `#/appointment/${linked}`, {}, async (page) => {
    await until(page, () =>
      [...document.querySelectorAll("textarea")].some((field) => field.value.startsWith("visit-notes'")),
    );
  });
  const earlier = await box.ask("POST", "/api/visits", { pet_id: pet.id, date: "2026-01-05" });
  const before = await earlier.json();
  const done = await box.ask("PATCH", `/api/visits/${before.id}`, { revision: before.revision, ...words });
  assert.equal(done.status, 200, await done.text());
  await watched(box, `#/appointment/${linked}`, {}, async (page) => {
    await page.getByText("{{a}}<img src=x>", { exact: false }).first().waitFor();
  });
});

test("hostile names of clients and pets are text where a visit is booked", async () => {
  const { box } = await hostile();
  const short = (field) => `${field}'"><img src=x onerror=pwned()>`;
  const card = { name: short("who"), surname: short("else"), phone: "600100277" };
  const pets = [{ name: short("whose"), breed: short("breed"), allergies: evil("pet-allergies") }];
  const made = await box.ask("POST", "/api/clients", { ...card, pets });
  assert.equal(made.status, 201, await made.text());
  await watched(box, "#/book", { expect: [/status of (4\d\d|5\d\d)/] }, async (page) => {
    const search = page.getByLabel("Imię zwierzęcia, klient albo końcówka telefonu");
    await search.fill("whose");
    await page.locator(".who-result").first().click();
    await page.getByText("pet-allergies'\"><img src=x", { exact: false }).first().waitFor();
    await page.getByText("else'\"><img src=x", { exact: false }).first().waitFor();
  });
});

test("hostile names of services, and Cal.com's own words when it refuses, are text", async () => {
  const desk = await openDesk();
  await desk.ask("rename", { title: evil("service-title") });
  const box = await newBox("hostile-desk", {
    BARKBOOK_CALCOM_API_URL: desk.url,
    BARKBOOK_CALCOM_API_KEY: desk.key,
    BARKBOOK_CALCOM_REQUESTS_PER_SECOND: "100",
  });
  await box.signIn();
  const card = { name: "Jan", surname: "Nowak", phone: "600100200", email: "jan@example.com" };
  const made = await box.ask("POST", "/api/clients", { ...card, pets: [{ name: "Burek" }] });
  assert.equal(made.status, 201);
  await watched(box, "#/book", { expect: [/status of (4\d\d|5\d\d)/] }, async (page) => {
    await page.getByLabel("Imię zwierzęcia, klient albo końcówka telefonu").fill("bur");
    await page.locator(".who-result").first().click();
    await page.locator(".choice-option", { hasText: "service-title'\"><img src=x" }).first().click();
    await page.locator(".slot").first().click();
    await desk.ask("next_write", { kinds: [`400:${evil("refusal")}`] });
    await page.getByRole("button", { name: "Umów", exact: true }).click();
    await page.getByText("refusal'\"><img src=x", { exact: false }).first().waitFor();
  });
});

test("hostile text in deliveries is text on the sync page, and in the payload it shows", async () => {
  const { box } = await hostile();
  await watched(box, "#/sync", {}, async (page) => {
    await page.getByText("trigger'\"><img src=x", { exact: false }).first().waitFor();
    const rows = page.getByRole("button", { name: /^Szczegóły/ });
    const count = await rows.count();
    assert.ok(count >= 5, `${count} deliveries to look into`);
    for (let i = 0; i < count; i += 1) {
      await rows.nth(i).click();
      await page.locator(".payload").first().waitFor();
      await page.keyboard.press("Escape");
    }
  });
});

test("hostile names of salon and people are text where one signs in and out", async () => {
  const { box } = await hostile();
  await watched(box, "#/more", {}, async (page) => {
    await page.getByText("staff'\"><img src=x", { exact: false }).first().waitFor();
  });
  await watched(box, "", { cookie: null, expect: [/401/] }, async (page) => {
    await page.locator("input").first().waitFor();
  });
});

test("hostile names of people, tablets and browsers are text on the pages of accounts and on the lock screen", async () => {
  const { box } = await hostile();
  const answer = await box.ask("POST", "/api/device/pin", { pin: "902117", device: "Lada" });
  assert.equal(answer.status, 204);
  const [name, value] = answer.headers.get("set-cookie").split(";")[0].split("=");
  const quoted = (text) => `'${text.replaceAll("'", "''")}'`;
  await box.sql(
    `UPDATE devices SET name = ${quoted(evil("device"))};
     UPDATE sessions SET user_agent = ${quoted(evil("agent"))}, address = ${quoted(evil("session-address"))};`,
  );
  await watched(box, "#/people", {}, async (page) => {
    await page.getByText("staff'\"><img src=x", { exact: false }).first().waitFor();
    await page.getByText("device'\"><img src=x", { exact: false }).first().waitFor();
    await page.getByRole("button", { name: /^Zapomnij: device/ }).click();
    await page.getByRole("dialog").getByText("device'\"><img src=x", { exact: false }).waitFor();
    await untouched(page);
  });
  await watched(box, "#/account", {}, async (page) => {
    await page.getByText("session-address'\"><img src=x", { exact: false }).first().waitFor();
  });
  await watched(box, "", { cookie: { name, value, url: box.url } }, async (page) => {
    await page.getByText("staff'\"><img src=x", { exact: false }).first().click();
    await page.locator("#pin").waitFor();
  });
});

test("addresses of the page cannot be made to run anything or to lead elsewhere", async () => {
  const { box } = await hostile();
  for (const at of [
    "#/appointment/%22%3E%3Cimg%20src=x%20onerror=pwned(1)%3E",
    "#/day/%3Cscript%3Epwned(1)%3C/script%3E",
    "#javascript:pwned(1)",
    "#//evil.example/",
    "?next=https://evil.example/#/more",
    "#/%3Cimg%20src=x%20onerror=pwned(1)%3E",
  ]) {
    await watched(box, at, { expect: [/40[04]|422/] }, async (page) => {
      await page.locator("body *").first().waitFor({ state: "attached" });
      assert.ok(page.url().startsWith(`${box.url}/`), page.url());
    });
  }
});
