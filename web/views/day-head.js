/*
 * day-head.js: the head of a day: which day it is, steps to others, how true it is, and filters.
 */
import { openDialog } from "../lib/dialog.js";
import { h, icon } from "../lib/dom.js";
import { capital, dayText, t, weekdayText } from "../lib/i18n.js";
import { monthPicker } from "../lib/month.js";
import { go, links } from "../lib/router.js";
import { groupOf } from "../lib/status.js";
import { daysBetween } from "../lib/time.js";

/* "Dziś", "Jutro", "Wczoraj" or null. */
export function nearText(day, today) {
  const key = { "-1": "day.yesterday", 0: "day.today", 1: "day.tomorrow" }[daysBetween(today, day)];
  return key ? t(key) : null;
}

export function dayTitle(day, today) {
  const near = nearText(day, today);
  const parts = {
    weekday: weekdayText(day),
    day: dayText(day, day.slice(0, 4) !== today.slice(0, 4)),
  };
  return near
    ? { near: `${near},`, text: t("day.title_near", parts) }
    : { near, text: capital(t("day.title", parts)) };
}

export function openMonth(selected, today, pick) {
  const picker = monthPicker((day) => {
    dialog.close();
    pick(day);
  });
  picker.set(selected, today);
  const dialog = openDialog({ title: t("month.pick"), body: picker.element, kind: "month" });
  picker.focus();
}

/* Steps back and forth. at: {previous, next, current} are days; today leads to today. */
export function stepper({ previous, next, onPick, todayHref, isToday, labels }) {
  return h(
    "div",
    { class: "stepper", role: "group", "aria-label": labels.group },
    h(
      "a",
      {
        class: "button button-icon",
        href: previous,
        "aria-label": labels.previous,
        "data-nav": "previous",
      },
      icon("left"),
    ),
    h(
      "a",
      {
        class: "button stepper-today",
        href: todayHref,
        "aria-current": isToday ? "date" : null,
        "data-nav": "today",
      },
      t("day.today"),
    ),
    h(
      "a",
      { class: "button button-icon", href: next, "aria-label": labels.next, "data-nav": "next" },
      icon("right"),
    ),
    h(
      "button",
      {
        type: "button",
        class: "button button-icon",
        "aria-label": t("month.pick"),
        "data-nav": "pick",
        on: { click: onPick },
      },
      icon("calendar"),
    ),
  );
}

export function dayHead({ day, today, salon, previous, next, search }) {
  const title = dayTitle(day, today);
  return h(
    "header",
    { class: "page-head", key: "head" },
    h(
      "div",
      { class: "page-title" },
      h("p", { class: "eyebrow" }, salon),
      h(
        "h1",
        { tabindex: "-1" },
        title.near ? [h("span", { class: "near" }, title.near), " "] : null,
        h("span", { class: "date" }, title.text),
      ),
    ),
    h(
      "div",
      { class: "page-tools" },
      stepper({
        previous: links.day(previous),
        next: links.day(next),
        todayHref: links.day(),
        isToday: day === today,
        onPick: () => openMonth(day, today, (picked) => go(links.day(picked))),
        labels: { group: t("day.steps"), previous: t("day.previous"), next: t("day.next") },
      }),
      h(
        "button",
        {
          type: "button",
          class: "button button-icon narrow-only",
          "aria-label": t("nav.search"),
          on: { click: search },
        },
        icon("search"),
      ),
      h(
        "a",
        { class: "button", href: links.print(day) },
        icon("print"),
        h("span", { class: "wide-only" }, t("day.print")),
        h("span", { class: "sr-only narrow-only" }, t("day.print")),
      ),
    ),
  );
}

const groups = ["waiting", "salon", "done", "off"];

export const filters = {
  all: () => true,
  ...Object.fromEntries(groups.map((group) => [group, (visit) => groupOf(visit) === group])),
  warned: (visit) => visit.warnings.length > 0,
};

/* Chips with counts; only those that would show something, so nothing is hidden by surprise. */
export function filterBar(visits, chosen, onChoose) {
  if (visits.length < 2) return null;
  const chips = Object.entries(filters)
    .map(([name, test]) => ({ name, count: visits.filter(test).length }))
    .filter(({ name, count }) => name === "all" || name === chosen || count > 0);
  return h(
    "div",
    { class: "filters", key: "filters", role: "group", "aria-label": t("filter.label") },
    chips.map(({ name, count }) =>
      h(
        "button",
        {
          type: "button",
          class: `filter filter-${name}`,
          key: name,
          "data-filter": name,
          "aria-pressed": name === chosen ? "true" : "false",
          on: { click: () => onChoose(name) },
        },
        h("span", null, t(`filter.${name}`)),
        h("span", { class: "filter-count" }, String(count)),
      ),
    ),
  );
}
