/*
 * client-form.js: a client's card is made or changed. A new one takes the pets along, and may be made
 * from a booking, which is linked with it in the same step.
 */
import { get, send } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { draft } from "../lib/draft.js";
import { dayShort, t } from "../lib/i18n.js";
import { patchPage } from "../lib/place.js";
import { go, links } from "../lib/router.js";
import { wallClock } from "../lib/time.js";
import { toast } from "../lib/toast.js";
import { clientValues, consents, personName, problemText } from "./client-fields.js";
import { openConflict } from "./conflict.js";
import {
  field,
  focusError,
  formButtons,
  formError,
  restoredNote,
  tick,
} from "./fields.js";
import { noPets, petBodies, petPlaces, petRows } from "./client-pets.js";
import { linkTo } from "./linking.js";
import { pageHead } from "./page-head.js";
import { errorBanner, errorText, skeleton } from "./parts.js";
import { similarClients } from "./similar.js";

export function open(main, route, shell) {
  const id = route.name === "client-edit" ? route.rest[0] : null;
  const from = route.query.get("from"); // the appointment that the card is made from
  const zone = shell.session.salon.timezone;
  const key = `${shell.session.user.id} client ${id ?? from ?? "new"}`;
  const similar = similarClients(render);
  let card = null;
  let visit = null;
  let typed = null;
  let problem = null;

  async function load() {
    try {
      if (id) card = await get(`/api/clients/${encodeURIComponent(id)}`);
      if (from) visit = await get(`/api/appointments/${encodeURIComponent(from)}`);
      typed = draft({ key, base: id ? clientValues(card) : { ...clientValues(), ...noPets() }, render });
      if (visit && !typed.restored) takeBooking();
      if (!id) ask();
    } catch (error) {
      problem = error;
    }
    render();
    if (typed && !main.contains(document.activeElement?.closest("form"))) main.querySelector("form input")?.focus();
  }

  function takeBooking() {
    const [name = "", ...rest] = (visit.attendee?.name ?? "").trim().split(/\s+/);
    Object.assign(typed.values, {
      name,
      surname: rest.join(" "),
      phone: visit.attendee?.phone_display ?? visit.attendee?.phone ?? "",
      email: visit.attendee?.email ?? "",
    });
  }

  const ask = () => similar.ask({ ...typed.values, except: id });
  const back = () => (id ? links.client(id) : from ? links.appointment(from) : links.clients());

  function bound(name, more = {}) {
    return {
      name,
      label: t(`field.${name}`),
      value: typed.values[name],
      error: typed.errors[name],
      autocomplete: "off",
      ...more,
      on: {
        input: (event) => {
          typed.set(name, event.target.value);
          if (["name", "surname", "phone", "email"].includes(name)) ask();
        },
      },
    };
  }

  async function store() {
    if (!id) {
      const body = { ...Object.fromEntries(Object.entries(typed.values).filter(([name]) => !name.startsWith("pet"))) };
      body.pets = petBodies(typed.values);
      if (visit) {
        const linked = await send("POST", `/api/appointments/${encodeURIComponent(from)}/client`, {
          ...body,
          also_same_attendee: true,
        });
        toast(t("linking.made", { name: personName(linked.client) }) + othersText(linked.others));
        go(links.appointment(from));
      } else {
        const made = await send("POST", "/api/clients", body);
        toast(t("client.made", { name: personName(made) }));
        go(links.client(made.id));
      }
      return;
    }
    const saved = await send("PATCH", `/api/clients/${encodeURIComponent(id)}`, {
      revision: card.revision,
      ...typed.changed(),
    });
    toast(t("client.saved", { name: personName(saved) }));
    go(links.client(saved.id));
  }

  const othersText = (n) => (n ? ` ${t("linking.others_done", { n })}` : "");

  async function save(event) {
    event?.preventDefault();
    if (id && !typed.dirty()) return go(links.client(id));
    const places = id ? [] : petPlaces(typed.values);
    const done = await typed.save(
      async () => {
        try {
          await store();
        } catch (error) {
          // The box counts the pets it was sent; the form also has rows left empty.
          if (error.field)
            error.field = error.field.replace(/^pets\[(\d+)\]/, (all, n) => `pets[${places[n]}]`);
          throw error;
        }
      },
      {
        problem: (name) => problemText(name, typed.values[name]),
        refused: (error) => {
          if (error.status !== 409 || !error.body?.current) return false;
          const theirs = error.body.current;
          openConflict({
            form: typed,
            theirs: clientValues(theirs),
            label: (name) => t(`field.${name}`),
            resolve: () => {
              card = theirs;
              save();
            },
          });
          return true;
        },
      },
    );
    if (!done) focusError(main);
    return done;
  }

  function consentHint(kind) {
    const at = card?.[`${kind}_consent_at`];
    return at
      ? t("consent.since", { day: dayShort(wallClock(Date.parse(at), zone).day) })
      : t(`consent.${kind}_hint`);
  }

  function bookingNote() {
    if (!visit) return null;
    return h(
      "div",
      { class: "banner", key: "booking" },
      icon("quote"),
      h(
        "div",
        null,
        h("strong", null, t("linking.from_booking", { title: visit.title ?? "", time: visit.start_local })),
        visit.description ? h("p", null, visit.description) : null,
      ),
    );
  }

  function body() {
    return h(
      "form",
      { class: "form card-form", key: "form", novalidate: true, on: { submit: save } },
      typed.restored ? restoredNote(() => typed.discard()) : null,
      bookingNote(),
      h(
        "section",
        { class: "panel", key: "who", "aria-labelledby": "who-title" },
        h("h2", { class: "panel-title", id: "who-title" }, t("client.who")),
        h(
          "div",
          { class: "form-grid" },
          field(bound("name", { required: true, maxlength: "80" })),
          field(bound("surname", { maxlength: "80" })),
          field(bound("phone", { type: "tel", inputmode: "tel", hint: t("field.phone_hint") })),
          field(bound("email", { type: "email", inputmode: "email", hint: t("field.email_hint") })),
        ),
        similar.view({ href: (client) => links.client(client.id), link: visit ? (client, pets) => linkTo(visit, client, pets, { done: () => { typed.done(); go(links.appointment(from)); } }) : null }),
      ),
      id ? null : petRows(typed, render),
      h(
        "section",
        { class: "panel", key: "more", "aria-labelledby": "more-title" },
        h("h2", { class: "panel-title", id: "more-title" }, t("client.more")),
        h(
          "div",
          { class: "form-grid" },
          field(bound("address", { rows: "2" })),
          field(bound("notes", { rows: "3", hint: t("field.notes_hint") })),
        ),
      ),
      h(
        "section",
        { class: "panel", key: "consents", "aria-labelledby": "consents-title" },
        h("h2", { class: "panel-title", id: "consents-title" }, t("consent.title")),
        consents.map((kind) =>
          tick({
            name: `${kind}_consent`,
            label: t(`consent.${kind}`),
            hint: consentHint(kind),
            checked: typed.values[`${kind}_consent`],
            onChange: (on) => {
              typed.set(`${kind}_consent`, on);
              render();
            },
          }),
        ),
      ),
      typed.failure ? formError(errorText(typed.failure)) : null,
      formButtons({
        busy: typed.busy,
        save: visit ? t("linking.make") : null,
        cancel: back(),
        onCancel: () => typed.done(),
      }),
    );
  }

  function render() {
    const title = id ? t("client.edit") : visit ? t("linking.make") : t("client.new");
    patchPage(
      main,
      pageHead({ title, eyebrow: card ? personName(card) : shell.session.salon.name, back: back(), backLabel: t("common.back") }),
      problem ? errorBanner(problem) : typed ? body() : skeleton("card", 3),
    );
    shell.setTitle(title);
  }

  const leaving = (event) => {
    if (typed?.dirty() && !typed.busy) event.preventDefault();
  };
  addEventListener("beforeunload", leaving);
  render();
  load();
  return {
    refresh() {},
    tick() {},
    close() {
      similar.close();
      removeEventListener("beforeunload", leaving);
    },
  };
}
