/*
 * visit-fields.js: the fields of a visit between what a person types and what the box keeps. Pure.
 */

export const visitFields = ["notes", "blade", "shampoo", "minutes", "price", "paid_by"];
export const paidWays = ["cash", "card", "transfer", "other"];

/* "180,50", "180.5" and "1 200" as hundredths; null when empty, undefined when it is no price. */
export function parsePrice(text) {
  const plain = text.replace(/[\s\u00a0\u202f]/g, "").replace(/(zł|PLN)$/i, "");
  if (!plain) return null;
  const match = /^(\d{1,7})(?:[.,](\d{1,2}))?$/.exec(plain);
  return match ? Number(match[1]) * 100 + Number((match[2] ?? "0").padEnd(2, "0")) : undefined;
}

export function priceText(minor, language) {
  if (minor === null || minor === undefined) return "";
  const rest = minor % 100;
  const whole = Math.floor(minor / 100);
  return rest ? `${whole}${language === "en" ? "." : ","}${String(rest).padStart(2, "0")}` : `${whole}`;
}

/* A whole number of minutes; null when empty, undefined when it is none. */
export function parseMinutes(text) {
  const plain = text.trim();
  if (!plain) return null;
  return /^\d{1,4}$/.test(plain) && Number(plain) >= 1 && Number(plain) <= 1440
    ? Number(plain)
    : undefined;
}

/* What stands in a field for what the box says. */
export function shownField(visit, field, language) {
  if (!visit) return "";
  if (field === "price") return priceText(visit.price_minor, language);
  return String(visit[field] ?? "");
}

/* Typed fields as the box wants them: {body, wrong: [fields that cannot be sent]}. */
export function sentFields(typed) {
  const body = {};
  const wrong = [];
  for (const [field, text] of Object.entries(typed)) {
    if (field === "price") body.price_minor = parsePrice(text);
    else if (field === "minutes") body.minutes = parseMinutes(text);
    else body[field] = text;
    const key = field === "price" ? "price_minor" : field;
    if (body[key] === undefined) {
      delete body[key];
      wrong.push(field);
    }
  }
  return { body, wrong };
}

/* Fields of a draft, as the box kept them, back into what was typed. */
export function typedFields(fields, language) {
  const typed = {};
  for (const field of visitFields) {
    const key = field === "price" ? "price_minor" : field;
    if (key in fields) typed[field] = shownField(fields, field, language);
  }
  return typed;
}
