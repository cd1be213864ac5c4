/*
 * day.test.mjs: a day as the desk sees it: who comes when, what to beware of, gaps, overlaps, filters, statuses,
 * other days, other clocks.
 */
import assert from "node:assert/strict";
import { addDays, book, instant, today, wall } from "./lib/calcom.mjs";
import { bookedBy } from "./lib/people.mjs";
import { picture, withPage } from "./lib/browser.mjs";
import { fullDay, salon } from "./lib/salon.mjs";
import { skip, test } from "./lib/tap.mjs";

const at = `#/day/${fullDay}`;
const card = (page, name) =>
  page.locator(".visit", { has: page.getByRole("link", { name, exact: true }) });

test("the day lists its visits in time order with pet, client, phone and service", async () => {
  const { box } = await salon();
  await withPage(box, { at }, async (page) => {
    await card(page, "Burek").waitFor();
    const times = await page.locator(".visit:not(.visit-cancelled) .visit-start").allTextContents();
    assert.deepEqual(times, ["09:00", "10:00", "11:00", "12:30", "14:00", "15:00", "18:00"]);
    const burek = card(page, "Burek");
    for (const text of ["owczarek niemiecki", "Jan Kowalski", "Umówiona", "1 h"]) {
      await burek.getByText(text, { exact: true }).waitFor();
    }
    await burek.getByText("Strzyżenie z kąpielą · 180 zł").waitFor();
    const phone = burek.getByRole("link", { name: "Zadzwoń: 600 100 200" });
    assert.equal(await phone.getAttribute("href"), "tel:+48600100200");
    await card(page, "Łapka").getByText("1 h 30 min").waitFor();
  });
});

test("allergy, behaviour and health are on the card in words, with whose they are", async () => {
  const { box } = await salon();
  await withPage(box, { at, size: "phone" }, async (page) => {
    await card(page, "Burek").getByText("Alergie: kurczak").waitFor();
    await card(page, "Figa").getByText("Zachowanie: gryzie przy pazurach, kaganiec").waitFor();
    await card(page, "Figa").getByText("Zdrowie: szmery w sercu, bez suszarki").waitFor();
    await card(page, "Bruno i Balbina").getByText("Alergie (Balbina): olejek herbaciany").waitFor();
    const seen = await card(page, "Burek").locator(".warning").boundingBox();
    assert.ok(seen.width > 80 && seen.height > 20);
  });
});

test("somebody unknown is shown by name, with the reason why nothing is linked", async () => {
  const { box } = await salon();
  await withPage(box, { at }, async (page) => {
    const stranger = card(page, "Katarzyna Dąbrowska");
    await stranger.getByText("zwierzę nieprzypisane").waitFor();
    await stranger.getByText("Nieznany klient").waitFor();
  });
});

test("visits that share time say so, and free time between visits is a row", async () => {
  const { box } = await salon();
  await withPage(box, { at }, async (page) => {
    await card(page, "Figa").getByText("Nakłada się: 10:00 Łapka").waitFor();
    await card(page, "Łapka").getByText("Nakłada się: 11:00 Figa").waitFor();
    const gaps = await page.locator(".gap").allTextContents();
    assert.ok(
      gaps.some((text) => /^12:00Wolne 30 min, do 12:30$/.test(text)),
      gaps.join("; "),
    );
    assert.ok(
      gaps.some((text) => /^13:00Wolne 1 h, do 14:00$/.test(text)),
      gaps.join("; "),
    );
  });
});

test("filters count and show only what was asked for, and one tap shows all again", async () => {
  const { box } = await salon();
  await withPage(box, { at }, async (page) => {
    await card(page, "Burek").waitFor();
    const warned = page.getByRole("button", { name: /^Z uwagami/ });
    assert.match(await warned.textContent(), /3$/);
    await warned.click();
    assert.equal(await warned.getAttribute("aria-pressed"), "true");
    assert.deepEqual(await page.locator(".card-open").allTextContents(), [
      "Burek",
      "Figa",
      "Bruno i Balbina",
    ]);
    await page.getByRole("button", { name: /^Wszystkie/ }).click();
    await card(page, "Mruczek").waitFor();
  });
});

test("days go back, forth, to today, and to any day of the calendar", async () => {
  const { box } = await salon();
  await withPage(box, { at, size: "tablet" }, async (page) => {
    const heading = (day) =>
      page.getByRole("heading", {
        level: 1,
        name: new RegExp(`\\b${Number(day.slice(8))} `),
      });
    await heading(fullDay).waitFor();
    await page.getByRole("link", { name: "Następny dzień" }).first().click();
    await heading(addDays(fullDay, 1)).waitFor();
    await page.getByRole("link", { name: "Poprzedni dzień" }).click();
    await page.getByRole("link", { name: "Poprzedni dzień" }).click();
    await heading(addDays(fullDay, -1)).waitFor();
    await page.getByRole("button", { name: "Wybierz dzień" }).click();
    const dialog = page.getByRole("dialog");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await heading(fullDay).waitFor();
    await card(page, "Burek").waitFor();
    await page.locator('[data-nav="today"]').click();
    await page.getByRole("heading", { level: 1, name: /^Dziś, / }).waitFor();
    await page.goBack();
    await heading(fullDay).waitFor();
  });
});

test("the day can be run by keyboard: days, visits, help; and shortcuts can be switched off", async () => {
  const { box } = await salon();
  await withPage(box, { at }, async (page) => {
    await card(page, "Burek").waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Łapka");
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Burek" }).waitFor();
    await page.goBack();
    await card(page, "Burek").waitFor();
    await page.keyboard.press("ArrowRight");
    await page.waitForURL(`**/#/day/${addDays(fullDay, 1)}`);
    await page.keyboard.press("w");
    await page.getByRole("heading", { level: 1, name: /^Tydzień/ }).waitFor();
    await page.keyboard.press("t");
    await page.getByRole("heading", { level: 1, name: /^Dziś, / }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Skróty klawiszowe" }).waitFor();
    await picture(page, "shortcuts");
    await page.getByRole("switch", { name: "Skróty włączone" }).uncheck();
    await page.keyboard.press("Escape");
    await page.keyboard.press("w");
    await page.waitForTimeout(200);
    await page.getByRole("heading", { level: 1, name: /^Dziś, / }).waitFor();
    await page.keyboard.press("Tab");
    assert.ok(
      await page.evaluate(() => document.activeElement !== document.body),
      "Tab goes nowhere",
    );
  });
});

/* A visit that is going on now, whatever the time of day. */
async function visitNow(box, clients, uid) {
  const begun = Math.floor((Date.now() - 10 * 60000) / 300000) * 300000;
  if (wall(begun).day !== today() || wall(begun + 3600000).day !== today())
    skip("too close to midnight");
  return book(box, { uid, start: begun, ...bookedBy(clients.ewa) });
}

test("one tap leads an animal through the salon, each step can be taken back", async () => {
  const { box, clients } = await salon();
  await visitNow(box, clients, "desk-1");
  await withPage(box, {}, async (page) => {
    const mruczek = card(page, "Mruczek");
    const step = async (name, state) => {
      await mruczek.getByRole("button", { name: `${name}: Mruczek` }).click();
      await mruczek.locator(".badge").getByText(state, { exact: true }).waitFor();
      await page.locator("#toasts").getByText(`Mruczek: ${state}`, { exact: true }).waitFor();
    };
    await step("Na miejscu", "Na miejscu");
    await page.locator(".now").waitFor();
    await page.getByRole("complementary").getByText("Mruczek", { exact: true }).waitFor();
    await step("Zaczynamy", "W trakcie");
    await picture(page, "desk-undo");
    await page.getByRole("button", { name: "Cofnij" }).click();
    await mruczek.locator(".badge").getByText("Na miejscu", { exact: true }).waitFor();
    await step("Zaczynamy", "W trakcie");
    await step("Do odbioru", "Do odbioru");
    await page.keyboard.press("u");
    await mruczek.locator(".badge").getByText("W trakcie", { exact: true }).waitFor();
    await step("Do odbioru", "Do odbioru");
    await step("Odebrano", "Odebrano");
    assert.equal(await mruczek.locator(".card-step").count(), 0);
    await page.reload();
    await card(page, "Mruczek").locator(".badge").getByText("Odebrano", { exact: true }).waitFor();
  });
});

test("every status is behind the dots, and a colleague's page shows it at once", async () => {
  const { box } = await salon();
  await withPage(box, { at }, async (page) => {
    await withPage(box, { at, size: "tablet", lang: "en" }, async (other) => {
      await card(other, "Kluska").waitFor();
      await card(page, "Kluska").getByRole("button", { name: "Więcej: Kluska" }).click();
      const menu = page.getByRole("dialog", { name: "Kluska" });
      const names = [
        "Potwierdzona",
        "Na miejscu",
        "W trakcie",
        "Do odbioru",
        "Odebrano",
        "Nieobecność",
      ];
      for (const name of names) await menu.getByRole("button", { name, exact: true }).waitFor();
      await picture(page, "desk-menu");
      await menu.getByRole("button", { name: "Potwierdzona" }).click();
      await card(other, "Kluska").locator(".badge").getByText("Potwierdzona").waitFor();
      await card(page, "Kluska").getByRole("button", { name: "Więcej: Kluska" }).click();
      await page.getByRole("button", { name: "Usuń stan" }).click();
      await card(other, "Kluska").locator(".badge").getByText("Umówiona").waitFor();
    });
  });
});

test("a browser in another time zone shows the salon's time", async () => {
  const { box } = await salon();
  for (const timezoneId of ["America/New_York", "Pacific/Auckland"]) {
    await withPage(box, { at, timezoneId }, async (page) => {
      await card(page, "Burek").waitFor();
      assert.equal(await page.locator(".visit .visit-start").first().textContent(), "09:00");
      await page.locator('[data-nav="today"]').click();
      const day = Number(today().slice(8));
      await page
        .getByRole("heading", { level: 1, name: new RegExp(`^Dziś, .* ${day} `) })
        .waitFor();
    });
  }
});

test("the days on which clocks change show each visit at its own time", async () => {
  const { box, clients } = await salon();
  const year = Number(today().slice(0, 4)) + 1;
  const lastSunday = (month) => {
    let day = `${year}-${month}-31`;
    while (new Date(`${day}T12:00:00Z`).getUTCDay() !== 0) day = addDays(day, -1);
    return day;
  };
  const [spring, autumn] = [lastSunday("03"), lastSunday("10")];
  await book(box, {
    uid: "dst-1",
    start: instant(spring, "01:30"),
    minutes: 30,
    ...bookedBy(clients.jan),
  });
  await book(box, {
    uid: "dst-2",
    start: instant(spring, "03:30"),
    minutes: 30,
    ...bookedBy(clients.anna),
  });
  const second = instant(autumn, "02:30") + 3600000; // 02:30 comes twice; this is the later one
  await book(box, {
    uid: "dst-3",
    start: instant(autumn, "02:30"),
    minutes: 30,
    ...bookedBy(clients.jan),
  });
  await book(box, { uid: "dst-4", start: second, minutes: 30, ...bookedBy(clients.anna) });
  await withPage(box, { at: `#/day/${spring}`, timezoneId: "UTC" }, async (page) => {
    await card(page, "Łapka").waitFor();
    assert.deepEqual(await page.locator(".visit .visit-start").allTextContents(), [
      "01:30",
      "03:30",
    ]);
    await page.locator(".gap", { hasText: "Wolne 30 min, do 03:30" }).waitFor();
    await page.goto(`${box.url}/#/day/${autumn}`);
    await card(page, "Łapka").waitFor();
    assert.deepEqual(await page.locator(".card-open").allTextContents(), ["Burek", "Łapka"]);
    assert.deepEqual(await page.locator(".visit .visit-start").allTextContents(), [
      "02:30",
      "02:30",
    ]);
    assert.equal(await page.locator(".card-clash", { hasText: "Nakłada się" }).count(), 0);
    await page.locator(".gap", { hasText: "Wolne 30 min" }).waitFor();
  });
});

test("an unusual address leads to today or to a sentence, never to an empty page", async () => {
  const { box } = await salon();
  for (const hash of ["#/day/2026-02-31", "#/nonsense", "#/%E0%A4%A"]) {
    await withPage(box, { at: hash }, async (page) => {
      await page.getByRole("heading", { level: 1, name: /^Dziś, / }).waitFor();
    });
  }
  await withPage(box, { at: "#/appointment/no-such", expect: [/404/] }, async (page) => {
    await page.getByRole("heading", { level: 2, name: "Nie ma takiej wizyty" }).waitFor();
  });
});

test("a day of sixty visits is whole and in order, and news touches no card but its own", async () => {
  const { box, clients } = await salon();
  const day = addDays(fullDay, 9);
  const who = Object.values(clients);
  for (let i = 0; i < 60; i += 1) {
    const minutes = 6 * 60 + i * 15;
    const time = `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
    await book(box, {
      uid: `sixty-${i}`,
      start: instant(day, time),
      minutes: 15,
      ...bookedBy(who[i % who.length]),
    });
  }
  await withPage(box, { at: `#/day/${day}`, size: "tablet" }, async (page) => {
    await page.locator(".visit").nth(59).waitFor();
    const starts = await page.locator(".visit-start").allTextContents();
    assert.deepEqual(starts, [...starts].sort());
    await page.evaluate(() => {
      for (const row of document.querySelectorAll(".visit")) row.known = true;
    });
    await book(box, {
      uid: "sixty-one",
      start: instant(day, "21:30"),
      ...bookedBy(clients.jan),
    });
    await page.locator(".visit").nth(60).waitFor();
    const kept = await page.evaluate(
      () => [...document.querySelectorAll(".visit")].filter((row) => row.known).length,
    );
    assert.equal(kept, 60, "cards were made anew");
  });
});
