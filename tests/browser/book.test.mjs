/*
 * book.test.mjs: booking at the desk: found, picked, booked once; moved, cancelled, refused; by keyboard; and
 * what the page says when Cal.com does not play along.
 */
import assert from "node:assert/strict";
import { picture, withPage } from "./lib/browser.mjs";
import { addDays, instant } from "./lib/calcom.mjs";
import { deskSalon, freeDay, openDesk } from "./lib/desk.mjs";
import { newBox } from "./lib/box.mjs";
import { test } from "./lib/tap.mjs";

const refused = [/the server responded with a status of (409|503)/];

async function pick(page, words, name) {
  await page.getByLabel("Imię zwierzęcia, klient albo końcówka telefonu").fill(words);
  await page.locator(".who-result", { hasText: name }).first().click();
  await page.locator(".who-chosen").waitFor();
}

const slot = (page, time) => page.locator(".slot-day").first().locator(".slot", { hasText: time });
const service = (page, name) => page.locator(".choice-option", { hasText: name });
const submit = (page) => page.getByRole("button", { name: "Umów", exact: true });

async function openAt(page, day) {
  await service(page, "Strzyżenie z kąpielą").click();
  await page.locator(".slot").first().waitFor();
  await page.getByLabel("Od dnia").fill(day);
  await page.locator(`.slot-day`).first().getByText(String(Number(day.slice(8)))).first().waitFor();
  await page.locator(".slot").first().waitFor();
}

test("a pet is found, its client follows, its usual length is suggested, and a tap books once", async () => {
  const { box, desk } = await deskSalon();
  await withPage(box, { at: "#/book" }, async (page) => {
    await pick(page, "bur", "Burek");
    await page.getByText("Jan Kowalski").waitFor();
    await page.locator(".warning", { hasText: "kurczak" }).waitFor();
    await openAt(page, freeDay);
    assert.ok(await page.getByLabel("1 h 30 min").isChecked(), "not the pet's usual length");
    await page.getByLabel("Uwagi do wizyty").fill("Boi się suszarki");
    await slot(page, "10:00").click();
    await page.locator(".book-summary", { hasText: "Burek" }).waitFor();
    await picture(page, "book-ready");
    await submit(page).dblclick();
    await page.getByRole("heading", { level: 1, name: "Burek" }).waitFor();
    await page.getByText("10:00–11:30").first().waitFor();
    await page.locator(".event", { hasText: "Umówiono w BarkBooku" }).getByText("Kasia").waitFor();
    await page.getByText("Boi się suszarki").first().waitFor();
  });
  assert.equal((await desk.ask("live")).length, 1);
});

test("a visit is moved by the form, moves back in the list, and is cancelled with a reason", async () => {
  const { box, desk, clients } = await deskSalon();
  const day = addDays(freeDay, 1);
  await desk.ask("add", {
    start: new Date(instant(day, "09:00")).toISOString(),
    metadata: { barkbookClientId: clients.jan.id, barkbookPetId: clients.jan.pets[0].id },
    name: "Jan Kowalski",
    email: "jan@example.com",
  });
  await box.ask("POST", "/api/reconcile", { full: true });
  await withPage(box, { at: `#/day/${day}` }, async (page) => {
    await page.locator(".visit", { hasText: "Burek" }).first().waitFor();
    await page.locator(".visit", { hasText: "Burek" }).getByRole("link").first().click();
    await page.locator('[data-order="move"]').click();
    const dialog = page.getByRole("dialog");
    await dialog.locator(".slot", { hasText: "09:30" }).first().click();
    await dialog.getByText(/Przenieś na: .*09:30/).waitFor();
    await picture(page, "book-move");
    await dialog.getByRole("button", { name: "Przenieś wizytę" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("09:30–10:30").first().waitFor();
    await page.locator('[data-order="cancel"]').click();
    await page.getByLabel(/^Powód/).fill("Pies chory");
    await picture(page, "book-cancel");
    await page.getByRole("dialog").getByRole("button", { name: "Odwołaj wizytę" }).click();
    await page.getByText("Pies chory").first().waitFor();
    await page.locator(".badge-cancelled").first().waitFor();
    assert.equal(await page.locator('[data-order="cancel"]').count(), 0, "cancelled twice?");
    await page.locator('[data-order="again"]').click();
    await page.locator(".who-chosen", { hasText: "Jan Kowalski" }).waitFor();
    assert.ok(await page.locator('input[name="service"][value="7001"]').isChecked());
  });
});

test("who comes second is told that the time is taken, sees fresh times and books another one", async () => {
  const { box, desk } = await deskSalon();
  const day = addDays(freeDay, 2);
  await withPage(box, { at: "#/book", expect: refused }, async (page) => {
    await pick(page, "balb", "Balbina");
    await openAt(page, day);
    await slot(page, "10:00").click();
    await desk.ask("add", { start: new Date(instant(day, "10:00")).toISOString() });
    await submit(page).click();
    const said = page.getByRole("alert");
    await said.getByText("Ten termin jest już zajęty.").waitFor();
    await said.getByText("Niczego nie zarezerwowano.").waitFor();
    await picture(page, "book-taken");
    await slot(page, "10:00").waitFor({ state: "detached" });
    await slot(page, "12:00").click();
    await submit(page).click();
    await page.getByRole("heading", { level: 1, name: "Balbina" }).waitFor();
  });
});

test("an answer that was lost books once, whatever the hand does meanwhile", async () => {
  const { box, desk } = await deskSalon();
  const day = addDays(freeDay, 3);
  const before = (await desk.ask("live")).length;
  await desk.ask("next_write", { kinds: ["cut"] });
  await withPage(box, { at: "#/book", expect: refused }, async (page) => {
    await pick(page, "100 200", "Jan Kowalski");
    await openAt(page, day);
    await slot(page, "10:00").click();
    await submit(page).click();
    await page.getByText("10:00–11:30").first().waitFor();
  });
  assert.equal((await desk.ask("live")).length, before + 1);
});

test("visits are booked every few weeks, and those that could not be are named", async () => {
  const { box, desk } = await deskSalon();
  const day = addDays(freeDay, 7);
  await desk.ask("add", { start: new Date(instant(addDays(day, 21), "10:00")).toISOString(), minutes: 120 });
  await withPage(box, { at: "#/book", expect: refused }, async (page) => {
    await pick(page, "bur", "Burek");
    await openAt(page, day);
    await slot(page, "10:00").click();
    await page.getByLabel("Powtarzanie").selectOption("3");
    await page.getByLabel("Ile wizyt").selectOption("3");
    await submit(page).click();
    await page.getByText("Nie umówiono 1 z 3 wizyt.").waitFor();
    assert.equal(await page.locator(".book-line-good").count(), 2);
    assert.match(
      await page.locator(".book-line-bad").textContent(),
      /Ten termin jest już zajęty/,
    );
    await picture(page, "book-series");
  });
});

test("a visit is booked by keyboard alone", async () => {
  const { box } = await deskSalon();
  await withPage(box, { at: "#/" }, async (page) => {
    await page.locator(".page-day").waitFor();
    await page.keyboard.press("b");
    await page.getByRole("heading", { level: 1, name: "Umów wizytę" }).waitFor();
    await page.getByLabel(/^Imię zwierzęcia/).focus();
    await page.keyboard.type("brun");
    await page.locator(".who-result").first().waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".who-chosen").waitFor();
    await page.locator('input[name="service"]').first().focus();
    await page.keyboard.press("Space");
    await page.locator(".slot").first().waitFor();
    const time = page.locator(".slot-day").nth(5).locator(".slot").last();
    await time.focus();
    await page.keyboard.press("Enter");
    await page.locator(".book-summary").waitFor();
    await submit(page).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Bruno" }).waitFor();
  });
});

test("without Cal.com, and without a key, the page says so and offers Cal.com's own form", async () => {
  const desk = await openDesk();
  const box = await newBox("booking-away", {
    BARKBOOK_CALCOM_API_URL: desk.url,
    BARKBOOK_CALCOM_API_KEY: desk.key,
    BARKBOOK_CALCOM_REQUESTS_PER_SECOND: "100",
  });
  await box.signIn();
  await box.ask("POST", "/api/clients", { name: "Anna", surname: "Żółć", pets: [{ name: "Łapka" }] });
  await withPage(box, { at: "#/book", expect: refused }, async (page) => {
    await pick(page, "lap", "Łapka");
    await openAt(page, freeDay);
    await slot(page, "10:00").click();
    await desk.ask("away");
    await submit(page).click();
    await page.getByRole("alert").first().getByText("Nie ma połączenia z Cal.com.").waitFor();
    const href = await page.getByRole("link", { name: "Otwórz formularz Cal.com" }).getAttribute("href");
    assert.match(href, /^https:\/\/cal\.com\/salon-lapka\/strzyzenie-60\?name=Anna%20%C5%BB/);
    assert.match(href, /metadata\[barkbookPetId\]=[\w-]{36}$/);
    await picture(page, "book-down");
  });
  const bare = await newBox("booking-bare", {});
  await bare.signIn();
  await withPage(bare, { at: "#/book", expect: refused }, async (page) => {
    await page.getByText("Nie ma klucza API Cal.com").waitFor();
    await picture(page, "book-no-key");
  });
});

test("the owner sees what is wrong with Cal.com's webhook, and a tap makes it right", async () => {
  const desk = await openDesk();
  const box = await newBox("booking-webhook", {
    BARKBOOK_CALCOM_API_URL: desk.url,
    BARKBOOK_CALCOM_API_KEY: desk.key,
    BARKBOOK_CALCOM_REQUESTS_PER_SECOND: "100",
    BARKBOOK_SERVER_PUBLIC_URL: "https://hooks.lapka.example",
  });
  await box.signIn();
  await withPage(box, { at: "#/sync" }, async (page) => {
    await page.getByRole("button", { name: "Sprawdź w Cal.com" }).click();
    await page.getByText("Cal.com nie wysyła powiadomień na ten adres.").waitFor();
    await picture(page, "subscription-none");
    await page.getByRole("button", { name: "Załóż powiadomienia" }).click();
    await page.getByText("Powiadomienia są ustawione jak trzeba.").waitFor();
    await page.getByText("https://hooks.lapka.example/api/webhooks/calcom").waitFor();
    assert.equal(await page.locator('[data-subscription="repair"]').count(), 0);
  });
});

test("a visit dragged to another time of the week asks first, and then moves", async () => {
  const { box, clients } = await deskSalon();
  const day = addDays(freeDay, 8);
  const answer = await box.ask("POST", "/api/bookings", {
    request_id: `drag-${Date.now()}`,
    client_id: clients.tomasz.id,
    pet_ids: [clients.tomasz.pets[0].id],
    event_type: 7001,
    date: day,
    time: "10:00",
  });
  assert.equal(answer.status, 201);
  await withPage(box, { at: `#/week/${day}` }, async (page) => {
    const block = page.locator(".week-track .block", { hasText: clients.tomasz.pets[0].name }).first();
    await block.waitFor();
    const column = page.locator(".week-day", { has: page.locator(`#wd-${addDays(day, 1)}`) });
    const [from, to] = [
      await block.boundingBox(),
      await column.locator(".week-track").boundingBox(),
    ];
    const down = 120 * (from.height / 60); // two hours, as high as the visit's own
    await block.dragTo(column.locator(".week-track"), {
      sourcePosition: { x: 8, y: 8 },
      targetPosition: { x: to.width / 2, y: from.y - to.y + 8 + down },
    });
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/Przenieś na: .*12:00/).waitFor();
    await picture(page, "book-drag");
    await dialog.getByRole("button", { name: "Przenieś wizytę" }).click();
    await dialog.waitFor({ state: "detached" });
    await column.locator(".block", { hasText: "12:00" }).waitFor();
  });
});
