/*
 * cards.test.mjs: the card index in the browser: a receptionist makes, finds, changes, links and merges
 * cards, and nothing that anybody typed is lost.
 */
import assert from "node:assert/strict";
import { newBox } from "./lib/box.mjs";
import { addDays, book, instant, today } from "./lib/calcom.mjs";
import { picture, withPage } from "./lib/browser.mjs";
import { addClient, bookedBy } from "./lib/people.mjs";
import { test } from "./lib/tap.mjs";

const day = addDays(today(), 11);
let made = null;

async function make() {
  const box = await newBox("cards");
  await box.signIn();
  const jan = await addClient(box, {
    name: "Jan",
    surname: "Kowalski",
    phone: "+48600100200",
    email: "jan@example.com",
    pets: [
      { name: "Burek", breed: "owczarek niemiecki", allergies: "kurczak" },
      { name: "Żółw", breed: "york" },
    ],
  });
  const anna = await addClient(box, {
    name: "Anna",
    surname: "Łapka",
    phone: "+48601222333",
    email: "anna@example.com",
    pets: [{ name: "Figa", breed: "pudel średni" }],
  });
  return { box, jan, anna };
}

const cards = () => (made ??= make());

const heading = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();

test("a client and pets are made in one form, with a warning of who is there already", async () => {
  const { box } = await cards();
  await withPage(box, { at: "#/client-new", expect: [/400/] }, async (page) => {
    await page.getByRole("button", { name: "Zapisz" }).click();
    await page.getByText("Wpisz imię klienta.").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), "name");
    await page.getByLabel("Imię", { exact: true }).fill("Zofia");
    await page.getByLabel("Nazwisko").fill("Gęś");
    await page.getByLabel("Telefon").fill("600 100 200");
    const warning = page.locator(".similar");
    await warning.getByText("Jan Kowalski").waitFor();
    await warning.getByText("ten sam telefon").waitFor();
    await picture(page, "client-new-similar");
    await page.getByLabel("Telefon").fill("123");
    await page.getByLabel("Imię zwierzęcia").fill("Kluska");
    await page.getByLabel("Alergie").fill("pszenica");
    await page.getByLabel("SMS-y z przypomnieniem").check();
    await page.getByRole("button", { name: "Zapisz" }).click();
    await page.getByText("To nie jest numer telefonu.", { exact: false }).waitFor();
    assert.equal(await page.getByLabel("Imię zwierzęcia").inputValue(), "Kluska");
    await page.getByLabel("Telefon").fill("605 666 777");
    await page.getByRole("button", { name: "Zapisz" }).click();
    await heading(page, "Zofia Gęś");
    await page.getByRole("link", { name: "605 666 777" }).or(page.getByText("605 666 777")).first().waitFor();
    await page.getByText("tak, od", { exact: false }).waitFor();
    await page.getByText("Alergie: pszenica").waitFor();
    await page.getByRole("link", { name: "Kluska" }).click();
    await heading(page, "Kluska");
    await page.locator(".warnings-large").getByText("pszenica").waitFor();
    await picture(page, "pet-card");
  });
});

test("search finds pets and clients without Polish letters, by a phone's end, and by the keyboard alone", async () => {
  const { box } = await cards();
  await withPage(box, { at: "" }, async (page) => {
    await page.locator("h1").first().waitFor();
    await page.keyboard.press("/");
    const input = page.getByRole("combobox");
    await input.fill("zolw");
    await page.getByRole("option", { name: /Żółw/ }).waitFor();
    await picture(page, "search");
    await page.keyboard.press("Enter");
    await heading(page, "Żółw");
    await page.keyboard.press("Control+k");
    await input.fill("222333");
    await page.getByRole("option", { name: /Anna Łapka/ }).waitFor();
    await input.fill("lapka");
    await page.getByRole("option", { name: /Anna Łapka/ }).click();
    await heading(page, "Anna Łapka");
    await page.keyboard.press("Control+k");
    await input.fill("tydz");
    await page.getByRole("option", { name: "Tydzień" }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".page-week").waitFor();
  });
});

test("of two tablets that change a card, the second chooses field by field and loses nothing", async () => {
  const { box, anna } = await cards();
  const edit = `#/client-edit/${anna.id}`;
  await withPage(box, { at: edit, expect: [/409/] }, async (first, context) => {
    const second = await context.newPage();
    await second.goto(`${box.url}/${edit}`);
    await first.getByRole("textbox", { name: "Notatki" }).fill("dzwonić po 15");
    await second.getByRole("textbox", { name: "Notatki" }).fill("dzwonić rano");
    await second.getByRole("textbox", { name: "Adres" }).fill("ul. Psia 7");
    await first.getByLabel("Nazwisko").fill("Łapkowska");
    await first.getByRole("button", { name: "Zapisz" }).click();
    await heading(first, "Anna Łapkowska");
    await second.getByRole("button", { name: "Zapisz" }).click();
    const dialog = second.getByRole("dialog");
    await dialog.getByText("Ktoś inny zmienił tę kartę").waitFor();
    await dialog.getByText("dzwonić po 15").waitFor();
    await dialog.getByText("dzwonić rano").waitFor();
    await picture(second, "conflict");
    await second.keyboard.press("Escape");
    assert.equal(await second.getByRole("textbox", { name: "Adres" }).inputValue(), "ul. Psia 7");
    await second.getByRole("button", { name: "Zapisz" }).click();
    await dialog.getByRole("radio", { name: /innym urządzeniu/ }).check();
    await dialog.getByRole("button", { name: "Zapisz wybrane" }).click();
    await heading(second, "Anna Łapkowska");
    await second.getByText("ul. Psia 7").waitFor();
    await second.getByText("dzwonić po 15").waitFor();
  });
});

test("what was typed into a card survives a walk to another page", async () => {
  const { box, anna } = await cards();
  await withPage(box, { at: `#/client-edit/${anna.id}` }, async (page) => {
    await page.getByRole("textbox", { name: "Notatki" }).fill("niedokończone");
    await page.getByRole("link", { name: "Dziś" }).first().click();
    await page.locator(".page-day").waitFor();
    await page.goBack();
    await page.getByText("To jest wpisane wcześniej", { exact: false }).waitFor();
    assert.equal(await page.getByRole("textbox", { name: "Notatki" }).inputValue(), "niedokończone");
    await page.getByRole("button", { name: "Odrzuć zmiany" }).click();
    assert.notEqual(await page.getByRole("textbox", { name: "Notatki" }).inputValue(), "niedokończone");
  });
});

test("an appointment is linked with one tap, for the person's other visits too, and unlinked", async () => {
  const { box } = await cards();
  await addClient(box, {
    name: "Tomasz",
    surname: "Wójcik",
    phone: "+48606777888",
    pets: [{ name: "Bruno", breed: "bernardyn", allergies: "kurczak" }],
  });
  const person = { name: "Tomasz Wojcik", email: "inny@example.com", phone: null };
  const id = await book(box, { uid: "wait-1", start: instant(day, "09:00"), note: "Bruno po spacerze", ...person });
  await book(box, { uid: "wait-2", start: instant(addDays(day, 7), "09:00"), ...person });
  await withPage(box, { at: "#/unlinked" }, async (page) => {
    const row = page.locator(`#waiting-${id}`);
    await row.getByText("podobne nazwisko").waitFor();
    await row.getByText("Tak samo 1 inna wizyta tej osoby").waitFor();
    await picture(page, "unlinked");
    assert.equal(await row.getByRole("button", { name: "Bruno" }).getAttribute("aria-pressed"), "true");
    await row.getByRole("button", { name: /^Przypisz: Tomasz Wójcik/ }).click();
    await page.getByText("Przypisano: Tomasz Wójcik. Tak samo 1 inna wizyta.").waitFor();
    await page.getByText("Wszystkie wizyty są przypisane").waitFor();
    await page.goto(`${box.url}/#/appointment/${id}`);
    await heading(page, "Bruno");
    await page.getByText("Alergie: kurczak").waitFor();
    await page.getByRole("button", { name: "Usuń przypisanie" }).click();
    await heading(page, "Tomasz Wojcik");
    await page.getByText("Przypisanie usunięto w recepcji.").waitFor();
  });
});

test("a client and a pet are made from a booking in one form", async () => {
  const { box } = await cards();
  const id = await book(box, {
    uid: "wait-3",
    start: instant(day, "11:00"),
    name: "Katarzyna Dąbrowska",
    email: "kd@example.com",
    phone: "+48607888999",
    note: "Fafik, kundelek",
  });
  await withPage(box, { at: `#/appointment/${id}` }, async (page) => {
    await page.getByRole("button", { name: "Nowy klient z rezerwacji" }).click();
    await page.getByText("Fafik, kundelek").waitFor();
    assert.equal(await page.getByLabel("Imię", { exact: true }).inputValue(), "Katarzyna");
    assert.equal(await page.getByLabel("Nazwisko").inputValue(), "Dąbrowska");
    assert.equal(await page.getByLabel("Telefon").inputValue(), "607 888 999");
    await page.getByLabel("Imię zwierzęcia").fill("Fafik");
    await picture(page, "client-from-booking");
    await page.getByRole("button", { name: "Nowy klient z rezerwacji" }).click();
    await heading(page, "Fafik");
  });
});

test("two cards of one person become one, and two again", async () => {
  const { box } = await cards();
  const kept = await addClient(box, { name: "Ewa", surname: "Śliwińska", phone: "+48603444555", pets: [{ name: "Mruczek", type: "cat" }] });
  await addClient(box, { name: "Ewunia", surname: "Śliwińska", phone: "+48511000111", pets: [{ name: "Kicia", type: "cat" }] });
  await withPage(box, { at: `#/client/${kept.id}` }, async (page) => {
    await page.getByRole("button", { name: /^Więcej/ }).click();
    await page.getByRole("button", { name: "Połącz z drugą kartą" }).click();
    await page.getByRole("combobox").fill("ewunia");
    await page.getByRole("option", { name: /Ewunia/ }).click();
    await page.getByText("1 zwierzę").waitFor();
    await picture(page, "merge");
    await page.getByRole("button", { name: "Połącz karty" }).click();
    await page.getByRole("link", { name: "Kicia" }).waitFor();
    await page.getByRole("button", { name: "Rozdziel z powrotem" }).click();
    await page.getByText("Karty są znowu dwie.").waitFor();
    await page.getByRole("link", { name: "Kicia" }).waitFor({ state: "detached" });
  });
});

test("a pet's card is changed, gets a second owner, is marked and archived, each with an undo", async () => {
  const { box, jan, anna } = await cards();
  await withPage(box, { at: `#/pet-edit/${jan.pets[1]}`, expect: [/400/] }, async (page) => {
    await page.getByRole("button", { name: "1 h 30 min" }).click();
    await page.getByLabel("Zachowanie").fill("boi się suszarki");
    await page.getByLabel("Data urodzenia").fill("2999-01-01");
    await page.getByRole("button", { name: "Zapisz" }).click();
    await page.getByText("Podaj prawdziwą datę", { exact: false }).waitFor();
    await page.getByLabel("Data urodzenia").fill("2019-05-01");
    await page.getByRole("button", { name: "Zapisz" }).click();
    await heading(page, "Żółw");
    await page.getByText("1 h 30 min").waitFor();
    await page.locator(".warnings-large").getByText("boi się suszarki").waitFor();
    await page.getByRole("button", { name: "Dodaj właściciela" }).click();
    await page.getByRole("combobox").fill("222333");
    await page.getByRole("option", { name: /Anna/ }).click();
    await page.getByRole("heading", { name: "Właściciele" }).waitFor();
    await page.getByRole("button", { name: /^Więcej/ }).click();
    await page.getByRole("button", { name: "Oznacz: nie żyje" }).click();
    await page.getByText("Karta zostaje dla pamięci", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Cofnij" }).click();
    await page.getByText("Karta zostaje dla pamięci", { exact: false }).waitFor({ state: "detached" });
    await page.goto(`${box.url}/#/client/${anna.id}`);
    await page.getByRole("heading", { name: "Współwłaściciele" }).waitFor();
    await page.getByRole("link", { name: "Jan Kowalski" }).waitFor();
  });
});

test("a card tells visits to come and past, what was cancelled, and how often nobody came", async () => {
  const { box } = await cards();
  const client = await addClient(box, { name: "Piotr", surname: "Dawny", phone: "+48502333444", pets: [{ name: "Reksio" }] });
  for (let i = 0; i < 25; i += 1) {
    await book(box, { uid: `past-${i}`, start: instant(addDays(day, -40 - i), "10:00"), ...bookedBy(client) });
  }
  await book(box, { uid: "to-come", start: instant(addDays(day, 30), "10:00"), ...bookedBy(client) });
  await box.sql("UPDATE calendar_events SET desk_status = 'no_show' WHERE cal_com_event_id = 'past-0';");
  await withPage(box, { at: `#/client/${client.id}` }, async (page) => {
    await page.getByText("przed nami").waitFor();
    await page.locator(".past .badge-no_show").waitFor();
    await page.locator(".card-numbers").getByText("1 nieobecność").waitFor();
    assert.equal(await page.locator(".past").count(), 20);
    await page.getByRole("button", { name: "Pokaż starsze" }).click();
    await page.locator(".past").nth(25).waitFor();
    await picture(page, "client-card");
  });
});

test("a spreadsheet of clients is checked line by line before anything is stored, then imported", async () => {
  const { box } = await cards();
  const file = {
    name: "klienci.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(
      "imię;nazwisko;telefon;imię zwierzęcia\r\nRóża;Żak;511 222 333;Pączek\r\nZły;Numer;12;Azor\r\n",
    ),
  };
  await withPage(box, { at: "#/settings" }, async (page) => {
    await page.getByRole("link", { name: "Wczytaj klientów z arkusza" }).click();
    await page.locator("#import-file").setInputFiles(file);
    await page.getByText("Sprawdzono 2 wiersze").waitFor();
    await page.locator(".import-line", { hasText: "wiersz 3" }).getByText("Telefon", { exact: false }).waitFor();
    assert.equal(await box.sql("SELECT count(*) FROM clients WHERE surname = 'Żak'"), "0");
    await picture(page, "import");
    await page.getByRole("button", { name: "Wczytaj 1 wiersz" }).click();
    await page.getByText("Wczytano 1 wiersz").waitFor();
    assert.equal(await box.sql("SELECT count(*) FROM clients WHERE surname = 'Żak'"), "1");
  });
});

test("the salon's name and hours are set on a page, and the week shows them", async () => {
  const { box } = await cards();
  await withPage(box, { at: "#/settings" }, async (page) => {
    await page.getByLabel("Nazwa salonu").fill("Salon Pod Łapą");
    await page.getByRole("checkbox", { name: "Poniedziałek" }).check();
    await page.getByLabel("Poniedziałek: zamknięcie").fill("08:00");
    await page.getByRole("button", { name: "Zapisz" }).click();
    await page.getByText("Poniedziałek: podaj obie godziny", { exact: false }).waitFor();
    await page.getByLabel("Poniedziałek: zamknięcie").fill("18.30");
    await page.getByRole("button", { name: "Tak samo od poniedziałku do piątku" }).click();
    await picture(page, "settings");
    await page.getByRole("button", { name: "Zapisz" }).click();
    await page.getByText("Ustawienia zapisane.").waitFor();
    await page.goto(`${box.url}/#/week/${day}`);
    await page.locator(".week-open").nth(4).waitFor();
    assert.equal(await page.locator(".week-open").count(), 5);
    assert.equal(await page.locator(".week-open").first().evaluate((e) => e.style.getPropertyValue("--length")), "570");
    await page.getByText("Salon Pod Łapą").first().waitFor();
  });
});

test("a client's data are downloaded, and erased after a preview and a typed name, with a receipt", async () => {
  const { box } = await cards();
  const client = await addClient(box, {
    name: "Barbara",
    surname: "Zapomniana",
    phone: "+48512000999",
    email: "barbara@example.com",
    pets: [{ name: "Sonia" }],
  });
  const id = await book(box, {
    uid: "erase-1",
    start: instant(addDays(day, 3), "12:00"),
    ...bookedBy(client),
  });
  await withPage(box, { at: `#/client/${client.id}`, expect: [/404/] }, async (page) => {
    const menu = () => page.getByRole("button", { name: /^Więcej: Barbara/ }).click();
    await menu();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Pobierz wszystkie dane klienta" }).click(),
    ]);
    assert.match(file.suggestedFilename(), /\.zip$/);
    await menu();
    await page.getByRole("button", { name: "Usuń dane klienta (RODO)" }).click();
    await page.getByText("1 wizyta dopiero się odbędzie.", { exact: false }).waitFor();
    await page.getByLabel("Wpisz, aby potwierdzić: Barbara Zapomniana").fill("Barbara");
    await page.getByRole("button", { name: "Usuń na zawsze" }).click();
    await page.getByText("To nie jest to samo imię i nazwisko.").waitFor();
    await picture(page, "erase");
    await page.getByLabel("Wpisz, aby potwierdzić: Barbara Zapomniana").fill("barbara zapomniana");
    await page.getByRole("button", { name: "Usuń na zawsze" }).click();
    await page.getByText("Numer potwierdzenia").waitFor();
    await page.locator("dialog").getByRole("button", { name: "Zamknij" }).last().click();
    await heading(page, "Klienci");
    await page.goto(`${box.url}/#/appointment/${id}`);
    await page.getByText("klient usunięty na własną prośbę").waitFor();
    assert.equal(await page.getByText("Zapomniana").count(), 0);
  });
});
