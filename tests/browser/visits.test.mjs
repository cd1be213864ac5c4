/*
 * visits.test.mjs: what is written about a visit saves itself and outlives a reload, a sign-out, a box that is away,
 * and somebody else who writes at the same time.
 */
import assert from "node:assert/strict";
import { newBox } from "./lib/box.mjs";
import { picture, until, withPage } from "./lib/browser.mjs";
import { book, instant, today, addDays } from "./lib/calcom.mjs";
import { addClient, bookedBy } from "./lib/people.mjs";
import { test } from "./lib/tap.mjs";

let made = null;

function salon() {
  made ??= (async () => {
    const box = await newBox("visits");
    await box.signIn();
    const jan = await addClient(box, {
      name: "Jan",
      surname: "Kowalski",
      phone: "+48600100200",
      email: "jan@example.com",
      pets: [{ name: "Burek", breed: "sznaucer" }],
    });
    return { box, jan };
  })();
  return made;
}

let count = 0;
async function visit() {
  const { box, jan } = await salon();
  count += 1;
  const day = addDays(today(), -count);
  const id = await book(box, {
    uid: `visit-${count}-${Date.now()}`,
    start: instant(day, "10:00"),
    ...bookedBy(jan),
  });
  return { box, id, at: `#/appointment/${id}` };
}

const call = async (box, method, path, body) => {
  const answer = await fetch(`${box.url}${path}`, {
    method,
    headers: {
      Cookie: `${box.cookie.name}=${box.cookie.value}`,
      ...(body ? { "Content-Type": "application/json", "X-BarkBook": "1" } : {}),
    },
    body: body && JSON.stringify(body),
  });
  return answer.json();
};
const recorded = async (box, id) =>
  (await call(box, "GET", `/api/appointments/${id}/visits`)).visits[0].visit;
const saved = (page) => page.locator('.record-state[data-state="saved"]').waitFor();

test("notes, recipe and price save themselves and are there after a reload", async () => {
  const { box, id, at } = await visit();
  await withPage(box, { at }, async (page) => {
    await page.getByLabel("Notatka z wizyty").pressSequentially("Krótko przy uszach");
    await page.getByLabel("Ostrze").fill("7F");
    await page.getByLabel("Szampon").fill("Owsiany");
    await page.getByLabel("Czas pracy (min)").fill("75");
    await page.getByLabel("Pobrana kwota (zł)").fill("180,50");
    await page.getByLabel("Karta").check();
    await saved(page);
    const visit = await recorded(box, id);
    assert.deepEqual(
      [visit.notes, visit.blade, visit.shampoo, visit.minutes, visit.price_minor, visit.paid_by],
      ["Krótko przy uszach", "7F", "Owsiany", 75, 18050, "card"],
    );
    await page.reload();
    await until(page, () => document.querySelector("[name=notes]")?.value === "Krótko przy uszach");
    assert.equal(await page.getByLabel("Pobrana kwota (zł)").inputValue(), "180,50");
    assert.ok(await page.getByLabel("Karta").isChecked());
    await picture(page, "visit-record");
  });
});

test("last time's recipe is in sight, and one tap takes it over without touching what was typed", async () => {
  const first = await visit();
  const { box } = first;
  const opened = await call(box, "GET", `/api/appointments/${first.id}/visits`);
  const made = await call(box, "POST", "/api/visits", {
    event_id: first.id,
    pet_id: opened.visits[0].pet.id,
  });
  await call(box, "PATCH", `/api/visits/${made.id}`, { revision: 1, blade: "10", shampoo: "Lniany" });
  // The newest of them is on the earliest made appointment: they go back in time.
  const { at } = await visit();
  await withPage(box, { at }, async (page) => {
    await page.getByLabel("Ostrze").fill("4F");
    await page.getByRole("button", { name: "Wpisz jak ostatnio" }).click();
    await saved(page);
    assert.equal(await page.getByLabel("Ostrze").inputValue(), "4F");
    assert.notEqual(await page.getByLabel("Szampon").inputValue(), "");
  });
});

test("what was typed while the box was away is saved when it is back", async () => {
  const { box, id, at } = await visit();
  await withPage(box, { at, expect: [/ERR_INTERNET_DISCONNECTED|Failed to load/] }, async (page, context) => {
    await page.getByLabel("Notatka z wizyty").waitFor();
    await context.setOffline(true);
    await page.getByLabel("Notatka z wizyty").fill("Bez sieci");
    await page.locator('.record-state[data-state="offline"]').waitFor();
    await context.setOffline(false);
    await saved(page);
    assert.equal((await recorded(box, id)).notes, "Bez sieci");
  });
});

test("words that the box never got outlive a sign-out, and only their writer sees them", async () => {
  const { box, id, at } = await visit();
  await withPage(box, { at, expect: [/401|ERR_FAILED|Failed to load/] }, async (page) => {
    await page.getByLabel("Notatka z wizyty").waitFor();
    // The battery runs out, or the session ends, before the box has heard of it.
    await page.route("**/api/visits**", (route) => route.abort());
    await page.getByLabel("Notatka z wizyty").fill("Zdążyłam napisać");
    await page.locator('.record-state[data-state="offline"]').waitFor();
    const kept = await page.evaluate(() => Object.keys(localStorage).filter((k) => k.includes("unsent")));
    assert.equal(kept.length, 1);
    await page.context().clearCookies();
    await page.reload();
    await page.locator("#password").waitFor();
    assert.equal(await page.getByText("Zdążyłam").count(), 0);
    await page.unroute("**/api/visits**");
    await page.context().addCookies([box.cookie]);
    await page.goto(`${box.url}/${at}`);
    await page.reload();
    await saved(page);
    assert.equal((await recorded(box, id)).notes, "Zdążyłam napisać");
    const left = await page.evaluate(() => Object.keys(localStorage).filter((k) => k.includes("unsent")));
    assert.deepEqual(left, [], "it stayed on the device");
  });
});

test("two people at one note: neither loses a word, and other fields go together by themselves", async () => {
  const { box, id, at } = await visit();
  await withPage(box, { at, expect: [/409|ERR_FAILED/] }, async (page) => {
    await page.getByLabel("Notatka z wizyty").fill("Moje");
    await saved(page);
    const { id: record, revision } = await recorded(box, id);
    // The page must not hear of it before it writes.
    await page.route(`**/api/appointments/**`, (route) => route.abort());
    await call(box, "PATCH", `/api/visits/${record}`, { revision, notes: "Cudze", blade: "5F" });
    await page.getByLabel("Szampon").fill("Owsiany");
    await page.locator('.record-state[data-state="saved"]').waitFor();
    await until(page, () => document.querySelector("[name=blade]").value === "5F");
    const now = await recorded(box, id);
    assert.deepEqual([now.notes, now.shampoo], ["Cudze", "Owsiany"]);
    await call(box, "PATCH", `/api/visits/${record}`, { revision: now.revision, notes: "Cudze znowu" });
    await page.getByLabel("Notatka z wizyty").fill("Moje znowu");
    await page.getByRole("button", { name: "Zostaw oba" }).waitFor();
    await picture(page, "visit-conflict");
    await page.unroute(`**/api/appointments/**`);
    await page.getByRole("button", { name: "Zostaw oba" }).click();
    await saved(page);
    assert.equal((await recorded(box, id)).notes, "Cudze znowu\nMoje znowu");
  });
});

test("a price that is none is said beside its field, and the rest is saved", async () => {
  const { box, id, at } = await visit();
  await withPage(box, { at }, async (page) => {
    await page.getByLabel("Pobrana kwota (zł)").fill("sto");
    await page.getByLabel("Ostrze").fill("3F");
    await page.getByText("Wpisz kwotę, na przykład 180 albo 180,50.").waitFor();
    await until(page, () => document.querySelector(".record-state")?.dataset.state === "wrong");
    assert.equal((await recorded(box, id)).blade, "3F");
    await page.getByRole("button", { name: "Jak w rezerwacji" }).waitFor({ state: "detached" });
  });
});
