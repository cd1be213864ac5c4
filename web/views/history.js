/*
 * history.js: what happened to an appointment, newest first, in words. Rows of one moment that belong
 * together (start and end of a move) are told as one.
 */
import { h, icon } from "../lib/dom.js";
import { dayShort, has, moneyText, t } from "../lib/i18n.js";
import { clockNow, wallClock } from "../lib/time.js";
import { momentText } from "./parts.js";

const pictures = {
  start_time: "rotate",
  status: "info",
  desk_status: "door",
  client_id: "user",
  pet_id: "paw",
  booked: "check",
};

function timeText(iso, zone) {
  const at = wallClock(Date.parse(iso), zone);
  return t("moment.other_day", { day: dayShort(at.day), time: at.time });
}

function valueText(field, value, zone, visit) {
  if (value === null || value === "") return t("history.nothing");
  if (field === "start_time" || field === "end_time") return timeText(value, zone);
  if (field === "status" || field === "desk_status")
    return has(`status.${value}`) ? t(`status.${value}`) : value;
  if (field === "price_minor") return moneyText(Number(value), visit.currency ?? "PLN");
  if (field === "duration_minutes") return t("length.minutes", { m: value });
  return value;
}

function fieldText(field) {
  return has(`history.field.${field}`) ? t(`history.field.${field}`) : t("history.field.other");
}

function causeText(row) {
  if (row.by && ["booked", "asked"].includes(row.field)) return row.by;
  if (row.by) return t("history.by", { name: row.by });
  // Cal.com knows nothing of the desk: what confirmed this visit was the client's text.
  if (row.field === "desk_status" && row.cause === "delivery") return t("history.text_answer");
  return has(`history.cause.${row.cause}`) ? t(`history.cause.${row.cause}`) : "";
}

/* What somebody asked of Cal.com here, as far as no other row tells it. */
function done(row, zone) {
  const text =
    row.field === "booked"
      ? t("history.booked", { when: timeText(row.new, zone) })
      : row.field === "asked"
        ? t(`history.asked.${row.new}`)
        : null;
  return text && h("p", { class: "event-what" }, h("b", null, text));
}

/* Follows from the move itself, so it is not told again. */
function echo(row, rows) {
  const moved = rows.some((other) => other.field === "start_time" && other.at === row.at);
  return moved && ["end_time", "cal_com_event_id", "duration_minutes"].includes(row.field);
}

export function historyList(visit, zone) {
  const rows = visit.history.filter((row, _, all) => row.field !== "synced_at" && !echo(row, all));
  rows.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const items = rows.map((row) =>
    h(
      "li",
      { class: "event" },
      icon(pictures[row.field] ?? "note"),
      h(
        "div",
        null,
        done(row, zone) ??
        h(
          "p",
          { class: "event-what" },
          h("b", null, `${fieldText(row.field)}: `),
          h("span", { class: "event-old" }, valueText(row.field, row.old, zone, visit)),
          h("span", { "aria-hidden": "true" }, " → "),
          h("span", { class: "sr-only" }, ` ${t("history.to")} `),
          h("span", { class: "event-new" }, valueText(row.field, row.new, zone, visit)),
        ),
        h(
          "p",
          { class: "event-when" },
          [momentText(row.at, zone, clockNow()), causeText(row)].filter(Boolean).join(" · "),
        ),
      ),
    ),
  );
  items.push(
    h(
      "li",
      { class: "event" },
      icon("plus"),
      h(
        "div",
        null,
        h("p", { class: "event-what" }, h("b", null, t("history.created"))),
        h("p", { class: "event-when" }, momentText(visit.created_at, zone, clockNow())),
      ),
    ),
  );
  return h("ol", { class: "events" }, items);
}
