/*
 * visits.js: what is written down about an appointment: for each pet last time's recipe, notes, what
 * was used, what was paid and how. It saves itself; see lib/autosave.js.
 */
import { send } from "../lib/api.js";
import { autosave } from "../lib/autosave.js";
import { h, icon } from "../lib/dom.js";
import { language, t } from "../lib/i18n.js";
import { resource } from "../lib/resource.js";
import { wallClock } from "../lib/time.js";
import { paidWays, priceText, shownField } from "../lib/visit-fields.js";
import { errorText } from "./parts.js";
import { visitPhotos } from "./photos.js";
import { recipeLine, recipeText } from "./recipe.js";

const stateIcons = {
  waiting: "clock",
  saving: "clock",
  saved: "check",
  offline: "offline",
  wrong: "alert",
  conflict: "alert",
  failed: "alert",
};

/* The panel of one appointment: {view(), load(), settle(), close()}; render() is called when it has something new.
 * shell knows who writes. Needs /css/visit.css. */
export function visitsPanel(eventId, shell, render) {
  const zone = shell.session.salon.timezone;
  const forms = new Map();
  const albums = new Map();
  const source = resource(
    () => `/api/appointments/${encodeURIComponent(eventId)}/visits`,
    () => {
      for (const place of source.data?.visits ?? []) formOf(place).adopt(place.visit);
      for (const place of source.data?.visits ?? []) albumOf(place).look();
      render();
    },
  );
  const hidden = () => {
    if (document.visibilityState === "hidden") for (const form of forms.values()) form.save();
  };
  document.addEventListener("visibilitychange", hidden);

  function formOf({ pet }) {
    if (!forms.has(pet.id))
      forms.set(
        pet.id,
        autosave({
          person: shell.session.user.id,
          key: `visit.${eventId}.${pet.id}`,
          create: () => openVisit(pet),
          onChange: render,
        }),
      );
    return forms.get(pet.id);
  }

  const openVisit = (pet) => send("POST", "/api/visits", { event_id: eventId, pet_id: pet.id });

  function albumOf({ pet }) {
    if (!albums.has(pet.id))
      albums.set(
        pet.id,
        visitPhotos(
          {
            name: pet.name,
            visitId: () =>
              source.data?.visits.find((place) => place.pet.id === pet.id)?.visit?.id ?? null,
            async open() {
              const { id } = await openVisit(pet);
              await source.load();
              return id;
            },
          },
          render,
        ),
      );
    return albums.get(pet.id);
  }

  function stateLine(form) {
    if (form.state === "rest") return null;
    const key = form.state === "failed" ? null : `record.state.${form.state}`;
    return h(
      "p",
      {
        class: `record-state record-state-${form.state}`,
        role: ["failed", "wrong"].includes(form.state) ? "alert" : "status",
        "data-state": form.state,
        key: "state",
      },
      icon(stateIcons[form.state]),
      h(
        "span",
        null,
        key
          ? t(key, { time: form.savedAt ? wallClock(form.savedAt, zone).time : "" })
          : t("record.state.failed", { reason: errorText(form.error) }),
      ),
    );
  }

  function sides(form) {
    const { visit, fields } = form.theirs;
    const row = (field) =>
      h(
        "div",
        { class: "record-clash", key: field },
        h("p", { class: "record-clash-field" }, t(`record.${field}`)),
        h("p", null, h("b", null, t("record.theirs", { name: visit.by ?? "" })), " "),
        h("p", { class: "record-clash-text" }, shownField(visit, field, language()) || t("history.nothing")),
        h("p", null, h("b", null, t("record.mine"))),
        h("p", { class: "record-clash-text" }, form.typed[field] || t("history.nothing")),
      );
    const choice = (which, first) =>
      h(
        "button",
        {
          type: "button",
          class: first ? "button button-primary" : "button",
          "data-choose": which,
          on: { click: () => form.choose(which) },
        },
        t(`record.keep.${which}`),
      );
    return h(
      "div",
      { class: "record-conflict", role: "alert", key: "conflict" },
      h("p", null, icon("alert"), " ", t("record.state.conflict")),
      fields.map(row),
      h(
        "div",
        { class: "form-buttons" },
        fields.includes("notes") ? choice("both", true) : null,
        choice("mine", !fields.includes("notes")),
        choice("theirs", false),
      ),
    );
  }

  function textField(form, id, field, more = {}) {
    const wrong = form.wrong.includes(field);
    return h(
      "div",
      { class: `field record-${field}`, key: field },
      h("label", { for: `${id}-${field}` }, t(`record.${field}`)),
      h("input", {
        id: `${id}-${field}`,
        name: field,
        autocomplete: "off",
        "aria-invalid": wrong ? "true" : null,
        "aria-describedby": wrong ? `${id}-${field}-error` : null,
        value: form.value(field),
        on: { input: (event) => form.type(field, event.target.value), change: () => form.save() },
        ...more,
      }),
      wrong
        ? h(
            "p",
            { class: "field-error", id: `${id}-${field}-error` },
            icon("alert"),
            h("span", null, t(`record.${field}.wrong`)),
          )
        : null,
    );
  }

  function paid(form, id) {
    return h(
      "fieldset",
      { class: "choice record-paid", key: "paid" },
      h("legend", null, t("record.paid_by")),
      h(
        "div",
        { class: "choice-options" },
        paidWays.map((way) =>
          h(
            "label",
            { class: "choice-option", key: way },
            h("input", {
              type: "radio",
              name: `${id}-paid`,
              value: way,
              checked: form.value("paid_by") === way,
              on: {
                change: () => {
                  form.type("paid_by", way);
                  form.save();
                },
              },
            }),
            h("span", null, t(`record.paid.${way}`)),
          ),
        ),
      ),
    );
  }

  /* Only what is still empty: nothing that was typed is written over. */
  function repeatLast(form, last) {
    for (const field of ["blade", "shampoo"])
      if (last[field] && !form.value(field)) form.type(field, last[field]);
    form.save();
  }

  function lastTime(form, last) {
    if (!last) return null;
    const can = ["blade", "shampoo"].some((field) => last[field] && !form.value(field));
    return h(
      "div",
      { class: "record-last", key: "last" },
      recipeLine(last),
      can && recipeText(last)
        ? h(
            "button",
            { type: "button", class: "button", "data-action": "repeat", on: { click: () => repeatLast(form, last) } },
            icon("copy"),
            t("record.repeat"),
          )
        : null,
    );
  }

  function expected(form) {
    const price = source.data.price_minor;
    if (!price || form.value("price")) return null;
    return h(
      "button",
      {
        type: "button",
        class: "button record-expected",
        key: "expected",
        on: {
          click: () => {
            form.type("price", priceText(price, language()));
            form.save();
          },
        },
      },
      t("record.price_booked", { price: priceText(price, language()) }),
    );
  }

  function petForm(place, many) {
    const form = formOf(place);
    const id = `record-${place.pet.id}`;
    return h(
      "div",
      { class: "record", key: place.pet.id },
      many ? h("h3", { class: "record-pet" }, icon(place.pet.type === "cat" ? "cat" : "dog"), place.pet.name) : null,
      lastTime(form, place.last),
      form.state === "conflict" ? sides(form) : null,
      h(
        "div",
        { class: "field", key: "notes" },
        h("label", { for: `${id}-notes` }, t("record.notes")),
        h("textarea", {
          id: `${id}-notes`,
          name: "notes",
          rows: "4",
          maxlength: "4000",
          value: form.value("notes"),
          on: {
            input: (event) => form.type("notes", event.target.value),
            change: () => form.save(),
          },
        }),
      ),
      h(
        "div",
        { class: "record-row", key: "recipe" },
        textField(form, id, "blade", { maxlength: "120" }),
        textField(form, id, "shampoo", { maxlength: "120" }),
        textField(form, id, "minutes", { inputmode: "numeric", maxlength: "4" }),
      ),
      h(
        "div",
        { class: "record-row", key: "money" },
        textField(form, id, "price", { inputmode: "decimal", maxlength: "12" }),
        many ? null : expected(form),
      ),
      paid(form, id),
      stateLine(form),
      albumOf(place).view(),
    );
  }

  return {
    load: () => source.load(),
    /* visit: the appointment as /api/appointments gives it. */
    view(visit) {
      const places = source.data?.visits ?? [];
      const waits = !source.data;
      if (visit.status === "cancelled" && !places.some((place) => place.visit)) return null;
      return h(
        "section",
        { class: "panel", "aria-labelledby": "record-title", "aria-busy": waits ? "true" : null, key: "record" },
        h("h2", { class: "panel-title", id: "record-title" }, t("record.title")),
        waits || places.length
          ? places.map((place) => petForm(place, places.length > 1))
          : h("p", { class: "panel-empty" }, t("record.no_pet")),
      );
    },
    settle: () => Promise.all([...forms.values()].map((form) => form.save())),
    close() {
      document.removeEventListener("visibilitychange", hidden);
      for (const form of forms.values()) form.close();
      for (const album of albums.values()) album.close();
      source.close();
    },
  };
}
