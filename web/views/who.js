/*
 * who.js: picks whom a booking is for: a pet, whose client follows, or a client, whose pets follow.
 */
import { get } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { errorText, warnings } from "./parts.js";

const TYPING_MS = 200;

const warningsOf = (pet) =>
  [
    ["allergy", pet.allergies],
    ["behaviour", pet.behaviour],
    ["health", pet.health_issues],
  ]
    .filter(([, text]) => text)
    .map(([kind, text]) => ({ kind, pet: pet.name, text }));

/* client: {id, name, surname, phone_display, email}, pets: whole cards, chosen: their ids. onChange() is
 * called when the choice is another one. */
export function whoPicker({ render, onChange }) {
  const who = { client: null, pets: [], chosen: new Set(), view, choose };
  let typed = "";
  let results = null;
  let error = null;
  let timer = 0;
  let ticket = 0;

  async function search() {
    const mine = ++ticket;
    const words = typed.trim();
    if (!words) {
      results = null;
      return render();
    }
    try {
      const answer = await get(`/api/search?q=${encodeURIComponent(words)}`);
      if (mine !== ticket) return;
      results = answer.results.filter((r) => r.client_id && !r.archived && !r.deceased);
      error = null;
    } catch (cause) {
      if (mine !== ticket) return;
      error = cause;
    }
    render();
  }

  async function choose(clientId, petId = null) {
    const mine = ++ticket;
    clearTimeout(timer);
    try {
      const client = await get(`/api/clients/${encodeURIComponent(clientId)}`);
      const here = client.pets.filter((pet) => !pet.deceased && !pet.archived);
      const pets = await Promise.all(
        here.map((pet) => get(`/api/pets/${encodeURIComponent(pet.id)}`)),
      );
      if (mine !== ticket) return;
      who.client = client;
      who.pets = pets;
      const wanted = pets.find((pet) => pet.id === petId) ?? (pets.length === 1 ? pets[0] : null);
      who.chosen = new Set(wanted ? [wanted.id] : []);
      typed = "";
      results = null;
      error = null;
      onChange();
    } catch (cause) {
      if (mine !== ticket) return;
      error = cause;
    }
    render();
  }

  function again() {
    who.client = null;
    who.pets = [];
    who.chosen = new Set();
    onChange();
    render();
    document.getElementById("who-search")?.focus();
  }

  function toggle(pet) {
    if (!who.chosen.delete(pet.id)) who.chosen.add(pet.id);
    onChange();
    render();
  }

  function resultRow(result) {
    const pet = result.kind === "pet";
    return h(
      "li",
      { key: result.id },
      h(
        "button",
        {
          type: "button",
          class: "who-result",
          on: { click: () => choose(result.client_id, pet ? result.id : null) },
        },
        icon(pet ? (result.type === "cat" ? "cat" : "dog") : "user"),
        h(
          "span",
          null,
          h("b", null, result.title),
          pet && result.breed ? `, ${result.breed}` : "",
          h(
            "span",
            { class: "who-more" },
            [result.subtitle, pet ? "" : result.pets.map((p) => p.name).join(", ")]
              .filter(Boolean)
              .join(" · "),
          ),
        ),
      ),
    );
  }

  function searching() {
    return [
      h(
        "div",
        { class: "field", key: "search" },
        h("label", { for: "who-search" }, t("who.search")),
        h("input", {
          id: "who-search",
          type: "search",
          autocomplete: "off",
          value: typed,
          "aria-describedby": "who-hint",
          on: {
            input: (event) => {
              typed = event.target.value;
              clearTimeout(timer);
              timer = setTimeout(search, TYPING_MS);
            },
            keydown: (event) => {
              if (event.key !== "Enter") return;
              event.preventDefault();
              if (results?.length === 1) {
                const [only] = results;
                choose(only.client_id, only.kind === "pet" ? only.id : null);
              } else search();
            },
          },
        }),
        h("p", { class: "field-hint", id: "who-hint" }, t("who.hint")),
      ),
      h(
        "div",
        { key: "results", "aria-live": "polite" },
        results && !results.length ? h("p", null, t("who.none", { typed: typed.trim() })) : null,
        results?.length ? h("ul", { class: "who-results" }, results.map(resultRow)) : null,
      ),
    ];
  }

  function petTick(pet) {
    return h(
      "label",
      { class: "choice-option", key: pet.id },
      h("input", {
        type: "checkbox",
        name: "pet",
        value: pet.id,
        checked: who.chosen.has(pet.id),
        on: { change: () => toggle(pet) },
      }),
      h("span", null, icon(pet.type === "cat" ? "cat" : "dog"), pet.name),
    );
  }

  function chosen() {
    const { client } = who;
    const pets = who.pets.filter((pet) => who.chosen.has(pet.id));
    const warn = (pets.length ? pets : who.pets).flatMap(warningsOf);
    return [
      h(
        "div",
        { class: "who-chosen", key: "client" },
        icon("user"),
        h(
          "p",
          null,
          h("b", null, [client.name, client.surname].filter(Boolean).join(" ")),
          h("span", { class: "who-more" }, client.phone_display ?? client.email ?? t("who.no_contact")),
        ),
        h(
          "button",
          { type: "button", class: "button", "data-who": "again", on: { click: again } },
          t("who.again"),
        ),
      ),
      who.pets.length
        ? h(
            "fieldset",
            { class: "choice", key: "pets" },
            h("legend", null, t("who.pets")),
            h("div", { class: "choice-options" }, who.pets.map(petTick)),
          )
        : h("p", { key: "pets" }, t("who.no_pets")),
      warn.length
        ? h("div", { key: "warn" }, warnings({ warnings: warn, pets: pets.length ? pets : who.pets }))
        : null,
    ];
  }

  function view() {
    return [
      error
        ? h("p", { class: "form-error", role: "alert", key: "error" }, icon("alert"), errorText(error))
        : null,
      who.client ? chosen() : searching(),
    ];
  }

  return who;
}
