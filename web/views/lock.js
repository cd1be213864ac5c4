/*
 * lock.js: whose turn it is on a shared tablet: the people with a PIN here, and the pad to type it on.
 * Five wrong ones, and only the password helps: the box counts, the page only says so.
 */
import { get, send } from "../lib/api.js";
import { h, icon, patch } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { doorFrame, languageChoice } from "./door.js";
import { errorText } from "./parts.js";

const PIN_MIN = 4;
const PIN_MAX = 8;
const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

/* people: who has a PIN here; withPassword(name, why): the form instead, with a sentence why. */
export function openLock(app, { people, enter, useLanguage, withPassword }) {
  let person = null; // null: nobody chosen yet
  let busy = false;
  let failure = null;

  const field = () => app.querySelector("#pin");

  function choose(who) {
    if (who.locked) {
      withPassword(who.name, t("lock.used_up", { name: who.name }));
      return;
    }
    person = who;
    failure = null;
    render();
    field().focus();
  }

  function back() {
    const id = person.id;
    person = null;
    failure = null;
    render();
    app.querySelector(`[data-person="${CSS.escape(id)}"]`)?.focus();
  }

  function type(digit) {
    if (busy) return;
    const input = field();
    if (input.value.length < PIN_MAX) input.value += digit;
  }

  function erase() {
    if (!busy) field().value = field().value.slice(0, -1);
  }

  /* How many tries are left stands with the box, not with the page. */
  async function refused() {
    const { people: now } = await get("/api/device").catch(() => ({ people }));
    people = now;
    const who = people.find(({ id }) => id === person.id);
    if (!who || who.locked) {
      withPassword(person.name, t("lock.used_up", { name: person.name }));
      return false;
    }
    failure = t("lock.wrong", { n: who.tries_left });
    return true;
  }

  async function submit(event) {
    event.preventDefault();
    const pin = field().value;
    if (busy) return;
    if (pin.length < PIN_MIN) {
      failure = t("lock.short", { n: PIN_MIN });
      render();
      return;
    }
    busy = true;
    failure = null;
    render();
    try {
      await enter(await send("POST", "/api/session/pin", { staff_id: person.id, pin }));
      return;
    } catch (error) {
      if ([401, 429].includes(error.status)) {
        if (!(await refused())) return;
      } else {
        failure = errorText(error);
      }
    }
    busy = false;
    render();
    field().value = "";
    field().focus();
  }

  /* Typing on a keyboard works wherever the focus is. */
  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") back();
    if (event.target === field()) return;
    if (/^\d$/.test(event.key)) type(event.key);
    else if (event.key === "Backspace") erase();
    else return;
    event.preventDefault();
    field().focus();
  }

  function pad() {
    const key = (digit) =>
      h(
        "button",
        { type: "button", class: "pad-key", key: digit, on: { click: () => type(digit) } },
        digit,
      );
    return h(
      "div",
      { class: "pad", role: "group", "aria-label": t("lock.pad"), key: "pad" },
      DIGITS.map(key),
      h(
        "button",
        {
          type: "button",
          class: "pad-key pad-side",
          key: "erase",
          "aria-label": t("lock.erase"),
          on: { click: erase },
        },
        icon("erase"),
      ),
      key("0"),
      h(
        "button",
        {
          type: "submit",
          class: "pad-key pad-go",
          key: "go",
          "aria-disabled": busy ? "true" : null,
          "aria-label": t("lock.enter"),
        },
        icon("check"),
      ),
    );
  }

  function pinForm() {
    return h(
      "form",
      { class: "form pin-form", key: `pin-${person.id}`, novalidate: true, on: { submit, keydown: onKey } },
      h(
        "div",
        { class: "field", key: "field" },
        h("label", { for: "pin" }, t("lock.pin")),
        h("input", {
          id: "pin",
          class: "pin-field",
          type: "password",
          inputmode: "none", // the pad below is the keyboard
          autocomplete: "off",
          maxlength: PIN_MAX,
          "aria-describedby": failure ? "pin-error" : null,
          "aria-invalid": failure ? "true" : null,
          on: {
            input: (event) => {
              event.target.value = event.target.value.replace(/\D/g, "");
            },
          },
        }),
      ),
      h(
        "p",
        { class: "form-error pin-error", id: "pin-error", role: "alert", key: "failure", hidden: !failure },
        failure ? [icon("alert"), h("span", null, failure)] : null,
      ),
      pad(),
      h(
        "div",
        { class: "form-buttons", key: "other" },
        h(
          "button",
          { type: "button", class: "button", on: { click: back } },
          icon("left"),
          t("lock.back"),
        ),
        h(
          "button",
          { type: "button", class: "button", on: { click: () => withPassword(person.name) } },
          icon("key"),
          t("lock.password"),
        ),
      ),
    );
  }

  function list() {
    return [
      h(
        "ul",
        { class: "faces", key: "faces" },
        people.map((who) =>
          h(
            "li",
            { key: who.id },
            h(
              "button",
              {
                type: "button",
                class: "face",
                "data-person": who.id,
                on: { click: () => choose(who) },
              },
              h("span", { class: "face-letter", "aria-hidden": "true" }, [...who.name][0] ?? ""),
              h("span", { class: "face-name" }, who.name),
              who.locked ? h("span", { class: "face-note" }, t("lock.only_password")) : null,
            ),
          ),
        ),
      ),
      h(
        "button",
        { type: "button", class: "button", key: "password", on: { click: () => withPassword() } },
        icon("key"),
        t("lock.password"),
      ),
      languageChoice(async (lang) => {
        await useLanguage(lang);
        render();
      }),
    ];
  }

  function render() {
    document.title = `${t("lock.title")} – ${t("app.name")}`;
    patch(
      app,
      person
        ? doorFrame(person.name, null, pinForm())
        : doorFrame(t("lock.title"), t("lock.lead"), list()),
    );
  }

  render();
  app.querySelector("h1").focus();
}
