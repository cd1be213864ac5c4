/*
 * first-run.test.mjs: the way in: the one-time link, the sign-in, the way out.
 */
import assert from "node:assert/strict";
import { newBox, owner } from "./lib/box.mjs";
import { picture, withPage } from "./lib/browser.mjs";
import { test } from "./lib/tap.mjs";

let made = null;
const fresh = () => (made ??= newBox("first-run"));
const refused = [/status of 40[139]/];

async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) await page.locator(`#${name}`).fill(value);
}

test("a box without an owner says where its one-time link is", async () => {
  const box = await fresh();
  await withPage(box, {}, async (page) => {
    await page.getByRole("heading", { name: "BarkBook czeka na pierwsze uruchomienie" }).waitFor();
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("heading", { name: "BarkBook is waiting for its first run" }).waitFor();
  });
});

test("a wrong one-time link is refused in words, and what was typed stays", async () => {
  const box = await fresh();
  await withPage(box, { at: "#/setup?token=wrong-wrong-wrong", expect: refused }, async (page) => {
    await page.getByRole("button", { name: "Dalej" }).click();
    await fill(page, { name: "Kasia", password: "dlugie haslo do salonu" });
    await page.getByRole("button", { name: "Dalej" }).click();
    await fill(page, { salon_name: "Salon" });
    await page.getByRole("button", { name: "Utwórz konto" }).click();
    await page.getByText("Ten link wygasł albo został już użyty").waitFor();
    assert.equal(await page.locator("#salon_name").inputValue(), "Salon");
  });
});

test("the one-time link leads through language, owner and salon to today", async () => {
  const box = await fresh();
  const token = await box.setupToken();
  await withPage(box, { at: `#/setup?token=${token}` }, async (page) => {
    await page.getByRole("heading", { name: "Witaj w BarkBooku" }).waitFor();
    await picture(page, "first-run-1-language");
    await page.getByRole("button", { name: "Dalej" }).click();
    await page.getByRole("button", { name: "Dalej" }).click();
    await page.getByText("Wpisz nazwę użytkownika.").waitFor();
    await page.getByText("Hasło musi mieć co najmniej 10 znaków.").waitFor();
    await fill(page, { name: owner.name, password: owner.password });
    await picture(page, "first-run-2-owner");
    await page.getByRole("button", { name: "Dalej" }).click();
    await page.getByRole("button", { name: "Wstecz" }).click();
    assert.equal(await page.locator("#name").inputValue(), owner.name);
    assert.equal(await page.locator("#password").inputValue(), owner.password);
    await page.getByRole("button", { name: "Dalej" }).click();
    await fill(page, { salon_name: owner.salon });
    await page.getByRole("button", { name: "Utwórz konto" }).click();
    await page.getByRole("heading", { name: "Gotowe!" }).waitFor();
    await picture(page, "first-run-3-done");
    await page.getByRole("button", { name: "Pokaż dzisiejszy dzień" }).click();
    await page.getByRole("heading", { level: 1, name: /^Dziś, / }).waitFor();
    await page.getByText(owner.salon).first().waitFor();
    assert.ok(!(await page.url()).includes("token"), "the address still shows the token");
  });
});

test("a one-time link that was used is dead", async () => {
  const box = await fresh();
  const token = await box.setupToken();
  await withPage(box, { at: `#/setup?token=${token}`, cookie: null }, async (page) => {
    await page.getByRole("heading", { name: "Zaloguj się" }).waitFor();
  });
});

test("a wrong password is refused in words, keeps the name and takes the focus to the password", async () => {
  const box = await fresh();
  await withPage(box, { expect: refused }, async (page) => {
    await fill(page, { name: owner.name, password: "nie to haslo" });
    await page.getByRole("button", { name: "Zaloguj się" }).click();
    await page.getByRole("alert").getByText("Nieprawidłowa nazwa użytkownika lub hasło").waitFor();
    assert.equal(await page.locator("#name").inputValue(), owner.name);
    assert.equal(await page.evaluate(() => document.activeElement.id), "password");
    await picture(page, "sign-in-refused");
  });
});

test("the owner signs in by keyboard alone and out again", async () => {
  const box = await fresh();
  await withPage(box, {}, async (page, context) => {
    await page.locator("#name").waitFor();
    await page.keyboard.type(owner.name);
    await page.keyboard.press("Tab");
    await page.keyboard.type(owner.password);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: /^Dziś, / }).waitFor();
    const [cookie] = await context.cookies();
    assert.ok(cookie.httpOnly && cookie.sameSite === "Strict", JSON.stringify(cookie));
    await page.getByRole("link", { name: "Więcej" }).click();
    await page.getByRole("button", { name: "Wyloguj się" }).click();
    await page.getByRole("heading", { name: "Zaloguj się" }).waitFor();
    assert.equal(
      await page.locator(".diary, .page-head").count(),
      0,
      "something of the salon is still there",
    );
    assert.deepEqual(
      await page.evaluate(() => caches.keys().then((k) => k.filter((n) => n.includes("days")))),
      [],
    );
    await page.reload();
    await page.getByRole("heading", { name: "Zaloguj się" }).waitFor();
    assert.equal(await page.locator("#name").inputValue(), owner.name);
  });
});
