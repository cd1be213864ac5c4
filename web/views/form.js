/*
 * form.js: a small form that sends itself: busy once sent, says what was wrong beside the field it was
 * about, and puts the focus there. In a page or in a dialog.
 */
import { openDialog } from "../lib/dialog.js";
import { h, icon, patch } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { PASSWORD_MIN, passwordField } from "./door.js";
import { errorText } from "./parts.js";

/* What the page itself has against a field. */
export class FieldError extends Error {
  constructor(field, text) {
    super(text);
    this.field = field;
  }
}

/* fields(form) makes the fields: form.errors by name, and form.shown with form.toggle for passwords.
 * submit(values) sends; what it throws becomes explain(error): a sentence, with the field it is about
 * where there is one. render() is called when view() has changed. */
export function makeForm({ key, lead, fields, go, submit, explain = () => null }, render) {
  let busy = false;
  let failure = null;
  const form = {
    errors: {},
    shown: false,
    toggle() {
      form.shown = !form.shown;
      render();
    },
    view,
  };

  async function send(event) {
    event.preventDefault();
    if (busy) return;
    const element = event.currentTarget;
    const values = Object.fromEntries(new FormData(element));
    busy = true;
    failure = null;
    form.errors = {};
    render();
    try {
      await submit(values);
      element.reset();
      form.shown = false;
    } catch (error) {
      const said =
        error instanceof FieldError
          ? { field: error.field, text: error.message }
          : (explain(error) ?? { text: errorText(error) });
      if (said.field) form.errors = { [said.field]: said.text };
      else failure = said.text;
    }
    busy = false;
    render();
    element.querySelector("[aria-invalid]")?.focus();
  }

  function view() {
    return h(
      "form",
      { class: "form", key, novalidate: true, on: { submit: send } },
      lead ? h("p", { class: "muted", key: "lead" }, lead) : null,
      failure
        ? h(
            "p",
            { class: "form-error", role: "alert", key: "failure" },
            icon("alert"),
            h("span", null, failure),
          )
        : null,
      fields(form),
      h(
        "div",
        { class: "form-buttons", key: "buttons" },
        h(
          "button",
          {
            type: "submit",
            class: "button button-primary",
            "aria-disabled": busy ? "true" : null,
          },
          go,
        ),
      ),
    );
  }

  return form;
}

/* The same over the page; submit(values, close) closes it when it is done. */
export function openForm({ title, submit, ...options }) {
  const slot = h("div");
  const form = makeForm({ key: "form", ...options, submit: (values) => submit(values, close) }, () =>
    patch(slot, form.view()),
  );
  const { close } = openDialog({ title, kind: "menu", body: slot });
  patch(slot, form.view());
  slot.querySelector("input")?.focus();
}

/* A password that is being chosen: the field, and what can be said against it. */
export function newPassword(form, label) {
  return passwordField(
    {
      name: "password",
      label,
      hint: t("setup.password_hint", { n: PASSWORD_MIN }),
      error: form.errors.password,
      autocomplete: "new-password",
      required: true,
    },
    form.shown,
    form.toggle,
  );
}

export function checkPassword(password) {
  if ([...password].length < PASSWORD_MIN)
    throw new FieldError("password", t("setup.password_short", { n: PASSWORD_MIN }));
}

export function passwordRefused(error) {
  return error.status === 400 && error.field === "password"
    ? { field: "password", text: t("setup.password_refused") }
    : null;
}
