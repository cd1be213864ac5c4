/*
 * seen.js: what is new since somebody looked. Kept per day and per browser: a day is looked at when
 * its page is left or hidden, or when a person says so.
 */
import { pref, setPref } from "./prefs.js";
import { clockNow } from "./time.js";

const DAYS_KEPT = 30;

function read() {
  try {
    return JSON.parse(pref("seen", "{}")) ?? {};
  } catch {
    return {};
  }
}

/* The first visit of this browser: what was there before it is not news. To be called at the start,
 * or the first news would come with the first look. */
export function firstLook() {
  let at = Number(pref("first"));
  if (!at) {
    at = clockNow();
    setPref("first", String(at));
  }
  return at;
}

export function seenAt(day) {
  return read()[day] ?? firstLook();
}

export function markSeen(day, at = clockNow()) {
  const map = { ...read(), [day]: at };
  const days = Object.keys(map)
    .sort((a, b) => map[b] - map[a])
    .slice(0, DAYS_KEPT);
  setPref("seen", JSON.stringify(Object.fromEntries(days.map((key) => [key, map[key]]))));
}

export function isFresh(visit, day) {
  return Boolean(visit.change) && Date.parse(visit.change.at) > seenAt(day);
}
