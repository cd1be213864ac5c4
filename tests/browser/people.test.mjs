/*
 * people.test.mjs: accounts, one's own account, and taking turns on a shared tablet, as people do it:
 * by hand, by finger and by keyboard.
 */
import assert from "node:assert/strict";
import { newBox, owner } from "./lib/box.mjs";
import { picture, withPage } from "./lib/browser.mjs";
import { addDays, book, instant } from "./lib/calcom.mjs";
import { bookedBy } from "./lib/people.mjs";
import { fullDay, salon } from "./lib/salon.mjs";
import { test } from "./lib/tap.mjs";

const ewa = { name: "Ewa", password: "mokre łapy i szampon" };
const PIN = "407193";
const refused = [/status of 40[139]|status of 400|status of 429/];

let made = null;

async function make() {
  const box = await newBox("people");
  await box.signIn();
  const answer = await box.ask("POST", "/api/staff", { ...ewa, role: "staff", language: "pl" });
  assert.equal(answer.status, 201);
  return box;
}
const fresh = () => (made ??= make());

async function signIn(page, { name, password }) {
  await page.locator("#name").fill(name);
  await page.locator("#password").fill(password);
  await page.getByRole("button", { name: "Zaloguj się", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: /^Dziś, / }).waitFor();
}

async function setPin(page, pin) {
  await page.goto(`${page.url().split("#")[0]}#/account`);
  await page.locator("#pin").fill(pin);
  await page.getByRole("button", { name: "Zapisz PIN" }).click();
  await page.getByText("Masz tu swój PIN.").waitFor();
}

async function tap(page, pin) {
  for (const digit of pin) await page.locator(".pad").getByText(digit, { exact: true }).click();
  await page.getByRole("button", { name: "Wejdź" }).click();
}

const who = async (page) => (await page.evaluate(() => fetch("/api/session").then((r) => r.json()))).user.name;
const today = (page) => page.getByRole("heading", { level: 1, name: /^Dziś, / }).waitFor();

test("the owner adds a person, who signs in; a taken name and a short password are said at their fields", async () => {
  const box = await fresh();
  await withPage(box, { at: "#/more", expect: refused }, async (page, context) => {
    await page.getByRole("link", { name: "Osoby i tablety" }).click();
    await page.locator('[data-person="Ewa"]').waitFor();
    await picture(page, "people");
    await page.getByRole("button", { name: "Dodaj osobę" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.locator("#name").fill("EWA");
    await dialog.locator("#password").fill("krótkie");
    await dialog.getByRole("button", { name: "Dodaj", exact: true }).click();
    await dialog.locator("#password-error").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), "password");
    await dialog.locator("#password").fill("dość długie hasło");
    await dialog.getByRole("button", { name: "Dodaj", exact: true }).click();
    await dialog.getByText("Ta nazwa jest już zajęta.").waitFor();
    assert.equal(await dialog.locator("#password").inputValue(), "dość długie hasło");
    await picture(page, "people-add");
    await dialog.locator("#name").fill("Jan");
    await dialog.getByRole("button", { name: "Dodaj", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    await page.locator('[data-person="Jan"]').getByText("pracownik").waitFor();
    await context.clearCookies();
    await page.goto(box.url);
    await page.reload();
    await signIn(page, { name: "jan", password: "dość długie hasło" });
  });
});

test("a disabled account is out at once; undo lets it in again; roles and passwords are set from the menu", async () => {
  const box = await fresh();
  await withPage(box, { cookie: null, expect: refused }, async (theirs) => {
    await signIn(theirs, ewa);
    await withPage(box, { at: "#/people" }, async (page) => {
      const row = page.locator('[data-person="Ewa"]');
      const choose = async (name) => {
        await row.getByRole("button", { name: "Więcej: Ewa" }).click();
        await page.getByRole("dialog").getByRole("button", { name }).click();
      };
      await choose("Wyłącz konto");
      await row.getByText("wyłączone").waitFor();
      await theirs.goto(`${box.url}/#/week`);
      await theirs.getByRole("heading", { name: "Zaloguj się" }).waitFor();
      await page.getByRole("button", { name: "Cofnij" }).click();
      await row.getByText("wyłączone").waitFor({ state: "detached" });
      await choose("Daj prawa właściciela");
      await row.getByText("właściciel").waitFor();
      await choose("Zostaw prawa pracownika");
      await row.getByText("pracownik").waitFor();
      await choose("Ustaw nowe hasło");
      await page.getByRole("dialog").locator("#password").fill("zupełnie nowe hasło");
      await page.getByRole("dialog").getByRole("button", { name: "Ustaw hasło" }).click();
      await page.getByText("Ewa: nowe hasło ustawione.").waitFor();
    });
    await theirs.goto(box.url);
    await theirs.reload();
    await signIn(theirs, { ...ewa, password: "zupełnie nowe hasło" });
    const back = await box.ask("PATCH", `/api/staff/${(await box.person("Ewa")).id}`, { password: ewa.password });
    assert.equal(back.status, 200);
  });
});

test("the owner sees where a person is signed in and ends it there", async () => {
  const box = await fresh();
  await withPage(box, { cookie: null, expect: refused }, async (theirs) => {
    await signIn(theirs, ewa);
    await withPage(box, { at: "#/people" }, async (page) => {
      await page.getByRole("button", { name: "Więcej: Ewa" }).click();
      await page.getByRole("button", { name: "Gdzie trwa zalogowanie" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("Chrome · Linux").first().waitFor();
      await picture(page, "people-sessions");
      while (await dialog.getByRole("button", { name: /^Wyloguj/ }).count()) {
        const left = await dialog.getByRole("button", { name: /^Wyloguj/ }).count();
        await dialog.getByRole("button", { name: /^Wyloguj/ }).first().click();
        await page.waitForFunction((n) => document.querySelectorAll("dialog [data-end]").length < n, left);
      }
      await dialog.getByText("Ta osoba nie jest nigdzie zalogowana.").waitFor();
    });
    await theirs.goto(`${box.url}/#/week`);
    await theirs.getByRole("heading", { name: "Zaloguj się" }).waitFor();
  });
});

test("one's own password is changed with the present one, and every other device is out", async () => {
  const box = await fresh();
  const next = "inne hasło na jutro";
  await withPage(box, { cookie: null, expect: refused }, async (other) => {
    await signIn(other, ewa);
    await withPage(box, { cookie: null, expect: refused }, async (page) => {
      await signIn(page, ewa);
      await page.goto(`${box.url}/#/account`);
      await page.locator("#current").fill("nie to");
      await page.locator("#password").fill(next);
      await page.getByRole("button", { name: "Zmień hasło" }).click();
      await page.getByText("To nie jest Twoje obecne hasło.").waitFor();
      assert.equal(await page.evaluate(() => document.activeElement.id), "current");
      assert.ok((await page.locator(".lines .line").count()) >= 2);
      await picture(page, "account");
      await page.locator("#current").fill(ewa.password);
      await page.getByRole("button", { name: "Zmień hasło" }).click();
      await page.getByText("Hasło zmienione.").waitFor();
      await page.waitForFunction(() => document.querySelectorAll(".lines .line").length === 1);
      assert.equal(await page.locator("#password").inputValue(), "", "a password is left on the page");
      assert.equal(await who(page), "Ewa");
    });
    await other.goto(`${box.url}/#/week`);
    await other.getByRole("heading", { name: "Zaloguj się" }).waitFor();
  });
  const back = await box.ask("PATCH", `/api/staff/${(await box.person("Ewa")).id}`, { password: ewa.password });
  assert.equal(back.status, 200);
});

test("two people take turns on a tablet by PIN, with fingers and with the keyboard", async () => {
  const box = await fresh();
  await withPage(box, { cookie: null, size: "tablet", hasTouch: true, expect: refused }, async (page) => {
    await signIn(page, owner);
    await page.goto(`${box.url}/#/account`);
    await page.locator("#pin").fill("1234");
    await page.locator("#device").fill("Tablet przy ladzie");
    await page.getByRole("button", { name: "Zapisz PIN" }).click();
    await page.locator("#pin-error").waitFor();
    assert.equal(await page.locator("#device").inputValue(), "Tablet przy ladzie");
    await setPin(page, "902117");
    await page.getByRole("button", { name: /^Zmień osobę/ }).click();
    await page.getByRole("heading", { name: "Kto teraz?" }).waitFor();
    await page.getByRole("button", { name: "Zaloguj się hasłem" }).click();
    await signIn(page, ewa);
    assert.match(page.url(), /#\/$/, "the next person does not begin with today");
    await setPin(page, PIN);
    await page.getByRole("button", { name: /^Zmień osobę/ }).click();
    await page.getByRole("button", { name: owner.name }).waitFor();
    await picture(page, "lock");
    await page.getByRole("button", { name: "Ewa" }).click();
    const keys = await page.locator(".pad-key").evaluateAll((all) =>
      all.map((key) => key.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height)),
    );
    assert.equal(keys.length, 12);
    assert.ok(Math.min(...keys) >= 64, `keys of ${Math.min(...keys)} px`);
    await page.getByText("4", { exact: true }).tap();
    await picture(page, "lock-pin");
    await page.getByRole("button", { name: "Usuń ostatnią cyfrę" }).tap();
    await tap(page, PIN);
    await today(page);
    assert.equal(await who(page), "Ewa");
    // The other one, without a finger on the screen.
    await page.getByRole("button", { name: /^Zmień osobę/ }).press("Enter");
    await page.getByRole("button", { name: owner.name }).press("Enter");
    await page.keyboard.type("902117");
    await page.keyboard.press("Enter");
    await today(page);
    assert.equal(await who(page), owner.name);
    // By PIN no accounts are changed; with the password they are.
    await page.goto(`${box.url}/#/people`);
    await page.getByText("To wejście było PIN-em.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Dodaj osobę" }).count(), 0);
    await picture(page, "people-by-pin");
    await page.getByRole("button", { name: "Zaloguj się hasłem" }).click();
    assert.equal(await page.locator("#name").inputValue(), owner.name);
    await page.locator("#password").fill(owner.password);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Dodaj osobę" }).waitFor();
    await page.getByText("Tablet przy ladzie").waitFor();
    await page.getByText("2 osoby z PIN-em").waitFor();
    await page.getByRole("button", { name: "Zapomnij: Tablet przy ladzie" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Zapomnij", exact: true }).click();
    await page.getByText("Żaden tablet nie jest zapamiętany.").waitFor();
    await page.goto(`${box.url}/#/more`);
    await page.locator('[data-action="switch"], [data-action="sign-out"]').click();
    await page.locator("#password").waitFor();
    assert.equal(await page.locator(".face").count(), 0, "a forgotten tablet still tells names");
  });
});

test("after five wrong PINs only the password helps, and after it the PIN again", async () => {
  const box = await fresh();
  await withPage(box, { cookie: null, size: "phone", expect: refused }, async (page) => {
    await signIn(page, ewa);
    await setPin(page, PIN);
    await page.goto(`${box.url}/#/more`);
    await page.getByRole("button", { name: "Zmień osobę" }).click();
    await page.getByRole("button", { name: "Ewa" }).click();
    await tap(page, "12");
    await page.getByRole("alert").getByText("PIN ma co najmniej 4 cyfry.").waitFor();
    for (const left of ["Zostały 4 próby", "Zostały 3 próby", "Zostały 2 próby", "Została 1 próba"]) {
      await page.locator("#pin").fill("");
      await tap(page, "5555");
      await page.getByRole("alert").getByText(left).waitFor();
      assert.equal(await page.locator("#pin").inputValue(), "");
    }
    await picture(page, "lock-wrong");
    await tap(page, "5555");
    await page.getByText("Za dużo błędnych PIN-ów.").waitFor();
    assert.equal(await page.locator("#name").inputValue(), "Ewa");
    await page.getByRole("button", { name: "Inna osoba" }).click();
    await page.getByText("tylko hasłem").waitFor();
    await page.getByRole("button", { name: "Ewa" }).click();
    await page.locator("#password").fill(ewa.password);
    await page.keyboard.press("Enter");
    await today(page);
    await page.goto(`${box.url}/#/more`);
    await page.getByRole("button", { name: "Zmień osobę" }).click();
    await page.getByRole("button", { name: "Ewa" }).click();
    await tap(page, PIN);
    await today(page);
    await page.goto(`${box.url}/#/account`);
    await page.getByText("To wejście było PIN-em. Żeby ustawić nowy PIN").waitFor();
  });
});

test("what was typed a moment before the next person takes over is in the box", async () => {
  const { box, clients } = await salon();
  const id = await book(box, {
    uid: "typed-before-switch",
    start: instant(addDays(fullDay, 9), "11:00"),
    ...bookedBy(clients.jan),
  });
  const answer = await box.ask("POST", "/api/device/pin", { pin: "902117", device: "Lada" });
  const [name, value] = answer.headers.get("set-cookie").split(";")[0].split("=");
  const options = { cookie: { name, value, url: box.url }, size: "tablet", expect: refused };
  await withPage(box, options, async (page) => {
    await page.locator(".face").click();
    await tap(page, "902117");
    await today(page);
    await page.goto(`${box.url}/#/appointment/${id}`);
    const note = page.locator("textarea[name=notes]");
    await note.fill("Krótko przy uszach");
    await page.getByRole("button", { name: /^Zmień osobę/ }).click();
    await page.locator(".face").waitFor();
    const { visits } = await (await box.ask("GET", `/api/appointments/${id}/visits`)).json();
    assert.equal(visits[0].visit?.notes, "Krótko przy uszach");
    assert.equal(await page.evaluate(() => document.body.textContent.includes("przy uszach")), false);
    const kept = await page.evaluate(() => Object.keys(localStorage).filter((k) => k.includes("unsent")));
    assert.deepEqual(kept, [], "client data is left on the tablet");
  });
});

test("staff find neither accounts nor the text of deliveries on their pages", async () => {
  const box = await fresh();
  await withPage(box, { cookie: null }, async (page) => {
    await signIn(page, ewa);
    const asked = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(`${box.url}/#/more`);
    await page.getByRole("link", { name: "Twoje konto" }).waitFor();
    assert.equal(await page.getByRole("link", { name: "Osoby i tablety" }).count(), 0);
    await page.goto(`${box.url}/#/people`);
    await page.getByRole("heading", { name: "To strona właściciela" }).waitFor();
    assert.ok(!asked.includes("/api/staff"), "the page asked for what it may not have");
    await page.goto(`${box.url}/#/sync`);
    await page.getByRole("heading", { name: "Powiadomienia" }).waitFor();
    await page.locator(".filters").waitFor();
    assert.equal(await page.getByRole("button", { name: /^Szczegóły/ }).count(), 0);
  });
});
