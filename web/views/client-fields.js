/*
 * client-fields.js: what stands on a client's and a pet's card: the values a form shows of a card, and
 * what a form says when the box refuses one. Pure.
 */
import { has, t } from "../lib/i18n.js";

export const consents = ["gdpr", "sms", "photo"];
export const clientTexts = ["name", "surname", "phone", "email", "address", "notes"];
export const petTexts = [
  "name",
  "type",
  "breed",
  "birth_date",
  "default_duration_minutes",
  "allergies",
  "behaviour",
  "health_issues",
  "preferences",
  "notes",
  "rabies_vaccinated_on",
];
export const petTypes = ["dog", "cat", "other"];
export const lengths = [30, 45, 60, 90, 120];

export function personName(client) {
  return [client.name, client.surname].filter(Boolean).join(" ");
}

/* {field: what an input holds} */
export function clientValues(client = {}) {
  const values = {};
  for (const name of clientTexts) values[name] = client[name] ?? "";
  if (client.phone_display) values.phone = client.phone_display;
  for (const kind of consents) values[`${kind}_consent`] = Boolean(client[`${kind}_consent_at`]);
  return values;
}

export function petValues(pet = { type: "dog" }) {
  const values = {};
  for (const name of petTexts) values[name] = String(pet[name] ?? "");
  return values;
}

/* What is sent for values of a pet's form: minutes are a number. */
export function petBody(values) {
  const body = { ...values };
  if ("default_duration_minutes" in body) {
    const minutes = Number(body.default_duration_minutes);
    body.default_duration_minutes =
      body.default_duration_minutes.trim() === "" ? null : Number.isInteger(minutes) ? minutes : -1;
  }
  return body;
}

/* Why the box refused a field, in the words of the page; null when it is no field of a form. */
export function problemText(name, value) {
  const bare = name.replace(/^pets\[\d+\]\./, "");
  const pet = bare !== name || petTexts.includes(bare);
  if (bare === "name" && !String(value ?? "").trim())
    return t(bare !== name ? "problem.pet_name_missing" : "problem.name_missing");
  return has(`problem.${bare}`) ? t(`problem.${bare}`) : pet ? t("problem.other") : null;
}
