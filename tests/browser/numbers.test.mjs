/*
 * numbers.test.mjs: the owner's figures: charts with their tables, the rows behind them, and the files; staff see none of it.
 */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { newBox } from "./lib/box.mjs";
import { picture, sizes, withPage } from "./lib/browser.mjs";
import { test } from "./lib/tap.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let made = null;

/* A year of a small salon, behind us. */
function salon() {
  made ??= (async () => {
    const box = await newBox("numbers");
    await box.signIn();
    await box.sql(`BEGIN IMMEDIATE;
      WITH RECURSIVE i (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM i WHERE n < 39)
      INSERT INTO clients (id, salon_id, name, surname, phone_number) SELECT 'c' || n, s.id, 'Klient', 'Numer ' || n, '+48600100' || (200 + n) FROM i, salons s;
      INSERT INTO pets (id, salon_id, name) SELECT 'p' || substr(id, 2), salon_id, 'Pies ' || substr(id, 2) FROM clients;
      INSERT INTO client_pets SELECT id, 'p' || substr(id, 2) FROM clients;
      WITH RECURSIVE i (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM i WHERE n < 399)
      INSERT INTO calendar_events (id, cal_com_event_id, salon_id, client_id, pet_id, title, start_time, end_time, duration_minutes, status, price_minor, currency)
        SELECT 'e' || n, 'u' || n, s.id, 'c' || (n * 7 % 40), 'p' || (n * 7 % 40),
          CASE n % 4 WHEN 0 THEN 'Kąpiel' WHEN 1 THEN 'Obcinanie pazurów' ELSE 'Strzyżenie' END,
          strftime('%Y-%m-%dT%H:00:00.000Z', 'now', 'start of day', '-' || (n * 360 / 400 + 2) || ' days', '+' || (8 + n % 8) || ' hours'),
          strftime('%Y-%m-%dT%H:00:00.000Z', 'now', 'start of day', '-' || (n * 360 / 400 + 2) || ' days', '+' || (9 + n % 8) || ' hours'),
          60, CASE WHEN n % 17 = 0 THEN 'no_show' WHEN n % 13 = 0 THEN 'cancelled' ELSE 'completed' END, 12000 + n % 5 * 3000, 'PLN' FROM i, salons s;
      INSERT INTO event_pets SELECT id, pet_id FROM calendar_events;
      INSERT INTO pet_visits (id, pet_id, event_id, visit_date, price_minor, currency, paid_by)
        SELECT 'v' || substr(id, 2), pet_id, id, substr(start_time, 1, 10), price_minor, 'PLN', 'card' FROM calendar_events
        WHERE status = 'completed' AND substr(id, 2) % 9 <> 0;
      COMMIT;`);
    return box;
  })();
  return made;
}

const drawn = (page) => page.locator('.chart[data-drawn="yes"]').nth(3).waitFor();

test("figures come with chart, table and meaning, and open the appointments behind them", async () => {
  const box = await salon();
  await withPage(box, { at: "#/numbers" }, async (page) => {
    await drawn(page);
    await picture(page, "numbers");
    const part = page.locator('[data-part="revenue"]');
    assert.match(await part.textContent(), /Brakujących kwot nie zgadujemy/);
    const row = part.locator("tbody tr").last();
    const untaken = row.locator(".figure").last();
    const count = Number(await untaken.textContent());
    assert.ok(count > 0);
    await untaken.click();
    await page.locator(".drill li").first().waitFor();
    assert.equal(await page.locator(".drill li").count(), count);
    assert.equal(await page.locator(".drill-price", { hasText: "bez kwoty" }).count(), count);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Poprzedni miesiąc" }).click();
    await page.locator('[data-part="revenue"] tbody tr').nth(1).waitFor({ state: "detached" });
    await page.locator('[data-part="hours"]').scrollIntoViewIfNeeded();
    await picture(page, "numbers-hours");
  });
});

test("the month's file for the accountant is one tap away", async () => {
  const box = await salon();
  await withPage(box, { at: "#/numbers" }, async (page) => {
    await page.locator('[data-part="revenue"] table').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator(".button-primary[data-export=accounting]").click(),
    ]);
    assert.match(download.suggestedFilename(), /^barkbook-accounting-\d{4}-\d\d-01-\d{4}-\d\d-\d\d\.csv$/);
    const text = await readFile(await download.path(), "utf8");
    assert.match(text, /^\ufeffData;Usługa;Wynik/);
    assert.match(text, /\r\nRazem;/);
  });
});

test("staff find no figures, neither in the rail nor by the address", async () => {
  const box = await salon();
  const call = (method, path, body, cookie) =>
    fetch(`${box.url}${path}`, {
      method,
      headers: { "Content-Type": "application/json", "X-BarkBook": "1", Cookie: cookie ?? "" },
      body: JSON.stringify(body),
    });
  const mine = `${box.cookie.name}=${box.cookie.value}`;
  await call("POST", "/api/staff", { name: "Ewa", password: "mokre-łapy-21" }, mine);
  const answer = await call("POST", "/api/session", { name: "Ewa", password: "mokre-łapy-21" });
  const value = /barkbook_session=([^;]+)/.exec(answer.headers.get("set-cookie"))[1];
  await withPage(box, { cookie: { ...box.cookie, value }, at: "#/numbers", expect: [/403/] }, async (page) => {
    await page.locator(".rail-link").first().waitFor();
    assert.equal(await page.locator(".rail").getByText("Liczby").count(), 0);
    assert.equal(await page.locator(".numbers-table").count(), 0);
  });
});

for (const size of Object.keys(sizes)) {
  test(`the figures are accessible in both languages and themes: ${size}`, async () => {
    const box = await salon();
    for (const [lang, theme] of [["pl", "light"], ["en", "dark"]]) {
      await box.setLanguage(lang);
      await withPage(box, { at: "#/numbers", lang, theme, size }, async (page) => {
        await drawn(page);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run(document));
        assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).slice(0, 3)}`), []);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${wide} px too wide`);
        await picture(page, `numbers-${lang}-${theme}-${size}`);
      });
    }
    await box.setLanguage("pl");
  });
}
