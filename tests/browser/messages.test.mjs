/*
 * messages.test.mjs: text messages: the owner switches them on and writes the words, a text is planned and
 * sent, one that was refused waits for a call, and one goes to everybody of a day; and how it all looks.
 */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { newBox } from "./lib/box.mjs";
import { picture, sizes, until, withPage } from "./lib/browser.mjs";
import { addClient } from "./lib/people.mjs";
import { book } from "./lib/calcom.mjs";
import { test } from "./lib/tap.mjs";
import { newTwilio } from "./lib/twilio.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const HOUR = 3600000;
const jan = "+48600100200";
const ewa = "+48600100201";
const adam = "+48600100202";
let made = null;

/* It is about noon there: texts go out by day only, whenever the tests run. */
function noonZone() {
  const ahead = 12 - new Date().getUTCHours();
  return ahead === 0 ? "Etc/GMT" : `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`;
}

function salon() {
  made ??= (async () => {
    const twilio = await newTwilio();
    const box = await newBox("messages", {
      BARKBOOK_SMS_API_URL: twilio.url,
      BARKBOOK_SERVER_TIMEZONE: noonZone(),
    });
    await box.signIn();
    const people = [];
    for (const [name, phone, pet] of [
      ["Jan", jan, "Burek"],
      ["Ewa", ewa, "Figa"],
      ["Adam", adam, "Reks"],
    ]) {
      const email = `${pet.toLowerCase()}@example.pl`;
      people.push(
        await addClient(box, { name, surname: "Nowak", phone, email, pets: [{ name: pet }] }),
      );
    }
    await box.sql(
      `UPDATE clients SET sms_consent_at = '2026-01-01T00:00:00.000Z' WHERE phone_number <> '${adam}';`,
    );
    twilio.refuse[ewa] = 21614;
    const events = [];
    for (const [i, person] of people.entries()) {
      const start = Math.ceil(Date.now() / HOUR) * HOUR + (19 + i) * HOUR;
      events.push(
        await book(box, {
          uid: `text-${i}`,
          start,
          name: person.name,
          email: person.email,
          phone: person.phone,
          client: person.id,
          pets: person.pets,
        }),
      );
    }
    // Agreed days ago: their texts are due.
    await box.sql(
      "UPDATE bookings SET made_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-5 days');",
    );
    return { box, twilio, events };
  })();
  return made;
}

async function examine(page, where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  assert.deepEqual(
    violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`),
    [],
    `${where}: axe`,
  );
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${where}: ${wide} px too wide`);
}

test("the owner switches texts on, and sees how each reads while writing it", async () => {
  const { box, twilio } = await salon();
  const refusal = [/status of 400 .*\/api\/messages\/settings/];
  await withPage(box, { at: "#/messages", expect: refusal }, async (page) => {
    await page.getByText("Wysyłanie SMS nie jest włączone").waitFor();
    await page.getByRole("link", { name: "Ustawienia SMS" }).first().click();
    await page.getByLabel("Twilio").check();
    await page.getByLabel("Account SID").fill(`AC${"0123456789abcdef".repeat(2)}`);
    await page.getByLabel("Auth token").fill("fake-token");
    await page.getByLabel("Nadawca").fill("Łapka");
    await page.getByRole("button", { name: "Zapisz" }).first().click();
    await page.locator("#from[aria-invalid]").waitFor();
    await page.getByLabel("Nadawca").fill("600 900 900");
    await page.getByRole("button", { name: "Zapisz" }).first().click();
    await until(page, () => document.querySelector("#from").value === "+48600900900");
    assert.equal(await page.getByLabel("Auth token").inputValue(), "");

    const words = page.locator("#template-day_before");
    await words.fill("{pies} o {time}");
    await page.getByText("there is no field {pies}").first().waitFor();
    await words.fill("{pet}: wizyta {day} o {time}. Łapka");
    await page.locator(".text-bubble", { hasText: "Burek: wizyta jutro o 14:00. Łapka" }).waitFor();
    await page.getByText(/^1 SMS · \d+ z 70 znaków$/).first().waitFor();
    await page.locator("#plain").check();
    await page.locator(".text-bubble", { hasText: "Burek: wizyta jutro o 14:00. Lapka" }).waitFor();
    await page.getByText(/^1 SMS · \d+ z 160 znaków$/).first().waitFor();
    await page.getByLabel("Cena jednego SMS w złotych").fill("0,17");
    await page.getByRole("button", { name: "Zapisz" }).last().click();
    await page.getByText(/^1 SMS · \d+ z 160 znaków · 0,17/).first().waitFor();

    await page.locator("#day_before").check();
    await page.getByRole("button", { name: "Zapisz" }).nth(1).click();
    await page.getByText("Zapisano").first().waitFor();
  });
  const end = Date.now() + 30000;
  while (!twilio.sent.length && Date.now() < end) await new Promise((r) => setTimeout(r, 100));
  assert.equal(twilio.sent.length, 1);
  assert.match(twilio.sent[0].body, /^Burek: wizyta (jutro|dzis) o \d+:00\. Lapka$/);
});

test("a refused text and a visit without one wait for a call, with reasons, until ticked off", async () => {
  const { box, events } = await salon();
  await withPage(box, { at: "#/messages" }, async (page) => {
    const refused = page.locator(".text-row", { hasText: "Ewa Nowak" });
    await refused.getByText("To nie jest numer komórkowy.").waitFor();
    const silent = page.locator(".text-row", { hasText: "Adam Nowak" });
    await silent.getByText("Bez SMS: klient nie zgodził się na SMS").waitFor();
    await picture(page, "messages-calls");
    await refused.getByRole("button", { name: "Załatwione: Ewa Nowak" }).click();
    await refused.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Cofnij" }).click();
    await refused.waitFor();
    await page.getByRole("button", { name: "Wysłane" }).click();
    await page.locator(".text-row", { hasText: "Jan Nowak" }).getByText("Wysłana").waitFor();
  });
  await withPage(box, { at: `#/appointment/${events[2]}` }, async (page) => {
    await page.getByText("Bez SMS: klient nie zgodził się na SMS").waitFor();
  });
});

test("a text in one's own words is shown before it goes, and goes to whom it may", async () => {
  const { box, twilio, events } = await salon();
  const before = twilio.sent.length;
  await withPage(box, { at: `#/appointment/${events[0]}` }, async (page) => {
    await page.getByRole("button", { name: "Napisz SMS" }).click();
    await page.locator("dialog textarea:focus").waitFor();
    await page.keyboard.type("Proszę zabrać smycz. {salon}");
    await page
      .locator("dialog .text-bubble", { hasText: "Prosze zabrac smycz. Salon Lapka" })
      .waitFor();
    await picture(page, "messages-write");
    await examine(page, "writing");
    await page.getByRole("button", { name: "Wyślij" }).click();
    await page.getByText("SMS do Jan Nowak jest w drodze").waitFor();
  });
  const end = Date.now() + 30000;
  while (twilio.sent.length === before && Date.now() < end)
    await new Promise((r) => setTimeout(r, 100));
  assert.equal(twilio.sent.at(-1).body, "Prosze zabrac smycz. Salon Lapka");
  await withPage(box, { at: `#/appointment/${events[2]}` }, async (page) => {
    await page.getByRole("button", { name: "Napisz SMS" }).click();
    await page.locator("dialog textarea:focus").waitFor();
    await page.keyboard.type("Dzień dobry");
    await page.locator("dialog .form-error", { hasText: "nie zgodził się" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
  });
});

test("a text to everybody of a day names who gets it, who does not, and what it costs", async () => {
  const { box, twilio, events } = await salon();
  const day = await box.sql(
    `SELECT substr(start_time, 1, 10) FROM calendar_events WHERE id = '${events[0]}';`,
  );
  const answer = await fetch(`${box.url}/api/appointments/${events[0]}`, {
    headers: { Cookie: `${box.cookie.name}=${box.cookie.value}` },
  });
  const { date } = await answer.json();
  assert.ok(day);
  twilio.refuse = {};
  await withPage(box, { at: "#/messages" }, async (page) => {
    await page.getByRole("button", { name: "Wiadomość do klientów dnia" }).click();
    await page.locator("dialog #date").fill(date);
    await page.locator("dialog #text").fill("Salon dzis zamkniety. Zadzwonimy.");
    await page.locator("dialog .text-person", { hasText: "Jan Nowak" }).waitFor();
    await page.locator("dialog .text-sum").getByText(/osob|osoba|osoby/).waitFor();
    await picture(page, "messages-day");
    await examine(page, "a day's text");
    await page.getByRole("button", { name: /^Wyślij do/ }).click();
    await page.getByText(/w drodze$/).first().waitFor();
  });
  const end = Date.now() + 30000;
  const got = () => twilio.sent.filter((m) => m.body.startsWith("Salon dzis")).map((m) => m.to);
  while (!got().includes(jan) && Date.now() < end) await new Promise((r) => setTimeout(r, 100));
  assert.ok(got().includes(jan));
  assert.ok(!got().includes(adam), "a client without consent was written to");
});

for (const lang of ["pl", "en"]) {
  for (const theme of ["light", "dark"]) {
    test(`the pages of texts are accessible and whole: ${lang}, ${theme}`, async () => {
      const { box } = await salon();
      await box.setLanguage(lang);
      try {
        for (const size of Object.keys(sizes)) {
          for (const [name, at, ready] of [
            ["messages", "#/messages", ".text-row"],
            ["messages-settings", "#/textSettings", ".text-bubble"],
          ]) {
            await withPage(box, { at, lang, theme, size }, async (page) => {
              await page.locator(ready).first().waitFor();
              await picture(page, `${name}-${lang}-${theme}-${size}`);
              await examine(page, `${name} ${lang} ${theme} ${size}`);
            });
          }
        }
      } finally {
        await box.setLanguage("pl");
      }
    });
  }
}
