/*
 * palette.js: search from anywhere: a pet, a client, the last digits of a phone, or a page of the
 * program. Also picks a card for something that is being done.
 */
import { get } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { h, icon, patch } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { go, links } from "../lib/router.js";
import { needStyle } from "../lib/style.js";
import { petNames } from "./candidate.js";
import { errorText } from "./parts.js";

const PAUSE_MS = 60;

const plain = (text) =>
  text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("\u0142", "l");

function resultRow(result) {
  const pet = result.kind === "pet";
  const gone = result.deceased ? "pet.deceased" : result.archived ? "card.archived" : null;
  return {
    ...result,
    picture: pet ? (["dog", "cat"].includes(result.type) ? result.type : "paw") : "user",
    more: pet
      ? [result.breed, result.subtitle].filter(Boolean).join(" · ")
      : [result.subtitle, result.pets?.length ? petNames(result.pets) : null].filter(Boolean).join(" · "),
    note: gone ? t(gone) : null,
    href: pet ? links.pet(result.id) : links.client(result.id),
  };
}

/* places: [{title, picture, href}] offered beside cards; accept(result): which cards count; onPick:
 * instead of going there. */
export async function openPalette({ title, places = [], accept = () => true, onPick = null }) {
  await needStyle("/css/search.css");
  let rows = [];
  let at = 0;
  let typed = "";
  let failure = null;
  let timer = 0;
  let ticket = 0;
  let waiting = false; // the rows are those of fewer letters
  let hasty = false; // Enter came before they were there
  const slot = h("div", { class: "palette-rows" });
  const input = h("input", {
    id: "palette-input",
    type: "search",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": "palette-list",
    "aria-autocomplete": "list",
    "aria-label": t("search.label"),
    placeholder: t("search.hint"),
    autocomplete: "off",
    spellcheck: "false",
    on: { input: type, keydown: onKey },
  });
  const dialog = openDialog({
    title: title ?? t("search.title"),
    kind: "palette",
    body: [h("div", { class: "search-field" }, icon("search"), input), slot],
    onClose: () => {
      clearTimeout(timer);
      ticket += 1;
    },
  });

  function fitting() {
    const words = plain(typed).split(/\s+/).filter(Boolean);
    return places.filter((place) => words.every((word) => plain(place.title).includes(word)));
  }

  function type() {
    typed = input.value;
    clearTimeout(timer);
    ticket += 1;
    hasty = false;
    waiting = Boolean(typed.trim());
    if (waiting) timer = setTimeout(ask, PAUSE_MS);
    else show([]);
  }

  async function ask() {
    const mine = ++ticket;
    try {
      const { results } = await get(`/api/search?q=${encodeURIComponent(typed.trim())}`);
      if (mine !== ticket) return;
      failure = null;
      show(results.filter(accept).map(resultRow));
    } catch (error) {
      if (mine !== ticket) return;
      failure = error;
      show([]);
    }
  }

  function show(found) {
    rows = [...found, ...fitting()];
    at = 0;
    waiting = false;
    render();
    if (hasty) choose(rows[0]);
    hasty = false;
  }

  function choose(row) {
    if (!row) return;
    dialog.close();
    if (onPick && row.kind) onPick(row);
    else go(row.href);
  }

  function onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && rows.length) {
      at = (at + step + rows.length) % rows.length;
      render();
      slot.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      if (waiting) hasty = true;
      else choose(rows[at]);
    } else {
      return;
    }
    event.preventDefault();
  }

  function option(row, i) {
    return h(
      "li",
      {
        class: "palette-row",
        id: `palette-${i}`,
        key: row.id ?? row.href,
        role: "option",
        "aria-selected": i === at ? "true" : "false",
        on: { click: () => choose(row) },
      },
      icon(row.picture),
      h("span", { class: "palette-text" }, h("b", null, row.title), row.more ? h("span", { class: "muted" }, row.more) : null),
      row.note ? h("span", { class: "chip" }, row.note) : null,
    );
  }

  function render() {
    const nothing = typed.trim() && !rows.length;
    patch(
      slot,
      failure ? h("p", { class: "form-error", role: "alert" }, icon("alert"), errorText(failure)) : null,
      nothing && !failure ? h("p", { class: "panel-empty", role: "status" }, t("search.none")) : null,
      h("ul", { class: "palette-list", id: "palette-list", role: "listbox", "aria-label": t("search.results") }, rows.map(option)),
      !typed.trim() ? h("p", { class: "field-hint", key: "help" }, t("search.help")) : null,
    );
    if (rows.length) input.setAttribute("aria-activedescendant", `palette-${at}`);
    else input.removeAttribute("aria-activedescendant");
  }

  show([]);
  input.focus();
  return dialog;
}
