/*
 * month.js: a month to pick a day from. Arrow keys move by day and week, Page Up and Page Down by
 * month, Home and End within the week; one day at a time is in the tab order.
 */
import { h, icon, patch } from "./dom.js";
import { capital, dayText, monthText, t, weekdayText } from "./i18n.js";
import { addDays, addMonths, monday, monthWeeks, weekday } from "./time.js";

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

function moved(day, key) {
  if (key in STEPS) return addDays(day, STEPS[key]);
  if (key === "Home") return monday(day);
  if (key === "End") return addDays(monday(day), 6);
  if (key === "PageUp" || key === "PageDown") {
    const first = addMonths(day, key === "PageUp" ? -1 : 1);
    const wanted = Number(day.slice(8));
    const last = Number(addDays(addMonths(first, 1), -1).slice(8));
    return `${first.slice(0, 8)}${String(Math.min(wanted, last)).padStart(2, "0")}`;
  }
  return null;
}

/* A calendar with its own month. set(selected, today) follows the page; onPick(day) is called for a choice. */
export function monthPicker(onPick) {
  const root = h("div", { class: "month" });
  let selected = null;
  let today = null;
  let shown = null; // the day that the arrow keys stand on

  function go(day, focus) {
    shown = day;
    render();
    if (focus) root.querySelector(`[data-day="${day}"]`)?.focus();
  }

  function onKey(event) {
    const next = moved(shown, event.key);
    if (!next) return;
    event.preventDefault();
    go(next, true);
  }

  function cell(day) {
    const classes = ["month-day"];
    if (day.slice(0, 7) !== shown.slice(0, 7)) classes.push("month-day-other");
    if (day === today) classes.push("month-day-today");
    if (weekday(day) > 5) classes.push("month-day-weekend");
    return h(
      "td",
      null,
      h(
        "button",
        {
          type: "button",
          class: classes.join(" "),
          "data-day": day,
          tabindex: day === shown ? "0" : "-1",
          "aria-label": `${weekdayText(day)}, ${dayText(day, true)}`,
          "aria-current": day === today ? "date" : null,
          "aria-pressed": day === selected ? "true" : "false",
          on: { click: () => onPick(day), keydown: onKey },
        },
        String(Number(day.slice(8))),
      ),
    );
  }

  function render() {
    const weeks = monthWeeks(shown);
    const turn = (count, name, label) =>
      h(
        "button",
        {
          type: "button",
          class: "button button-icon",
          "aria-label": label,
          on: { click: () => go(addMonths(shown, count), false) },
        },
        icon(name),
      );
    patch(
      root,
      h(
        "div",
        { class: "month-head" },
        turn(-1, "left", t("month.previous")),
        h("p", { class: "month-name", "aria-live": "polite" }, capital(monthText(shown))),
        turn(1, "right", t("month.next")),
      ),
      h(
        "table",
        { class: "month-grid", "data-arrows": true, "aria-label": t("month.pick") },
        h(
          "thead",
          null,
          h(
            "tr",
            null,
            weeks[0].map((day) =>
              h(
                "th",
                { scope: "col" },
                h(
                  "abbr",
                  { title: weekdayText(day), class: "month-weekday" },
                  weekdayText(day, "short"),
                ),
              ),
            ),
          ),
        ),
        h(
          "tbody",
          null,
          weeks.map((week) => h("tr", null, week.map(cell))),
        ),
      ),
    );
  }

  return {
    element: root,
    set(nextSelected, nextToday) {
      const follow = nextSelected !== selected;
      if (!follow && nextToday === today) return;
      selected = nextSelected;
      today = nextToday;
      if (follow || !shown) shown = selected;
      render();
    },
    focus() {
      root.querySelector('[tabindex="0"]')?.focus();
    },
  };
}
