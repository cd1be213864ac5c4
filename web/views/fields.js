/*
 * fields.js: the pieces of a form: labelled field of one or many lines, choice, tick, and the line
 * that says what is wrong. Each says aloud what it shows: label, hint and error belong to the input.
 */
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/* A labelled field. name is also its id; error is a sentence or null; rows: of several lines; beside
 * stands next to the input. */
export function field({ name, label, hint, error, beside, rows, wide, key, ...input }) {
  const described = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(" ");
  return h(
    "div",
    { class: `field${wide || rows ? " field-wide" : ""}`, key: key ?? name },
    h("label", { for: name }, label),
    h(
      "div",
      { class: "field-row" },
      h(rows ? "textarea" : "input", {
        id: name,
        name,
        rows,
        "aria-describedby": described || null,
        "aria-invalid": error ? "true" : null,
        ...input,
      }),
      beside,
    ),
    hint ? h("p", { class: "field-hint", id: `${name}-hint` }, hint) : null,
    error
      ? h("p", { class: "field-error", id: `${name}-error` }, icon("alert"), h("span", null, error))
      : null,
  );
}

/* One of a few, as buttons beside each other. options: [{value, label, picture, lang}]. */
export function choice({ name, label, options, current, on }) {
  return h(
    "fieldset",
    { class: "choice", key: name },
    h("legend", null, label),
    h(
      "div",
      { class: "choice-options" },
      options.map((option) =>
        h(
          "label",
          { class: "choice-option", lang: option.lang, key: option.value },
          h("input", {
            type: "radio",
            name,
            value: option.value,
            checked: option.value === current,
            on: { change: () => on(option.value) },
          }),
          h("span", null, option.picture ? icon(option.picture) : null, option.label),
        ),
      ),
    ),
  );
}

export function tick({ name, label, hint, checked, onChange }) {
  return h(
    "div",
    { class: "tick", key: name },
    h(
      "label",
      { class: "switch" },
      h("input", {
        type: "checkbox",
        id: name,
        name,
        checked,
        "aria-describedby": hint ? `${name}-hint` : null,
        on: { change: (event) => onChange(event.target.checked) },
      }),
      h("span", null, label),
    ),
    hint ? h("p", { class: "field-hint", id: `${name}-hint` }, hint) : null,
  );
}

export function formError(text) {
  return h(
    "p",
    { class: "form-error", role: "alert", key: "failure" },
    icon("alert"),
    h("span", null, text),
  );
}

/* Says that what was typed before is still here, and how to be rid of it. */
export function restoredNote(discard) {
  return h(
    "div",
    { class: "banner", role: "status", key: "restored" },
    icon("history"),
    h("p", { class: "banner-text" }, t("form.restored")),
    h("button", { type: "button", class: "button", on: { click: discard } }, t("form.discard")),
  );
}

/* Save and cancel, at the end of every form. */
export function formButtons({ busy, save, cancel, onCancel }) {
  return h(
    "div",
    { class: "form-buttons form-foot", key: "buttons" },
    h(
      "button",
      { type: "submit", class: "button button-primary", "aria-disabled": busy ? "true" : null },
      icon("check"),
      busy ? t("form.busy") : (save ?? t("form.save")),
    ),
    h("a", { class: "button", href: cancel, on: { click: onCancel } }, t("form.cancel")),
  );
}

/* Brings the first refused field before the eyes. */
export function focusError(main) {
  main.querySelector("[aria-invalid]")?.focus();
}
