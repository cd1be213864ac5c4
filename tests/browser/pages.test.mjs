/*
 * pages.test.mjs: the other pages: week, appointment, print, the connection with Cal.com, and a person's own choices.
 */
import assert from "node:assert/strict";
import { addDays, book, deliver, deliverRaw, instant, payload } from "./lib/calcom.mjs";
import { bookedBy } from "./lib/people.mjs";
import { picture, withPage } from "./lib/browser.mjs";
import { fullDay, salon } from "./lib/salon.mjs";
import { test } from "./lib/tap.mjs";

test("the week puts visits beside each other that share time, each in its own day", async () => {
  const { box } = await salon();
  await withPage(box, { at: `#/week/${fullDay}` }, async (page) => {
    const block = (name) => page.locator(".week-track .block", { hasText: name });
    await block("Burek").first().waitFor();
    const [lapka, figa] = [
      await block("Łapka").first().boundingBox(),
      await block("Figa").boundingBox(),
    ];
    assert.ok(lapka.x + lapka.width <= figa.x + 1, "they lie over each other");
    assert.ok(Math.abs(figa.y - lapka.y - 63) < 4, "an hour is not an hour high");
    assert.match(
      await block("Figa").textContent(),
      /11:00.*Figa.*do 12:00.*Piotr Wiśniewski.*Zachowanie: gryzie/,
    );
    await page.getByRole("link", { name: "Następny tydzień" }).click();
    await page.waitForURL(`**/#/week/${addDays(fullDay, 6)}`);
    await page.goBack();
    await block("Figa").click();
    await page.getByRole("heading", { level: 1, name: "Figa" }).waitFor();
  });
  await withPage(box, { at: `#/week/${fullDay}`, size: "phone" }, async (page) => {
    await page.locator(".agenda-row", { hasText: "Figa" }).click();
    await page.getByRole("heading", { level: 1, name: "Figa" }).waitFor();
  });
});

test("an appointment tells all that is known of it, and how it came to its time", async () => {
  const { box, clients } = await salon();
  const day = addDays(fullDay, 4);
  const id = await book(box, {
    uid: "history-1",
    start: instant(day, "10:00"),
    ...bookedBy(clients.tomasz),
    note: "Dwa psy naraz",
  });
  await withPage(box, { at: `#/appointment/${id}` }, async (page) => {
    await page.getByRole("heading", { level: 1, name: "Bruno i Balbina" }).waitFor();
    for (const text of [
      "10:00–11:00",
      "Tomasz Wójcik",
      "Dwa psy naraz",
      "180 zł",
      "Alergie (Balbina): olejek herbaciany",
    ]) {
      await page.getByText(text, { exact: true }).first().waitFor();
    }
    await deliver(
      box,
      "BOOKING_RESCHEDULED",
      payload({
        uid: "history-2",
        start: instant(day, "13:00"),
        ...bookedBy(clients.tomasz),
        rescheduleUid: "history-1",
      }),
    );
    await page.getByText("13:00–14:00").first().waitFor();
    const moved = page.locator(".event", { hasText: "Termin" });
    await moved.waitFor();
    assert.match(await moved.textContent(), /10:00.*13:00.*powiadomienie z Cal\.com/s);
    await page.getByRole("button", { name: "Na miejscu" }).click();
    await page
      .locator(".event", { hasText: "Stan wizyty" })
      .getByText("zmienione przez: Kasia")
      .waitFor();
    await picture(page, "appointment");
    await page.getByRole("link", { name: "Wróć do dnia" }).click();
    await page.waitForURL(`**/#/day/${day}`);
  });
});

test("the day sheet fits A4, keeps warnings in words, numbers its pages and says when it was printed", async () => {
  const { box, clients } = await salon();
  const day = addDays(fullDay, 5);
  for (let i = 0; i < 24; i += 1) {
    const time = `${String(7 + Math.floor(i / 2)).padStart(2, "0")}:${i % 2 ? "30" : "00"}`;
    await book(box, {
      uid: `print-${i}`,
      start: instant(day, time),
      minutes: 30,
      ...bookedBy(i % 2 ? clients.piotr : clients.tomasz),
    });
  }
  const pages = (pdf) => (pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []).length;
  await withPage(box, { at: `#/print/${day}` }, async (page) => {
    await page.locator(".sheet").first().waitFor();
    const sheets = await page.locator(".sheet").count();
    assert.ok(sheets >= 2, "24 visits on one sheet");
    assert.equal(
      await page.locator(".sheet .sheet-pet").count(),
      24,
      "a visit is missing or twice there",
    );
    assert.deepEqual(
      await page.locator(".sheet-number").allTextContents(),
      Array.from({ length: sheets }, (_, i) => `Strona ${i + 1} z ${sheets}`),
    );
    await page
      .locator(".sheet-foot")
      .first()
      .getByText(/^Wydrukowano \d\d\.\d\d\.\d{4} o \d\d:\d\d$/)
      .waitFor();
    const warning = page.locator(".sheet-warning b").first();
    assert.match(await warning.textContent(), /^Alergie \(Balbina\): olejek herbaciany$/);
    assert.ok(Number(await warning.evaluate((b) => getComputedStyle(b).fontWeight)) >= 600);
    for (const sheet of await page.locator(".sheet").all()) {
      assert.ok(await sheet.evaluate((s) => s.scrollHeight <= s.clientHeight), "a row is cut off");
    }
    assert.equal(pages(await page.pdf({ preferCSSPageSize: true })), sheets);
    await page.emulateMedia({ media: "print" });
    await picture(page, "print");
    await page.emulateMedia({ media: null });
    // Printing the list itself gives the same sheet.
    await page.goto(`${box.url}/#/day/${day}`);
    await page.locator(".visit").first().waitFor();
    assert.equal(pages(await page.pdf({ preferCSSPageSize: true })), sheets);
    assert.ok(await page.locator(".diary").isVisible(), "the list did not come back");
  });
});

test("the connection page shows deliveries, the failed one with its reason, and tries it again", async () => {
  const { box } = await salon();
  const answer = await deliverRaw(
    box,
    JSON.stringify({
      triggerEvent: "BOOKING_CREATED",
      createdAt: new Date().toISOString(),
      payload: { title: "Bez terminu" },
    }),
  );
  assert.equal(answer.code, 422);
  await withPage(box, { at: "#/sync" }, async (page) => {
    const failed = page.locator(".delivery", { hasText: "Błąd" }).first();
    await failed.locator(".delivery-reason").waitFor();
    await page.locator(".delivery", { hasText: "Przyjęte" }).first().waitFor();
    await picture(page, "sync");
    await page.getByRole("button", { name: /^Błąd/ }).click();
    await page.locator(".delivery", { hasText: "Przyjęte" }).first().waitFor({ state: "detached" });
    await failed.getByRole("button", { name: /^Szczegóły/ }).click();
    await page.getByRole("dialog").getByText("Bez terminu").waitFor();
    await page.keyboard.press("Escape");
    await failed.getByRole("button", { name: "Przetwórz ponownie" }).click();
    await page.locator("#alerts").getByText("Nadal się nie udało.").waitFor();
  });
});

test("language and theme are chosen on the page and last over a reload", async () => {
  const { box } = await salon();
  await withPage(box, { at: "#/more" }, async (page) => {
    await page.getByLabel("English").check();
    await page.getByRole("heading", { level: 1, name: "More" }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
    await page.getByLabel("Dark").check();
    const paper = () =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    assert.equal(await paper(), "rgb(22, 26, 22)");
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "More" }).waitFor();
    assert.equal(await paper(), "rgb(22, 26, 22)");
    await page.getByLabel("Polski").check();
    await page.getByRole("heading", { level: 1, name: "Więcej" }).waitFor();
  });
});
