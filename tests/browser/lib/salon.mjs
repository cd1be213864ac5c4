/*
 * salon.mjs: a box with an owner, some clients, and a day of visits, for the tests that need one.
 * The visits lie on a day that is far enough away for the clock not to change them.
 */
import { newBox } from "./box.mjs";
import { addDays, book, instant, today } from "./calcom.mjs";
import { addClient, bookedBy } from "./people.mjs";

/* A Tuesday at least a week ahead, so that neighbours are free for other tests. */
export const fullDay = (() => {
  let day = addDays(today(), 8);
  while (new Date(`${day}T12:00:00Z`).getUTCDay() !== 2) day = addDays(day, 1);
  return day;
})();

const people = {
  jan: {
    name: "Jan",
    surname: "Kowalski",
    phone: "+48600100200",
    email: "jan@example.com",
    pets: [{ name: "Burek", breed: "owczarek niemiecki", allergies: "kurczak" }],
  },
  anna: {
    name: "Anna",
    surname: "Żółć",
    phone: "+48601222333",
    email: "anna@example.com",
    pets: [{ name: "Łapka", breed: "pudel średni" }],
  },
  piotr: {
    name: "Piotr",
    surname: "Wiśniewski",
    phone: "+48502333444",
    email: "piotr@example.com",
    pets: [
      {
        name: "Figa",
        breed: "shih tzu",
        behaviour: "gryzie przy pazurach, kaganiec",
        health: "szmery w sercu, bez suszarki",
      },
    ],
  },
  ewa: {
    name: "Ewa",
    surname: "Śliwińska",
    phone: "+48603444555",
    email: "ewa@example.com",
    pets: [{ name: "Mruczek", breed: "kot brytyjski", type: "cat" }],
  },
  tomasz: {
    name: "Tomasz",
    surname: "Wójcik",
    phone: "+48606777888",
    email: "tomasz@example.com",
    pets: [
      { name: "Bruno", breed: "bernardyn" },
      { name: "Balbina", breed: "bernardyn", allergies: "olejek herbaciany" },
    ],
  },
  zofia: {
    name: "Zofia",
    surname: "Gęś",
    phone: "+48605666777",
    email: "zofia@example.com",
    pets: [{ name: "Kluska", breed: "maltańczyk" }],
  },
};

let made = null;

async function make() {
  const box = await newBox("salon");
  await box.signIn();
  const clients = {};
  for (const [key, person] of Object.entries(people)) clients[key] = await addClient(box, person);
  const visit = (uid, time, minutes, who, more = {}) =>
    book(box, { uid, start: instant(fullDay, time), minutes, ...who, ...more });
  await visit("full-1", "09:00", 60, bookedBy(clients.jan));
  await visit("full-2", "10:00", 90, bookedBy(clients.anna), { title: "Strzyżenie pudla" });
  await visit("full-3", "11:00", 60, bookedBy(clients.piotr), {
    note: "Figa boi się suszarki. Proszę o krótkie przerwy.",
  });
  await visit("full-4", "12:30", 30, bookedBy(clients.ewa), {
    title: "Obcinanie pazurów",
    price: 6000,
  });
  await visit("full-5", "14:00", 60, bookedBy(clients.zofia));
  await visit("full-6", "15:00", 120, bookedBy(clients.tomasz), {
    title: "Kąpiel i wyczesywanie",
    price: 36000,
  });
  await visit("full-7", "18:00", 60, {
    name: "Katarzyna Dąbrowska",
    email: "kd@example.com",
    phone: "+48607888999",
  });
  return { box, clients };
}

/* The same salon for every test that asks. */
export function salon() {
  made ??= make();
  return made;
}
