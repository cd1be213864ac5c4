/*
 * sheet.js: the day sheet on A4, portrait. Rows are laid out and measured here and cut into pages by
 * hand, because browsers do not number pages for us in the same way.
 */
import { h, icon, patch } from "../lib/dom.js";
import {
  capital,
  dayNumeric,
  dayShort,
  dayText,
  lengthText,
  moneyText,
  t,
  weekdayText,
} from "../lib/i18n.js";
import { isOff, statusOf } from "../lib/status.js";
import { clockNow, wallClock } from "../lib/time.js";
import { clientName, phoneOf, serviceName, visitName } from "./parts.js";

function row(visit) {
  const phone = phoneOf(visit);
  const breeds = [...new Set(visit.pets.map((pet) => pet.breed).filter(Boolean))].join(", ");
  const money = visit.price_minor ? moneyText(visit.price_minor, visit.currency) : "";
  return h(
    "tr",
    { class: isOff(visit) ? "sheet-off" : "" },
    h(
      "td",
      { class: "sheet-time" },
      h("b", null, visit.start_local),
      h("span", null, lengthText(visit.duration_minutes)),
    ),
    h(
      "td",
      null,
      h("b", { class: "sheet-pet" }, visitName(visit)),
      breeds ? ` ${breeds}` : "",
      visit.warnings.map((warning) =>
        h(
          "p",
          { class: "sheet-warning" },
          icon("alert"),
          h(
            "b",
            null,
            `${t(visit.pets.length === 1 ? `warning.${warning.kind}` : `warning.${warning.kind}.pet`, { pet: warning.pet })}: ${warning.text}`,
          ),
        ),
      ),
      visit.description ? h("p", { class: "sheet-note" }, visit.description) : null,
      visit.last_note?.text
        ? h(
            "p",
            { class: "sheet-note" },
            `${t("card.last_time", { day: dayShort(visit.last_note.date) })}: ${visit.last_note.text}`,
          )
        : null,
    ),
    h(
      "td",
      null,
      visit.pets.length ? clientName(visit) : "",
      phone ? h("span", { class: "sheet-phone" }, phone.shown) : null,
    ),
    h(
      "td",
      null,
      [serviceName(visit), money].filter(Boolean).join(", "),
      h("span", { class: "sheet-status" }, t(`status.${statusOf(visit)}`)),
    ),
    h("td", { class: "sheet-write" }),
  );
}

function head() {
  return h(
    "thead",
    null,
    h(
      "tr",
      null,
      ["time", "pet", "client", "service", "notes"].map((name) =>
        h("th", { scope: "col" }, t(`sheet.${name}`)),
      ),
    ),
  );
}

function page(entry, salon, zone) {
  const live = entry.events.filter((visit) => !isOff(visit)).length;
  const printed = wallClock(clockNow(), zone);
  const body = h("tbody");
  const number = h("span", { class: "sheet-number" });
  const sheet = h(
    "section",
    { class: "sheet" },
    h(
      "header",
      { class: "sheet-head" },
      h(
        "p",
        { class: "sheet-day" },
        `${capital(weekdayText(entry.date))}, ${dayText(entry.date, true)}`,
      ),
      h(
        "p",
        { class: "sheet-salon" },
        [salon, t("day.count", { n: live })].filter(Boolean).join(" · "),
      ),
    ),
    h("table", { class: "sheet-table" }, head(), body),
    h(
      "footer",
      { class: "sheet-foot" },
      h("span", null, t("sheet.printed", { day: dayNumeric(printed.day), time: printed.time })),
      number,
    ),
  );
  return { sheet, body, number };
}

/* Fills pages row by row and opens the next when one is full. Needs host to be in the document. */
export function layOut(host, entry, salon, zone) {
  patch(host);
  const pages = [];
  const add = () => {
    const next = page(entry, salon, zone);
    pages.push(next);
    host.append(next.sheet);
    return next;
  };
  let current = add();
  for (const visit of entry.events) {
    const line = row(visit);
    current.body.append(line);
    if (
      current.sheet.scrollHeight > current.sheet.clientHeight &&
      current.body.children.length > 1
    ) {
      line.remove();
      current = add();
      current.body.append(line);
    }
  }
  if (!entry.events.length)
    current.body.append(h("tr", null, h("td", { colspan: "5" }, t("day.empty"))));
  pages.forEach((one, i) => {
    one.number.textContent = t("sheet.page", { at: i + 1, of: pages.length });
  });
}
