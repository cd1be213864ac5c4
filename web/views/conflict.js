/*
 * conflict.js: somebody else saved the same card meanwhile. Shows both, field by field; nothing that
 * either typed is lost, and what only one of them changed needs no decision.
 */
import { openDialog } from "../lib/dialog.js";
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

function shown(value) {
  if (value === true || value === false) return t(value ? "common.yes" : "common.no");
  return value === "" ? t("conflict.empty") : value;
}

function option(name, which, value, checked, onChange) {
  return h(
    "label",
    { class: "conflict-option" },
    h("input", {
      type: "radio",
      name: `conflict-${name}`,
      value: which,
      checked,
      on: { change: onChange },
    }),
    h(
      "span",
      null,
      h("b", null, t(`conflict.${which}`)),
      h("span", { class: "conflict-value" }, shown(value)),
    ),
  );
}

/* form: lib/draft.js; theirs: {field: value} as saved by the other; label(name). resolve() is called
 * when the form holds what is to be saved over theirs. */
export function openConflict({ form, theirs, label, resolve }) {
  const mine = form.changed();
  const names = Object.keys(theirs);
  const changedByThem = names.filter((name) => theirs[name] !== form.base[name]);
  const both = changedByThem.filter((name) => name in mine && mine[name] !== theirs[name]);
  const taken = new Set(); // fields in which theirs is to stay

  function save(close) {
    const values = { ...form.values };
    for (const name of changedByThem) {
      if (!(name in mine) || taken.has(name)) values[name] = theirs[name];
    }
    form.base = { ...form.base, ...theirs };
    form.values = values;
    close();
    resolve();
  }

  openDialog({
    title: t("conflict.title"),
    kind: "form",
    body: (close) => [
      h("p", null, t("conflict.text")),
      both.map((name) =>
        h(
          "fieldset",
          { class: "conflict" },
          h("legend", null, label(name)),
          option(name, "mine", mine[name], true, () => taken.delete(name)),
          option(name, "theirs", theirs[name], false, () => taken.add(name)),
        ),
      ),
      changedByThem
        .filter((name) => !both.includes(name))
        .map((name) =>
          h("p", { class: "conflict-note" }, icon("check"), h("b", null, `${label(name)}:`), " ", shown(theirs[name])),
        ),
      h(
        "div",
        { class: "form-buttons" },
        h(
          "button",
          { type: "button", class: "button button-primary", on: { click: () => save(close) } },
          icon("check"),
          t("conflict.save"),
        ),
        h("button", { type: "button", class: "button", on: { click: close } }, t("conflict.back")),
      ),
    ],
  });
}
