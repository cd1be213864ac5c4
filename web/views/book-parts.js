/*
 * book-parts.js: the pieces of the booking page: a numbered step, choices, and how a series went.
 */
import { h, icon } from "../lib/dom.js";
import { capital, dayText, lengthText, moneyText, t, weekdayText } from "../lib/i18n.js";
import { links } from "../lib/router.js";
import { detailText, orderText } from "./order-words.js";

/* One of the numbered steps; its heading is the text book.NAME. */
export function step(number, name, ...content) {
  return h(
    "section",
    { class: "panel book-step", key: name, "aria-labelledby": `book-${name}` },
    h(
      "h2",
      { class: "panel-title", id: `book-${name}` },
      h("span", { class: "book-number", "aria-hidden": "true" }, number),
      t(`book.${name}`),
    ),
    content,
  );
}

export function radio(name, value, current, on, ...label) {
  return h(
    "label",
    { class: "choice-option", key: value },
    h("input", {
      type: "radio",
      name,
      value: String(value),
      checked: value === current,
      on: { change: () => on(value) },
    }),
    h("span", null, label),
  );
}

export function select(name, value, values, text, on) {
  return h(
    "label",
    { class: "book-select", key: name },
    h("span", null, t(`book.${name}`)),
    h(
      "select",
      { name, on: { change: (event) => on(Number(event.target.value)) } },
      values.map((one) =>
        h("option", { value: String(one), selected: one === value }, text(one)),
      ),
    ),
  );
}

/* A service with its length and price. */
export function typeLabel(one) {
  const price = one.price_minor ? moneyText(one.price_minor, one.currency) : null;
  const long = one.lengths.length > 1 ? null : lengthText(one.length_minutes);
  return h(
    "span",
    { class: "book-service" },
    h("b", null, one.title),
    h("span", { class: "who-more" }, [long, price].filter(Boolean).join(" · ")),
  );
}

function reportLine(line) {
  const when = `${capital(weekdayText(line.day, "short"))}, ${dayText(line.day)}, ${line.time}`;
  const state = line.error ? "bad" : line.id ? "good" : line.now ? "now" : "next";
  const pictures = { bad: "alert", good: "check", now: "hourglass", next: "clock" };
  return h(
    "li",
    { class: `book-line book-line-${state}`, key: line.day },
    icon(pictures[state]),
    h(
      "span",
      null,
      line.id ? h("a", { href: links.appointment(line.id) }, when) : when,
      " ",
      line.error
        ? h(
            "span",
            { class: "who-more" },
            [orderText(line.error), detailText(line.error)].filter(Boolean).join(" "),
          )
        : h("span", { class: "sr-only" }, t(`book.line.${state}`)),
    ),
  );
}

/* What became of each visit of a series: [{day, time, id, error, now}]. */
export function seriesBanner(report) {
  const bad = report.filter((line) => line.error).length;
  const over = report.every((line) => line.error || line.id);
  return h(
    "div",
    {
      class: `banner ${over ? (bad ? "banner-bad" : "banner-good") : ""}`,
      role: over && bad ? "alert" : "status",
      key: "report",
    },
    h(
      "div",
      null,
      h(
        "strong",
        null,
        over
          ? t(bad ? "book.series_bad" : "book.series_good", { bad, all: report.length })
          : t("book.series_now"),
      ),
      h("ul", { class: "book-report" }, report.map(reportLine)),
    ),
  );
}
