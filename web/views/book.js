/*
 * book.js: books a visit at Cal.com: whose, what, how long, when; then once more to be sure. Nothing is
 * shown as booked before Cal.com has said so.
 */
import { get } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { dayText, lengthText, t, weekdayText } from "../lib/i18n.js";
import { carryOut, makeWishes } from "../lib/order.js";
import { patchPage } from "../lib/place.js";
import { pref, setPref } from "../lib/prefs.js";
import { go, links } from "../lib/router.js";
import { addDays } from "../lib/time.js";
import { toast } from "../lib/toast.js";
import { radio, select, seriesBanner, step, typeLabel } from "./book-parts.js";
import { orderBanner, waitBanner } from "./order-words.js";
import { skeleton } from "./parts.js";
import { slotPicker } from "./slots.js";
import { whoPicker } from "./who.js";

const ASK_MS = 25000;
const EVERY_MAX = 12;
const COUNT_MAX = 12;

export function open(main, route, shell) {
  const zone = shell.session.salon.timezone;
  const wishes = makeWishes();
  let closed = false;
  let types = null; // the answer of /api/event-types
  let typesError = null;
  let type = null;
  let length = null;
  let notes = "";
  let every = 0;
  let count = 4;
  let link = null;
  let sending = false;
  let waiting = false;
  let failure = null;
  let report = null; // of a series: [{day, time, id, error}]

  const who = whoPicker({ render, onChange: whoChanged });
  const slots = slotPicker({
    zone,
    from: route.query.get("date"),
    render,
    wish: () => (type ? { eventType: type.id, length: lengthAsked() } : null),
    onPick: () => {
      failure = null;
    },
  });

  const chosenPets = () => who.pets.filter((pet) => who.chosen.has(pet.id));
  /* Cal.com takes a length only where there is a choice of them. */
  const lengthAsked = () => (type?.lengths.length > 1 ? length : null);

  /* The usual length of this animal, or the next longer one there is. */
  function suggestLength() {
    if (!type) return;
    const usual = Math.max(0, ...chosenPets().map((pet) => pet.default_duration_minutes ?? 0));
    length = usual
      ? (type.lengths.find((minutes) => minutes >= usual) ?? type.lengths.at(-1))
      : type.length_minutes;
  }

  function whoChanged() {
    failure = null;
    report = null;
    const before = lengthAsked();
    suggestLength();
    if (type && lengthAsked() !== before) slots.load();
    loadLink();
  }

  function chooseType(id) {
    type = types.event_types.find((one) => one.id === id) ?? null;
    slots.forget();
    failure = null;
    suggestLength();
    slots.load();
    loadLink();
  }

  function chooseLength(minutes) {
    length = minutes;
    slots.forget();
    slots.load();
    loadLink();
  }

  async function loadLink() {
    link = null;
    if (!who.client) return render();
    const query = new URLSearchParams({
      client: who.client.id,
      pets: [...who.chosen].join(","),
      notes: allNotes(),
    });
    if (type) query.set("event_type", type.id);
    if (lengthAsked()) query.set("length", lengthAsked());
    const asked = query.toString();
    const answer = await get(`/api/booking-link?${asked}`).catch(() => null);
    if (closed) return;
    link = answer?.url ?? null;
    render();
  }

  /* `wanted` names the service by its number or its slug. */
  async function loadTypes(refresh = false, wanted = route.query.get("service")) {
    typesError = null;
    try {
      types = await get(`/api/event-types${refresh ? "?refresh=1" : ""}`, { timeout: ASK_MS });
    } catch (error) {
      typesError = error;
    }
    if (closed) return;
    const list = types?.event_types ?? [];
    const first =
      list.find((one) => wanted && (one.slug === wanted || String(one.id) === wanted)) ??
      (list.length === 1 ? list[0] : null);
    if (first && !type) {
      chooseType(first.id);
      const asked = Number(route.query.get("length"));
      if (first.lengths.includes(asked) && asked !== length) chooseLength(asked);
    }
    render();
  }

  function allNotes() {
    const lines = [notes.trim()];
    if (pref("book-allergies") === "yes") {
      for (const pet of chosenPets()) {
        if (pet.allergies) lines.push(t("book.allergy_line", { pet: pet.name, text: pet.allergies }));
      }
    }
    return lines.filter(Boolean).join("\n");
  }

  const body = (date, time) => ({
    client_id: who.client.id,
    pet_ids: [...who.chosen],
    event_type: type.id,
    ...(lengthAsked() ? { length_minutes: lengthAsked() } : {}),
    date,
    time,
    notes: allNotes(),
  });

  async function bookOne(date, time) {
    return carryOut("/api/bookings", body(date, time), wishes, () => {
      waiting = true;
      render();
    });
  }

  async function bookSeries({ date, time }) {
    report = Array.from({ length: count }, (_, i) => ({ day: addDays(date, 7 * every * i), time }));
    for (const line of report) {
      line.now = true;
      render();
      try {
        line.id = (await bookOne(line.day, line.time)).appointment_id;
      } catch (error) {
        line.error = error;
      }
      line.now = false;
      waiting = false;
      if (closed) return;
      render();
    }
    slots.forget();
    slots.load();
  }

  async function submit(event) {
    event.preventDefault();
    const slot = slots.picked;
    if (sending || !slot || !who.client || !type) return;
    sending = true;
    failure = null;
    report = null;
    render();
    try {
      if (every) await bookSeries(slot);
      else {
        const answer = await bookOne(slot.date, slot.time);
        if (closed) return;
        toast(
          t("book.done", {
            name: names(),
            day: dayText(slot.date),
            time: slot.time,
          }),
        );
        go(links.appointment(answer.appointment_id));
      }
    } catch (error) {
      if (closed) return;
      failure = error;
      slots.load(); // fresh ones: this one may be gone
    }
    sending = false;
    waiting = false;
    render();
    main.querySelector("[role=alert]")?.scrollIntoView({ block: "center" });
  }

  function names() {
    const pets = chosenPets().map((pet) => pet.name);
    return pets.length ? pets.join(", ") : [who.client.name, who.client.surname].join(" ").trim();
  }

  function problem() {
    const trouble = typesError ?? (types?.problem ? { ...types.problem } : null);
    if (!trouble) return null;
    if (types && !types.has_key) trouble.reason = shell.session.demo ? "demo" : "no_key";
    return orderBanner(
      trouble,
      types?.event_types.length ? h("p", null, t("book.remembered")) : null,
      h(
        "button",
        { type: "button", class: "button", on: { click: () => loadTypes(true) } },
        icon("rotate"),
        t("slots.again"),
      ),
    );
  }

  function services() {
    if (!types && !typesError) return skeleton("line", 2);
    const list = types?.event_types ?? [];
    return [
      problem(),
      list.length
        ? h(
            "fieldset",
            { class: "choice", key: "types" },
            h("legend", { class: "sr-only" }, t("book.what")),
            h(
              "div",
              { class: "choice-options" },
              list.map((one) => radio("service", one.id, type?.id, chooseType, typeLabel(one))),
            ),
          )
        : types && types.has_key && !types.problem
          ? h("p", { key: "none" }, t("book.no_services"))
          : null,
      type?.lengths.length > 1
        ? h(
            "fieldset",
            { class: "choice book-length", key: "lengths" },
            h("legend", null, t("book.length")),
            h(
              "div",
              { class: "choice-options" },
              type.lengths.map((minutes) =>
                radio("length", minutes, length, chooseLength, lengthText(minutes)),
              ),
            ),
          )
        : null,
    ];
  }

  function extras() {
    const upTo = (n, from) => Array.from({ length: n - from + 1 }, (_, i) => i + from);
    return [
      h(
        "div",
        { class: "field", key: "notes" },
        h("label", { for: "book-notes" }, t("book.notes")),
        h("textarea", {
          id: "book-notes",
          rows: "3",
          maxlength: "1500",
          value: notes,
          on: {
            input: (event) => {
              notes = event.target.value;
            },
            change: loadLink,
          },
        }),
      ),
      h(
        "label",
        { class: "switch", key: "allergies" },
        h("input", {
          type: "checkbox",
          checked: pref("book-allergies") === "yes",
          on: {
            change: (event) => {
              setPref("book-allergies", event.target.checked ? "yes" : null);
              loadLink();
            },
          },
        }),
        h("span", null, t("book.allergies")),
      ),
      h(
        "div",
        { class: "book-repeat", key: "repeat" },
        select(
          "every",
          every,
          [0, ...upTo(EVERY_MAX, 1)],
          (n) => (n ? t("book.every_n", { n }) : t("book.once")),
          (n) => {
            every = n;
            render();
          },
        ),
        every
          ? select("count", count, upTo(COUNT_MAX, 2), (n) => t("book.count_n", { n }), (n) => {
              count = n;
              render();
            })
          : null,
      ),
    ];
  }

  function summary() {
    const slot = slots.picked;
    const missing = !who.client ? "who" : !type ? "what" : !slot ? "when" : null;
    if (missing) return h("p", { class: "muted", key: "missing" }, t(`book.missing.${missing}`));
    return h(
      "p",
      { class: "book-summary", key: "summary" },
      h("b", null, names()),
      `, ${type.title}, ${lengthText(lengthAsked() ?? type.length_minutes)}, `,
      h("b", null, `${weekdayText(slot.date)}, ${dayText(slot.date)}, ${slot.time}`),
      every ? `, ${t("book.every_n", { n: every })}, ${t("book.count_n", { n: count })}` : "",
    );
  }

  function confirm() {
    const ready = who.client && type && slots.picked && !sending;
    return [
      extras(),
      summary(),
      waiting ? waitBanner() : null,
      failure ? orderBanner(failure, h("p", null, t("book.nothing"))) : null,
      report ? seriesBanner(report) : null,
      h(
        "div",
        { class: "form-buttons", key: "buttons" },
        h(
          "button",
          {
            type: "submit",
            class: "button button-primary",
            "aria-disabled": ready ? null : "true",
          },
          icon("check"),
          t(sending ? "book.busy" : "book.go"),
        ),
        link
          ? h(
              "a",
              { class: "button", href: link, target: "_blank", rel: "noopener noreferrer" },
              icon("open"),
              t("book.link"),
            )
          : null,
      ),
      link ? h("p", { class: "field-hint", key: "link-hint" }, t("book.link_hint")) : null,
    ];
  }

  function render() {
    if (closed) return;
    patchPage(
      main,
      h(
        "header",
        { class: "page-head", key: "head" },
        h(
          "div",
          { class: "page-title" },
          h("p", { class: "eyebrow" }, shell.session.salon.name),
          h("h1", { tabindex: "-1" }, t("book.title")),
        ),
      ),
      h(
        "form",
        { class: "book", key: "form", novalidate: true, on: { submit } },
        step("1", "who", who.view()),
        step("2", "what", services()),
        step("3", "when", type ? slots.view() : h("p", { class: "muted" }, t("book.when_first"))),
        step("4", "sure", confirm()),
      ),
    );
    shell.setTitle(t("book.title"));
  }

  render();
  loadTypes();
  const client = route.query.get("client");
  if (client) who.choose(client, route.query.get("pet"));
  return {
    refresh() {},
    tick() {},
    close() {
      closed = true;
    },
  };
}
