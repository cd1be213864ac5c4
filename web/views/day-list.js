/*
 * day-list.js: a day from top to bottom like a paper diary: visits, the free time between them, and
 * where the clock stands now.
 */
import { h, icon } from "../lib/dom.js";
import { lengthText, t } from "../lib/i18n.js";
import { isOff } from "../lib/status.js";
import { minutesOf } from "../lib/time.js";
import { card } from "./card.js";
import { visitName } from "./parts.js";

const GAP_MIN = 15; // shorter pauses are breath, not room

/* id → names of the visits that share time with it. */
export function overlapsOf(visits) {
  const map = new Map();
  const live = visits.filter((visit) => !isOff(visit));
  const add = (a, b) =>
    map.set(a.id, [...(map.get(a.id) ?? []), `${b.start_local} ${visitName(b)}`]);
  live.forEach((a, i) => {
    for (const b of live.slice(i + 1)) {
      if (Date.parse(b.start) >= Date.parse(a.end)) break;
      add(a, b);
      add(b, a);
    }
  });
  return map;
}

/* Free stretches of the day: between visits, and to the edges of the opening hours. Counted in real
 * minutes, so the night the clocks change is as long as it is. */
export function gapsOf(day) {
  const live = day.events.filter((visit) => !isOff(visit));
  if (!live.length) return [];
  const gaps = [];
  const add = (key, from, to, minutes) => {
    if (minutes >= GAP_MIN) gaps.push({ key, from, to, minutes });
  };
  const [first] = live;
  if (day.open)
    add(first.id, day.open, first.start_local, minutesOf(first.start_local) - minutesOf(day.open));
  let last = first;
  for (const visit of live.slice(1)) {
    add(
      visit.id,
      last.end_local,
      visit.start_local,
      (Date.parse(visit.start) - Date.parse(last.end)) / 60000,
    );
    if (Date.parse(visit.end) > Date.parse(last.end)) last = visit;
  }
  const sameDay = minutesOf(last.end_local) >= minutesOf(last.start_local);
  if (day.close && sameDay)
    add("end", last.end_local, day.close, minutesOf(day.close) - minutesOf(last.end_local));
  return gaps;
}

function gapRow(gap) {
  return h(
    "li",
    { class: "gap", key: `gap-${gap.key}` },
    h("span", { class: "gap-time" }, gap.from),
    h(
      "p",
      { class: "gap-text" },
      icon("cup"),
      t("day.gap", { length: lengthText(gap.minutes), from: gap.from, to: gap.to }),
    ),
  );
}

function nowRow(clock) {
  return h(
    "li",
    { class: "now", key: "now", id: "now" },
    h("span", { class: "now-time" }, clock.time),
    h("span", { class: "sr-only" }, t("day.now")),
  );
}

function outsideHours(day, visit) {
  if (!day.open || !day.close || isOff(visit)) return false;
  return (
    minutesOf(visit.start_local) < minutesOf(day.open) ||
    minutesOf(visit.end_local) > minutesOf(day.close)
  );
}

/* day: one of the answer's days; show(visit) is the filter; clock: the salon's time when the day is
 * today, else null; now: the instant. */
export function dayList(day, { show, clock, now, ...context }) {
  const overlaps = overlapsOf(day.events);
  const gaps = new Map(gapsOf(day).map((gap) => [gap.key, gap]));
  const filtered = day.events.some((visit) => !show(visit));
  const cardContext = {
    ...context,
    overlaps: (visit) => overlaps.get(visit.id) ?? [],
    outside: (visit) => outsideHours(day, visit),
    running: (visit) =>
      Boolean(clock) &&
      !isOff(visit) &&
      Date.parse(visit.start) <= now &&
      now < Date.parse(visit.end),
  };
  const rows = [];
  let nowShown = !clock;
  for (const visit of day.events) {
    const gap = filtered ? null : gaps.get(visit.id);
    const gapStarted = gap && clock && minutesOf(gap.from) <= clock.minutes;
    if (gap && gapStarted) rows.push(gapRow(gap));
    if (!nowShown && Date.parse(visit.start) > now) {
      rows.push(nowRow(clock));
      nowShown = true;
    }
    if (gap && !gapStarted) rows.push(gapRow(gap));
    if (show(visit)) rows.push(card({ ...visit, day: day.date }, cardContext));
  }
  const end = filtered ? null : gaps.get("end");
  const endStarted = end && clock && minutesOf(end.from) <= clock.minutes;
  if (end && endStarted) rows.push(gapRow(end));
  if (!nowShown && day.events.length) rows.push(nowRow(clock));
  if (end && !endStarted) rows.push(gapRow(end));
  return h(
    "ol",
    { class: "diary", "data-day": day.date, key: "diary", "aria-label": t("day.list") },
    rows,
  );
}
