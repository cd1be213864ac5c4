/*
 * settings.js: the salon's own settings: its name, address and hours. Hours are the grey of the week
 * and the free room of the day; the zone is the box's and only shown.
 */
import { get, send } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { draft } from "../lib/draft.js";
import { capital, t, weekdayText } from "../lib/i18n.js";
import { patchPage } from "../lib/place.js";
import { links } from "../lib/router.js";
import { addDays } from "../lib/time.js";
import { toast } from "../lib/toast.js";
import { field, focusError, formButtons, formError, restoredNote, tick } from "./fields.js";
import { pageHead } from "./page-head.js";
import { errorBanner, errorText, skeleton } from "./parts.js";

const A_MONDAY = "2024-01-01";
const DAYS = [1, 2, 3, 4, 5, 6, 7];
const USUAL = ["09:00", "17:00"];

const dayName = (day) => capital(weekdayText(addDays(A_MONDAY, day - 1)));

/* "9", "930", "9.30" and "09:30" all mean a time; what means none stays as it was typed. */
function clockText(typed) {
  const [, hours, minutes = "0"] = /^\s*(\d{1,2})[:. ]?(\d{2})?\s*$/.exec(typed) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return typed;
  return `${hours.padStart(2, "0")}:${minutes.padStart(2, "0")}`;
}

const isClock = (text) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text);

function valuesOf(salon) {
  const values = { name: salon.name, address: salon.address, nip: salon.nip };
  for (const { weekday, open, close } of salon.hours) {
    values[`open-${weekday}`] = open ?? "";
    values[`close-${weekday}`] = close ?? "";
  }
  return values;
}

export function open(main, route, shell) {
  let salon = null;
  let typed = null;
  let problem = null;

  async function load() {
    try {
      salon = await get("/api/salon");
      typed = draft({
        key: `${shell.session.user.id} salon`,
        base: valuesOf(salon),
        render,
      });
    } catch (error) {
      problem = error;
    }
    render();
  }

  function bound(name, more = {}) {
    return {
      name,
      label: t(`settings.${name}`),
      value: typed.values[name],
      error: typed.errors[name],
      autocomplete: "off",
      ...more,
      on: { input: (event) => typed.set(name, event.target.value) },
    };
  }

  function setDay(day, hours) {
    typed.set(`open-${day}`, hours[0]);
    typed.set(`close-${day}`, hours[1]);
    delete typed.errors.hours;
    render();
  }

  /* The same from Monday to Friday: most salons type it once. */
  function copyMonday() {
    const hours = [typed.values["open-1"], typed.values["close-1"]];
    for (const day of DAYS.slice(1, 5)) setDay(day, hours);
  }

  function time(day, which) {
    const name = `${which}-${day}`;
    return h("input", {
      // Not the browser's field for a time, which would show "PM" to whoever has an English browser.
      type: "text",
      inputmode: "numeric",
      maxlength: "5",
      autocomplete: "off",
      id: name,
      "aria-label": `${dayName(day)}: ${t(`settings.${which}`)}`,
      "aria-describedby": typed.errors.hours ? "hours-error" : null,
      value: typed.values[name],
      on: {
        input: (event) => typed.set(name, event.target.value),
        change: (event) => {
          event.target.value = clockText(event.target.value);
          typed.set(name, event.target.value);
        },
      },
    });
  }

  function dayRow(day) {
    const isOpen = typed.values[`open-${day}`] !== "" || typed.values[`close-${day}`] !== "";
    return h(
      "li",
      { class: "hours-row", key: day },
      tick({
        name: `day-${day}`,
        label: dayName(day),
        checked: isOpen,
        onChange: (on) => setDay(day, on ? USUAL : ["", ""]),
      }),
      isOpen
        ? h(
            "span",
            { class: "hours-times" },
            time(day, "open"),
            h("span", { "aria-hidden": "true" }, "–"),
            time(day, "close"),
          )
        : h("span", { class: "muted" }, t("week.closed")),
    );
  }

  /* A day that closes before it opens is seen here, beside the day it is about. */
  function wrongDay() {
    return DAYS.find((day) => {
      const [from, to] = [typed.values[`open-${day}`], typed.values[`close-${day}`]];
      return (from || to) && !(isClock(from) && isClock(to) && from < to);
    });
  }

  async function save(event) {
    event.preventDefault();
    const wrong = wrongDay();
    if (wrong) {
      typed.errors = { hours: t("settings.hours_wrong", { day: dayName(wrong) }) };
      render();
      main.querySelector(`#open-${wrong}`)?.focus();
      return;
    }
    const { name, address, nip } = typed.values;
    const hours = DAYS.map((day) => {
      const open = typed.values[`open-${day}`];
      return open ? { open, close: typed.values[`close-${day}`] } : null;
    });
    const saved = await typed.save(
      async () => {
        salon = await send("PATCH", "/api/salon", { name, address, nip, hours });
        typed.base = valuesOf(salon);
        typed.values = { ...typed.base };
        typed.restored = false;
        shell.session.salon.name = salon.name;
        toast(t("settings.saved"));
      },
      {
        problem: (what) =>
          ["name", "address", "nip"].includes(what) ? t(`settings.${what}_wrong`) : null,
      },
    );
    if (!saved) focusError(main);
  }

  function body() {
    return h(
      "form",
      { class: "form card-form", key: "form", novalidate: true, on: { submit: save } },
      typed.restored ? restoredNote(() => typed.discard()) : null,
      h(
        "section",
        { class: "panel", key: "salon", "aria-labelledby": "salon-title" },
        h("h2", { class: "panel-title", id: "salon-title" }, t("settings.salon")),
        h(
          "div",
          { class: "form-grid" },
          field(bound("name", { required: true, maxlength: "120" })),
          field(bound("nip", { inputmode: "numeric" })),
          field(bound("address", { rows: "2" })),
        ),
      ),
      h(
        "section",
        { class: "panel", key: "hours", "aria-labelledby": "hours-title" },
        h("h2", { class: "panel-title", id: "hours-title" }, t("settings.hours")),
        h("p", { class: "muted" }, t("settings.hours_text", { zone: salon.timezone })),
        h("ul", { class: "hours-list" }, DAYS.map(dayRow)),
        typed.errors.hours
          ? h(
              "p",
              { class: "field-error", id: "hours-error", role: "alert" },
              icon("alert"),
              h("span", null, typed.errors.hours),
            )
          : null,
        h(
          "button",
          { type: "button", class: "button", on: { click: copyMonday } },
          icon("copy"),
          t("settings.copy_monday"),
        ),
      ),
      typed.failure ? formError(errorText(typed.failure)) : null,
      formButtons({ busy: typed.busy, cancel: links.day(), onCancel: () => typed.done() }),
    );
  }

  function elsewhere() {
    const link = (href, picture, text) =>
      h("a", { class: "menu-item", href, key: href }, icon(picture), text);
    return h(
      "section",
      { class: "panel card-form settings-more", key: "more", "aria-labelledby": "more-title" },
      h("h2", { class: "panel-title", id: "more-title" }, t("settings.more")),
      h(
        "div",
        { class: "menu menu-grid" },
        link(links.importing(), "upload", t("import.title")),
        link(links.people(), "users", t("people.title")),
        link(links.sync(), "sync", t("sync.title")),
        link(links.more(), "contrast", t("settings.look")),
      ),
    );
  }

  function render() {
    patchPage(
      main,
      pageHead({ title: t("nav.settings"), eyebrow: shell.session.salon.name }),
      problem ? errorBanner(problem) : typed ? [elsewhere(), body()] : skeleton("card", 3),
    );
    shell.setTitle(t("nav.settings"));
  }

  render();
  load();
  return { refresh() {}, tick() {}, close() {} };
}
