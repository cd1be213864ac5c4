/*
 * offline.test.mjs: when the box is away the list stays, says how old it is, and comes back by itself; what the browser
 * keeps for that is little and does not outlive the sign-in.
 */
import assert from "node:assert/strict";
import { newBox, owner } from "./lib/box.mjs";
import { book, today, wall } from "./lib/calcom.mjs";
import { picture, until, withPage } from "./lib/browser.mjs";
import { addClient, bookedBy } from "./lib/people.mjs";
import { test } from "./lib/tap.mjs";

const away = [/ERR_CONNECTION|Failed to load resource|Failed to fetch|ERR_INCOMPLETE/i];
const kept = (page) =>
  page.evaluate(async () => {
    const cache = await caches.open("barkbook-days");
    return (await cache.keys()).map((request) => new URL(request.url).pathname).sort();
  });

/* The page can open without the box once the service worker has all that the page is made of. */
const shellKept = (page) =>
  until(page, async () => {
    const names = [];
    for (const request of await (await caches.open("barkbook-shell-1")).keys()) {
      names.push(new URL(request.url).pathname);
    }
    const loaded = performance
      .getEntriesByType("resource")
      .map((entry) => new URL(entry.name).pathname)
      .filter((name) => /\.(js|css|svg|json)$/.test(name));
    return names.includes("/") && loaded.every((name) => names.includes(name));
  });

test("a page whose box stopped keeps its list, opens again without the box, and recovers", async () => {
  const box = await newBox("offline");
  await box.signIn();
  const jan = await addClient(box, {
    name: "Jan",
    surname: "Kowalski",
    phone: "+48600100200",
    email: "jan@example.com",
    pets: [{ name: "Burek", breed: "jamnik", allergies: "kurczak" }],
  });
  const begun = Math.floor(Date.now() / 300000) * 300000;
  await book(box, { uid: "offline-1", start: begun, ...bookedBy(jan) });
  await withPage(box, { expect: away }, async (page) => {
    await page.getByText("Alergie: kurczak").first().waitFor();
    await shellKept(page);
    await until(page, async () => (await (await caches.open("barkbook-days")).keys()).length === 3);
    await box.stop("SIGKILL");
    await page.getByText("Brak połączenia z BarkBookiem").waitFor({ timeout: 30000 });
    await page.getByText(/Lista jest z godziny \d\d:\d\d/).waitFor();
    await page.getByText("Alergie: kurczak").first().waitFor();
    assert.equal(
      await page.locator(".card-step").count(),
      0,
      "a status can be set that cannot be saved",
    );
    await picture(page, "offline");

    await page.reload();
    await page.getByText("Brak połączenia z BarkBookiem").waitFor({ timeout: 30000 });
    await page.getByText("Alergie: kurczak").first().waitFor();
    assert.deepEqual(
      await kept(page),
      [`/kept/${today()}`, `/kept/${wall(Date.now() + 86400000).day}`, "/kept/session"].sort(),
    );

    await box.start();
    await page
      .getByText("Brak połączenia z BarkBookiem")
      .waitFor({ state: "detached", timeout: 40000 });
    await page.getByText("Alergie: kurczak").first().waitFor();
  });
});

test("what the browser keeps is gone after sign-out, and when it is a day old", async () => {
  const box = await newBox("kept");
  await box.signIn();
  await withPage(box, { expect: away }, async (page) => {
    await until(page, async () => (await (await caches.open("barkbook-days")).keys()).length === 3);
    await shellKept(page);
    await page.evaluate(async () => {
      const cache = await caches.open("barkbook-days");
      for (const request of await cache.keys()) {
        const entry = await (await cache.match(request)).json();
        await cache.put(
          request,
          new Response(JSON.stringify({ ...entry, at: Date.now() - 25 * 3600000 })),
        );
      }
    });
    await box.stop();
    await page.reload();
    await page
      .getByText("Sprawdź, czy urządzenie BarkBook jest włączone")
      .waitFor({ timeout: 30000 });
    assert.deepEqual(await kept(page), []);
    await box.start();
    await page.getByRole("heading", { level: 1, name: /^Dziś, / }).waitFor({ timeout: 30000 });
    await until(page, async () => (await (await caches.open("barkbook-days")).keys()).length === 3);
    await page.getByRole("link", { name: "Więcej", exact: true }).click();
    await page.getByText(owner.name, { exact: true }).waitFor();
    await page.getByRole("button", { name: "Wyloguj się" }).click();
    await page.getByRole("heading", { name: "Zaloguj się" }).waitFor();
    assert.deepEqual(
      await page.evaluate(() => caches.keys().then((k) => k.filter((n) => n.includes("days")))),
      [],
    );
  });
});
