/*
 * time.js: days as text, minutes of the wall clock, and what time it is in the salon.
 *
 * The browser's own zone and clock are never believed: the salon's zone comes from the server, and
 * so does the time, as an offset measured with each answer.
 */

const DAY_MS = 86400000;
let skew = 0; // server's clock minus this browser's, in milliseconds

export function clockSet(serverNow) {
  const at = Date.parse(serverNow);
  if (Number.isFinite(at)) skew = at - Date.now();
}

/* The same from an HTTP Date, which knows whole seconds only: taken when we are further off than that. */
export function clockHint(date) {
  const at = Date.parse(date) + 500;
  if (Number.isFinite(at) && Math.abs(at - clockNow()) > 2500) skew = at - Date.now();
}

export function clockNow() {
  return Date.now() + skew;
}

const zones = new Map();

function zoneFormat(zone) {
  if (!zones.has(zone)) {
    zones.set(
      zone,
      new Intl.DateTimeFormat("en-CA", {
        timeZone: zone,
        hourCycle: "h23",
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
        hour: "2-digit",
        minute: "2-digit",
      }),
    );
  }
  return zones.get(zone);
}

/* The salon's wall clock at an instant: {day: "2026-11-23", time: "14:02", minutes: 842}. */
export function wallClock(ms, zone) {
  const parts = {};
  for (const { type, value } of zoneFormat(zone).formatToParts(new Date(ms))) parts[type] = value;
  const time = `${parts.hour}:${parts.minute}`;
  return { day: `${parts.year}-${parts.month}-${parts.day}`, time, minutes: minutesOf(time) };
}

/* "14:05" → 845 */
export function minutesOf(time) {
  const [hours, minutes] = time.split(":");
  return Number(hours) * 60 + Number(minutes);
}

export function timeOf(minutes) {
  const two = (n) => String(n).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

export function addDays(day, count) {
  return new Date(Date.parse(`${day}T12:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);
}

export function daysBetween(from, to) {
  return Math.round((Date.parse(`${to}T12:00:00Z`) - Date.parse(`${from}T12:00:00Z`)) / DAY_MS);
}

/* Monday 1 … Sunday 7 */
export function weekday(day) {
  return new Date(`${day}T12:00:00Z`).getUTCDay() || 7;
}

export function monday(day) {
  return addDays(day, 1 - weekday(day));
}

export function isDay(text) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text ?? "")) return false;
  const at = new Date(`${text}T12:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/* Whole weeks that cover the month of a day, as rows of seven days. */
export function monthWeeks(day) {
  const first = `${day.slice(0, 7)}-01`;
  const weeks = [];
  for (let at = monday(first); at.slice(0, 7) <= first.slice(0, 7); at = addDays(at, 7)) {
    weeks.push(Array.from({ length: 7 }, (_, i) => addDays(at, i)));
  }
  return weeks;
}

export function addMonths(day, count) {
  const [year, month] = day.split("-").map(Number);
  const index = year * 12 + (month - 1) + count;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}-01`;
}
