/*
 * i18n.js: every word a person reads, from /i18n/LANGUAGE.json, and dates and ages said in it.
 *
 * A text is a string with {names}, or an object of CLDR plural categories chosen by {n}. Clock times
 * come from the server as the salon's wall clock and are shown as they come; only days are worded here.
 */

const known = ["pl", "en"];
let texts = {};
let lang = "pl";
let plural = new Intl.PluralRules(lang);

export const languages = known;

export function language() {
  return lang;
}

export function pickLanguage(...wishes) {
  for (const wish of wishes) {
    const short = (wish ?? "").slice(0, 2).toLowerCase();
    if (known.includes(short)) return short;
  }
  return known[0];
}

export async function loadLanguage(wanted) {
  const answer = await fetch(`/i18n/${wanted}.json`);
  if (!answer.ok) throw new Error(`i18n ${wanted}: ${answer.status}`);
  texts = await answer.json();
  lang = wanted;
  plural = new Intl.PluralRules(lang);
  document.documentElement.lang = lang;
}

export function has(key) {
  return key in texts;
}

/* The text of a key. A missing one shows its key, which a test would have found first. */
export function t(key, params = {}) {
  let text = texts[key];
  if (text === undefined) return key;
  if (typeof text === "object") text = text[plural.select(params.n)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (whole, name) => params[name] ?? whole);
}

/* Days are text (2026-11-23) and belong to the salon; noon UTC keeps them out of every zone's reach. */
function dayDate(day) {
  return new Date(`${day}T12:00:00Z`);
}

const formats = new Map();

function dayFormat(options) {
  const key = `${lang}${JSON.stringify(options)}`;
  if (!formats.has(key)) {
    const tag = lang === "en" ? "en-GB" : "pl-PL";
    formats.set(key, new Intl.DateTimeFormat(tag, { timeZone: "UTC", ...options }));
  }
  return formats.get(key);
}

/* "23 listopada", with the year when asked. */
export function dayText(day, withYear = false) {
  const options = { day: "numeric", month: "long" };
  if (withYear) options.year = "numeric";
  return dayFormat(options).format(dayDate(day));
}

export function dayShort(day) {
  return dayFormat({ day: "numeric", month: "short" }).format(dayDate(day));
}

export function dayNumeric(day) {
  return dayFormat({ day: "2-digit", month: "2-digit", year: "numeric" }).format(dayDate(day));
}

export function weekdayText(day, width = "long") {
  return dayFormat({ weekday: width }).format(dayDate(day));
}

/* "listopad 2026": a month standing alone, which Polish declines apart from one in a date. */
export function monthText(day) {
  return dayFormat({ month: "long", year: "numeric" }).format(dayDate(day));
}

/* "1 h 30 min" */
export function lengthText(minutes) {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (!hours) return t("length.minutes", { m: rest });
  return rest ? t("length.both", { h: hours, m: rest }) : t("length.hours", { h: hours });
}

/* "3 min temu"; ms may be a little negative when clocks differ. */
export function ageText(ms) {
  const minutes = Math.floor(ms / 60000);
  if (minutes < 1) return t("age.now");
  if (minutes < 60) return t("age.minutes", { n: minutes });
  if (minutes < 48 * 60) return t("age.hours", { n: Math.floor(minutes / 60) });
  return t("age.days", { n: Math.floor(minutes / 1440) });
}

/* 180 zł from 18000 and PLN, 180,50 zł from 18050; an unknown currency code still shows. */
export function moneyText(minor, currency) {
  // Złoty are written the Polish way in both languages: "zł 180" is nobody's.
  const tag = lang === "en" && currency !== "PLN" ? "en-GB" : "pl-PL";
  try {
    const digits = minor % 100 ? 2 : 0;
    const options = {
      style: "currency",
      currency,
      currencyDisplay: "narrowSymbol",
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    };
    return new Intl.NumberFormat(tag, options).format(minor / 100);
  } catch {
    return `${(minor / 100).toFixed(2)} ${currency ?? ""}`.trim();
  }
}

export function percentText(share) {
  const tag = lang === "en" ? "en-GB" : "pl-PL";
  return new Intl.NumberFormat(tag, { style: "percent", maximumFractionDigits: 1 }).format(share);
}

/* First letter upper-case, for a day name that opens a heading. */
export function capital(text) {
  return text.charAt(0).toLocaleUpperCase(lang) + text.slice(1);
}
