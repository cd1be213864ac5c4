/*
 * client.js: a client's card: how to reach them, what they agreed to, their animals, what was and will be.
 */
import { get } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { dayText, t } from "../lib/i18n.js";
import { patchPage } from "../lib/place.js";
import { resource } from "../lib/resource.js";
import { links } from "../lib/router.js";
import { clockNow, wallClock } from "../lib/time.js";
import { toastError } from "../lib/toast.js";
import { fact, mailLink, petWarnings, telLink } from "./card-facts.js";
import { changeCard, mergedBanner, openCardMenu, startMerge } from "./card-menu.js";
import { consents, personName } from "./client-fields.js";
import { openErase } from "./erase.js";
import { pageHead } from "./page-head.js";
import { empty, errorBanner, momentText, offlineBanner, skeleton } from "./parts.js";
import { visitHistory } from "./visit-history.js";

export function open(main, route, shell) {
  const zone = shell.session.salon.timezone;
  const isOwner = shell.session.user.role === "owner";
  let [id] = route.rest;
  const path = () => `/api/clients/${encodeURIComponent(id ?? "")}`;
  const pets = new Map(); // whole cards, for their warnings
  const source = resource(path, onAnswer);
  const household = resource(() => `${path()}/household`, render);
  const history = visitHistory({ path: () => `${path()}/visits`, zone, whose: "client", render });

  function onAnswer() {
    render();
    if (source.data && !source.offline) loadPets(source.data.pets);
  }

  async function loadPets(list) {
    await Promise.all(
      list.map(async ({ id: petId }) => {
        try {
          pets.set(petId, await get(`/api/pets/${encodeURIComponent(petId)}`));
        } catch {
          /* the name is shown all the same */
        }
      }),
    );
    render();
  }

  function load() {
    source.load();
    household.load();
    history.load();
  }

  const dayOf = (iso) => dayText(wallClock(Date.parse(iso), zone).day, true);

  function consentRow(client, kind) {
    const at = client[`${kind}_consent_at`];
    const last = (client.consents ?? []).filter((line) => line.kind === kind).at(-1);
    return fact(
      at ? "check" : "minus",
      t(`consent.${kind}`),
      at
        ? t("consent.given", { day: dayOf(at) })
        : last && !last.given
          ? t("consent.withdrawn", { day: dayOf(last.at) })
          : t("consent.none"),
    );
  }

  function numbers(client) {
    const next = client.next_visit;
    const list = [
      t("client.visits", { n: client.visit_count }),
      client.last_visit_date ? t("client.last", { day: dayText(client.last_visit_date, true) }) : null,
    ].filter(Boolean);
    return h(
      "div",
      { class: "card-numbers", key: "numbers" },
      h("span", { class: "chip" }, icon("history"), list.join(", ")),
      client.no_show_count
        ? h(
            "span",
            { class: "badge badge-no_show" },
            icon("absent"),
            t("client.no_shows", { n: client.no_show_count }),
          )
        : null,
      next
        ? h(
            "a",
            { class: "button", href: links.appointment(next.id) },
            icon("clock"),
            t("client.next", { day: dayText(next.date_local), time: next.start_local }),
          )
        : null,
    );
  }

  function contact(client) {
    return h(
      "section",
      { class: "panel", key: "contact", "aria-labelledby": "contact-title" },
      h("h2", { class: "panel-title", id: "contact-title" }, t("client.contact")),
      h(
        "dl",
        { class: "facts" },
        fact("phone", t("field.phone"), telLink(client.phone, client.phone_display)) ??
          fact("phone", t("field.phone"), t("client.no_phone")),
        fact("mail", t("field.email"), mailLink(client.email)),
        fact("pin", t("field.address"), client.address),
        fact("note", t("field.notes"), client.notes),
      ),
    );
  }

  function petRow(short) {
    const pet = pets.get(short.id) ?? short;
    const gone = short.deceased || short.archived;
    return h(
      "li",
      { class: `pet-card${gone ? " pet-gone" : ""}`, key: short.id },
      h(
        "span",
        { class: "avatar", "aria-hidden": "true" },
        icon(["dog", "cat"].includes(short.type) ? short.type : "paw"),
      ),
      h(
        "div",
        { class: "pet-text" },
        h("a", { class: "pet-name", href: links.pet(short.id) }, short.name),
        h("span", { class: "muted" }, short.breed ?? t(`type.${short.type}`)),
        short.deceased ? h("span", { class: "chip" }, t("pet.deceased")) : null,
        short.archived ? h("span", { class: "chip" }, t("card.archived")) : null,
        petWarnings(pet),
      ),
    );
  }

  function petPanel(client) {
    return h(
      "section",
      { class: "panel", key: "pets", "aria-labelledby": "pets-title" },
      h("h2", { class: "panel-title", id: "pets-title" }, t("client.pets")),
      client.pets.length
        ? h("ul", { class: "pet-cards" }, client.pets.map(petRow))
        : h("p", { class: "panel-empty" }, t("client.no_pets")),
      h(
        "a",
        { class: "button", key: "add", href: links.petNew(client.id) },
        icon("plus"),
        t("pet.new"),
      ),
    );
  }

  function householdPanel(client) {
    const others = (household.data?.clients ?? []).filter((one) => one.id !== client.id);
    if (!others.length) return null;
    return h(
      "section",
      { class: "panel", key: "household", "aria-labelledby": "household-title" },
      h("h2", { class: "panel-title", id: "household-title" }, t("client.household")),
      h(
        "ul",
        { class: "panel-list" },
        others.map((one) =>
          h(
            "li",
            { class: "panel-row", key: one.id },
            icon("users"),
            h("a", { class: "panel-name", href: links.client(one.id) }, personName(one)),
            telLink(one.phone, one.phone_display),
          ),
        ),
      ),
    );
  }

  /* Who came in by a PIN has to sign in with the password for what cannot be taken back. */
  const askPassword = shell.session.by_pin ? () => toastError(t("card.password")) : null;

  function menu(client) {
    const changed = (card) => {
      source.replace(card);
    };
    const archive = !client.archived_at;
    openCardMenu(personName(client), [
      {
        picture: "archive",
        text: t(archive ? "card.archive" : "card.restore"),
        run: () =>
          changeCard(path(), client, { archived: archive }, t(archive ? "card.was_archived" : "card.was_restored", { name: personName(client) }), changed),
      },
      {
        picture: "merge",
        text: t("merge.start"),
        run: () =>
          startMerge(
            "client",
            { id: client.id, title: personName(client), subtitle: client.phone_display ?? client.email },
            load,
          ),
      },
      isOwner
        ? { picture: "download", text: t("client.export"), href: `${path()}/export`, run: askPassword }
        : null,
      isOwner
        ? { picture: "erase", text: t("erase.start"), run: askPassword ?? (() => openErase(client, zone)) }
        : null,
    ]);
  }

  function content(client) {
    return [
      pageHead({
        title: personName(client),
        eyebrow: t("client.title"),
        back: links.clients(),
        backLabel: t("nav.clients"),
        tools: [
          h("a", { class: "button", href: links.clientEdit(client.id) }, icon("edit"), t("card.edit")),
          h(
            "button",
            {
              type: "button",
              class: "button button-icon",
              "aria-label": t("card.more", { name: personName(client) }),
              "aria-haspopup": "dialog",
              on: { click: () => menu(client) },
            },
            icon("dots"),
          ),
        ],
      }),
      client.archived_at
        ? h(
            "div",
            { class: "banner", key: "archived" },
            icon("archive"),
            h("p", { class: "banner-text" }, t("card.archived_since", { day: dayOf(client.archived_at) })),
          )
        : null,
      mergedBanner(client.id, load),
      numbers(client),
      h(
        "div",
        { class: "appointment-columns", key: "columns" },
        h(
          "div",
          { key: "left" },
          petPanel(client),
          contact(client),
          h(
            "section",
            { class: "panel", key: "consents", "aria-labelledby": "consents-title" },
            h("h2", { class: "panel-title", id: "consents-title" }, t("consent.title")),
            h(
              "dl",
              { class: "facts" },
              consents.map((kind) => consentRow(client, kind)),
            ),
          ),
          householdPanel(client),
          h(
            "p",
            { class: "muted card-made", key: "made" },
            t("card.made", { made: momentText(client.created_at, zone, clockNow()), changed: momentText(client.updated_at, zone, clockNow()) }),
          ),
        ),
        h("div", { key: "right" }, history.view()),
      ),
    ];
  }

  function render() {
    const client = source.data;
    const missing = source.error?.status === 404;
    if (client && client.id !== id && !missing) id = client.id; // the card was merged into another
    patchPage(
      main,
      source.offline ? offlineBanner(client ? source.at : 0, zone) : null,
      source.error && !missing ? errorBanner(source.error) : null,
      missing
        ? [
            h("h1", { class: "sr-only", tabindex: "-1", key: "h" }, t("client.missing")),
            empty(
              "cards",
              t("client.missing"),
              t("client.missing_text"),
              h("a", { class: "button button-primary", href: links.clients() }, t("nav.clients")),
            ),
          ]
        : client
          ? content(client)
          : [
              h("h1", { class: "sr-only", tabindex: "-1", key: "h" }, t("client.title")),
              source.offline || source.error ? null : skeleton("card", 3),
            ],
    );
    shell.setTitle(client && !missing ? personName(client) : t("client.title"));
  }

  render();
  load();
  return {
    route(next) {
      [id] = next.rest;
      source.reset();
      household.reset();
      history.reset();
      render();
    },
    refresh: load,
    tick: render,
    close() {
      source.close();
      household.close();
      history.close();
    },
  };
}
