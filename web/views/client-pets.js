/*
 * client-pets.js: the pets in the form of a new client: as many rows as wanted, each with what must be
 * known at the first visit. Values are kept as "pets[0].name", which is also how the box names them.
 */
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { petTypes } from "./client-fields.js";
import { choice, field } from "./fields.js";

const kept = ["name", "breed", "allergies", "behaviour"];
const MOST = 10;

const at = (i, name) => `pets[${i}].${name}`;

export function noPets() {
  return { pet_count: 1, ...emptyPet(0) };
}

function emptyPet(i) {
  return Object.fromEntries([
    [at(i, "type"), "dog"],
    ...kept.map((name) => [at(i, name), ""]),
  ]);
}

/* Which rows hold anything. */
export function petPlaces(values) {
  return Array.from({ length: values.pet_count }, (_, i) => i).filter((i) =>
    kept.some((name) => values[at(i, name)]?.trim()),
  );
}

export function petBodies(values) {
  return petPlaces(values).map((i) =>
    Object.fromEntries(["type", ...kept].map((name) => [name, values[at(i, name)] ?? ""])),
  );
}

function addRow(form, render) {
  const n = form.values.pet_count;
  Object.assign(form.values, emptyPet(n));
  form.set("pet_count", n + 1);
  render();
  document.getElementById(at(n, "name"))?.focus();
}

function removeRow(form, gone, render) {
  const last = form.values.pet_count - 1;
  for (let i = gone; i < last; i += 1) {
    for (const name of ["type", ...kept]) form.values[at(i, name)] = form.values[at(i + 1, name)];
  }
  for (const name of ["type", ...kept]) delete form.values[at(last, name)];
  form.errors = {};
  form.set("pet_count", last);
  render();
}

function row(form, i, render) {
  const bound = (name, more = {}) => ({
    name: at(i, name),
    label: t(`field.${name === "name" ? "pet_name" : name}`),
    value: form.values[at(i, name)] ?? "",
    error: form.errors[at(i, name)],
    autocomplete: "off",
    ...more,
    on: { input: (event) => form.set(at(i, name), event.target.value) },
  });
  return h(
    "fieldset",
    { class: "pet-row", key: `pet-${i}` },
    h(
      "legend",
      { class: form.values.pet_count > 1 ? "" : "sr-only" },
      form.values.pet_count > 1 ? t("client.pet_number", { at: i + 1 }) : t("client.pet"),
    ),
    h(
      "div",
      { class: "form-grid" },
      field(bound("name", { maxlength: "80" })),
      field(bound("breed", { maxlength: "80" })),
      choice({
        name: at(i, "type"),
        label: t("field.type"),
        options: petTypes.map((type) => ({
          value: type,
          label: t(`type.${type}`),
          picture: type === "other" ? "paw" : type,
        })),
        current: form.values[at(i, "type")],
        on: (type) => {
          form.set(at(i, "type"), type);
          render();
        },
      }),
      field(bound("allergies", { hint: t("field.allergies_hint") })),
      field(bound("behaviour", { hint: t("field.behaviour_hint") })),
    ),
    form.values.pet_count > 1
      ? h(
          "button",
          { type: "button", class: "button", on: { click: () => removeRow(form, i, render) } },
          icon("minus"),
          t("client.pet_remove"),
        )
      : null,
  );
}

export function petRows(form, render) {
  const count = form.values.pet_count;
  return h(
    "section",
    { class: "panel", key: "pets", "aria-labelledby": "pets-title" },
    h("h2", { class: "panel-title", id: "pets-title" }, t("client.pets")),
    Array.from({ length: count }, (_, i) => row(form, i, render)),
    count < MOST
      ? h(
          "button",
          { type: "button", class: "button", key: "add", on: { click: () => addRow(form, render) } },
          icon("plus"),
          t("client.pet_add"),
        )
      : null,
  );
}
