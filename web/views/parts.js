/*
 * parts.js: small pieces that several pages share: badge, warnings, names, phone, banners, empty page.
 */
import { h, icon } from "../lib/dom.js";
import { ageText, dayShort, language, t } from "../lib/i18n.js";
import { statusIcon, statusOf } from "../lib/status.js";
import { wallClock } from "../lib/time.js";

export function badge(visit) {
  const status = statusOf(visit);
  return h(
    "span",
    { class: `badge badge-${status}` },
    icon(statusIcon(status)),
    h("span", null, t(`status.${status}`)),
  );
}

export function listText(names) {
  return new Intl.ListFormat(language() === "en" ? "en-GB" : "pl-PL", {
    type: "conjunction",
  }).format(names);
}

/* Whom the salon calls a visit: its pets, else its client, else whoever booked. */
export function visitName(visit) {
  if (visit.pets.length) return listText(visit.pets.map((pet) => pet.name));
  return clientName(visit) || visit.title || t("visit.unnamed");
}

export function clientName(visit) {
  if (visit.client) return [visit.client.name, visit.client.surname].filter(Boolean).join(" ");
  return visit.attendee?.name ?? "";
}

export function serviceName(visit) {
  return visit.service_name || visit.title || visit.service || "";
}

const warningIcons = { allergy: "alert", behaviour: "paw", health: "health" };

/* Always in sight, in words: never behind a hover, never by colour alone. */
export function warnings(visit) {
  if (!visit.warnings.length) return null;
  const known = visit.pets.length === 1;
  return h(
    "ul",
    { class: "warnings", "aria-label": t("warning.label") },
    visit.warnings.map((warning) => {
      const key = known || !warning.pet ? `warning.${warning.kind}` : `warning.${warning.kind}.pet`;
      return h(
        "li",
        { class: `warning warning-${warning.kind}` },
        icon(warningIcons[warning.kind] ?? "alert"),
        h("span", null, h("b", null, `${t(key, { pet: warning.pet })}:`), ` ${warning.text}`),
      );
    }),
  );
}

/* The number to call: the client's own before the one typed into the booking form. */
export function phoneOf(visit) {
  const source = visit.client?.phone ? visit.client : visit.attendee;
  if (!source?.phone) return null;
  return { number: source.phone, shown: source.phone_display ?? source.phone };
}

export function phoneLink(visit, extra = "") {
  const phone = phoneOf(visit);
  if (!phone) return null;
  const number = phone.number.replace(/[^+\d]/g, "");
  return h(
    "a",
    {
      class: `phone ${extra}`.trim(),
      href: `tel:${number}`,
      "aria-label": t("visit.call", { phone: phone.shown }),
    },
    icon("phone"),
    h("span", null, phone.shown),
  );
}

export function avatar(visit) {
  const types = visit.pets.length
    ? [...new Set(visit.pets.map((pet) => pet.type))].slice(0, 2)
    : ["paw"];
  return h(
    "span",
    { class: "avatar", "aria-hidden": "true" },
    icon(types.length === 1 && ["dog", "cat"].includes(types[0]) ? types[0] : "paw"),
  );
}

/* "14:02" for today, "22 lis, 14:02" for another day. */
export function momentText(iso, zone, now = Date.now()) {
  const at = wallClock(Date.parse(iso), zone);
  const today = wallClock(now, zone).day;
  return at.day === today
    ? at.time
    : t("moment.other_day", { day: dayShort(at.day), time: at.time });
}

/* Says that the list may be old. at: when it was last true. */
export function offlineBanner(at, zone) {
  return h(
    "div",
    { class: "banner banner-bad", role: "status", key: "offline" },
    icon("offline"),
    h(
      "div",
      null,
      h("strong", null, t("offline.title")),
      h(
        "p",
        null,
        at
          ? t("offline.age", { time: wallClock(at, zone).time, age: ageText(Date.now() - at) })
          : t("offline.nothing"),
      ),
    ),
  );
}

export function errorBanner(error) {
  return h(
    "div",
    { class: "banner banner-bad", role: "alert", key: "error" },
    icon("alert"),
    h("div", null, h("strong", null, t("error.title")), h("p", null, errorText(error))),
  );
}

/* A sentence for a failure: ours where we have one, else what the box said. */
export function errorText(error) {
  if (error?.code === undefined) return t("error.offline");
  const key = `error.${error.code}`;
  const text = t(key);
  return text === key ? t("error.unknown", { code: error.code, message: error.message }) : text;
}

export function empty(picture, title, text, ...actions) {
  return h(
    "div",
    { class: "empty", key: "empty" },
    icon(picture),
    h("h2", null, title),
    h("p", null, text),
    actions.length ? h("div", { class: "empty-actions" }, actions) : null,
  );
}

export function skeleton(kind, count) {
  return h(
    "div",
    {
      class: "skeletons",
      key: "skeleton",
      "aria-busy": "true",
      "aria-label": t("common.loading"),
      role: "status",
    },
    Array.from({ length: count }, () => h("div", { class: `skeleton skeleton-${kind}` })),
  );
}
