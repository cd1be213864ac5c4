/*
 * slots.js: free times of one service, a week at a time, to pick one from. What is free is asked of
 * Cal.com each time and never remembered.
 */
import { get } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { capital, dayShort, dayText, t, weekdayText } from "../lib/i18n.js";
import { addDays, clockNow, isDay, wallClock } from "../lib/time.js";
import { orderBanner } from "./order-words.js";
import { skeleton } from "./parts.js";

const ASK_MS = 25000;
const DAYS = 7;

/* wish() gives {eventType, length, appointment}, or null while there is nothing to ask for. render() is
 * called when view() has changed. prefer: {date, time} to begin with, when it is free. */
export function slotPicker({ zone, wish, from = null, prefer = null, render, onPick }) {
  const today = () => wallClock(clockNow(), zone).day;
  const picker = { picked: null, load, view, showDay, forget };
  let first = isDay(from) && from > today() ? from : today();
  let days = null;
  let error = null;
  let ticket = 0;

  async function load() {
    const wanted = wish();
    const mine = ++ticket;
    days = null;
    error = null;
    if (!wanted) return render();
    render();
    const query = new URLSearchParams({ event_type: wanted.eventType, date: first, days: DAYS });
    if (wanted.length) query.set("length", wanted.length);
    if (wanted.appointment) query.set("appointment", wanted.appointment);
    try {
      const answer = await get(`/api/slots?${query}`, { timeout: ASK_MS });
      if (mine !== ticket) return;
      days = answer.days;
      const still = days.some(({ slots }) => slots.some(({ start }) => start === picker.picked?.start));
      const shown = picker.picked && days.some(({ date }) => date === picker.picked.date);
      if (shown && !still) picker.picked = null;
      if (prefer && !picker.picked) {
        const day = days.find(({ date }) => date === prefer.date);
        const slot = day?.slots.find(({ time }) => time === prefer.time);
        if (slot) picker.picked = { ...slot, date: day.date };
        prefer = null;
      }
    } catch (cause) {
      if (mine !== ticket) return;
      error = cause;
    }
    render();
  }

  function forget() {
    picker.picked = null;
  }

  function showDay(day) {
    first = day < today() ? today() : day;
    load();
  }

  function pick(slot) {
    picker.picked = slot;
    onPick?.(slot);
    render();
  }

  function slotButton(day, slot) {
    return h(
      "button",
      {
        type: "button",
        class: "slot",
        key: slot.start,
        "aria-pressed": picker.picked?.start === slot.start ? "true" : "false",
        on: { click: () => pick({ ...slot, date: day.date }) },
      },
      slot.time,
    );
  }

  function dayColumn(day) {
    const name = `${capital(weekdayText(day.date))}, ${dayText(day.date)}`;
    return h(
      "section",
      { class: "slot-day", key: day.date, "aria-label": name },
      h(
        "h3",
        { class: "slot-date" },
        h("span", null, capital(weekdayText(day.date, "short"))),
        " ",
        h("b", null, dayShort(day.date)),
      ),
      day.slots.length
        ? h(
            "div",
            { class: "slot-list", role: "group", "aria-label": name },
            day.slots.map((slot) => slotButton(day, slot)),
          )
        : h("p", { class: "slot-none" }, t("slots.none")),
    );
  }

  function stepButton(step, picture, label, off) {
    return h(
      "button",
      {
        type: "button",
        class: "button button-icon",
        "aria-label": label,
        disabled: off,
        "data-slots": step < 0 ? "back" : "on",
        on: { click: () => showDay(addDays(first, step)) },
      },
      icon(picture),
    );
  }

  function view() {
    const last = addDays(first, DAYS - 1);
    return h(
      "div",
      { class: "slots", key: "slots" },
      h(
        "div",
        { class: "slots-head", key: "head" },
        stepButton(-DAYS, "left", t("slots.back"), first <= today()),
        h(
          "p",
          { class: "slots-range", "aria-live": "polite" },
          t("slots.range", { from: dayShort(first), to: dayShort(last) }),
        ),
        stepButton(DAYS, "right", t("slots.on"), false),
        h(
          "label",
          { class: "slots-jump" },
          h("span", null, t("slots.jump")),
          h("input", {
            type: "date",
            min: today(),
            value: first,
            on: { change: (event) => isDay(event.target.value) && showDay(event.target.value) },
          }),
        ),
      ),
      error
        ? orderBanner(
            error,
            h(
              "button",
              { type: "button", class: "button", on: { click: load } },
              icon("rotate"),
              t("slots.again"),
            ),
          )
        : null,
      !days && !error && wish() ? skeleton("card", 1) : null,
      days
        ? h("div", { class: "slot-days", key: "days" }, days.map(dayColumn))
        : null,
    );
  }

  return picker;
}
