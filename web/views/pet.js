/*
 * pet.js: an animal's card: what to beware of before anything else, then how it is groomed, whose it
 * is, and what was done.
 */
import { send } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { dayText, lengthText, t } from "../lib/i18n.js";
import { patchPage } from "../lib/place.js";
import { resource } from "../lib/resource.js";
import { go, links } from "../lib/router.js";
import { clockNow, daysBetween, wallClock } from "../lib/time.js";
import { toast, toastError } from "../lib/toast.js";
import { fact, petWarnings, telLink } from "./card-facts.js";
import { changeCard, mergedBanner, openCardMenu, startMerge } from "./card-menu.js";
import { personName } from "./client-fields.js";
import { pageHead } from "./page-head.js";
import { openPalette } from "./palette.js";
import { avatar, empty, errorBanner, errorText, offlineBanner, skeleton } from "./parts.js";
import { recipePanel } from "./recipe.js";
import { visitHistory } from "./visit-history.js";

const RABIES_DAYS = 365; // after a year a dog's vaccination has to be renewed in Poland

export function open(main, route, shell) {
  const zone = shell.session.salon.timezone;
  let [id] = route.rest;
  const path = () => `/api/pets/${encodeURIComponent(id ?? "")}`;
  const source = resource(path, render);
  const history = visitHistory({ path: () => `${path()}/visits`, zone, whose: "pet", render });
  let recipe = recipePanel(id ?? "", render);
  const today = () => wallClock(clockNow(), zone).day;

  function load() {
    source.load();
    history.load();
    recipe.load();
  }

  function ageOf(birth) {
    const months =
      (Number(today().slice(0, 4)) - Number(birth.slice(0, 4))) * 12 +
      Number(today().slice(5, 7)) -
      Number(birth.slice(5, 7)) -
      (today().slice(8) < birth.slice(8) ? 1 : 0);
    return months < 24
      ? t("pet.months", { n: Math.max(0, months) })
      : t("pet.years", { n: Math.floor(months / 12) });
  }

  function rabies(day) {
    if (!day) return null;
    const old = daysBetween(day, today()) > RABIES_DAYS;
    return [
      dayText(day, true),
      old ? h("span", { class: "chip" }, icon("clock"), t("pet.rabies_old")) : null,
    ];
  }

  function facts(pet) {
    const lines = [
      fact("tag", t("field.breed"), pet.breed),
      fact(
        "calendar",
        t("field.birth_date"),
        pet.birth_date ? `${dayText(pet.birth_date, true)} (${ageOf(pet.birth_date)})` : null,
      ),
      fact(
        "clock",
        t("field.default_duration_minutes"),
        pet.default_duration_minutes ? lengthText(pet.default_duration_minutes) : null,
      ),
      fact("spark", t("field.preferences"), pet.preferences),
      fact("shield", t("field.rabies_vaccinated_on"), rabies(pet.rabies_vaccinated_on)),
      fact("note", t("field.notes"), pet.notes),
    ].filter(Boolean);
    return h(
      "section",
      { class: "panel", key: "facts", "aria-labelledby": "facts-title" },
      h("h2", { class: "panel-title", id: "facts-title" }, t("pet.facts")),
      lines.length
        ? h("dl", { class: "facts" }, lines)
        : h("p", { class: "panel-empty" }, t("pet.no_facts")),
    );
  }

  async function setOwner(method, clientId, text, back) {
    const where = method === "POST" ? `${path()}/owners` : `${path()}/owners/${encodeURIComponent(clientId)}`;
    try {
      source.replace(
        await send(method, where, method === "POST" ? { client_id: clientId } : undefined),
      );
      toast(text, back);
    } catch (error) {
      toastError(error.status === 422 ? t("pet.owner_last") : errorText(error));
    }
  }

  function addOwner() {
    openPalette({
      title: t("pet.owner_add"),
      accept: (result) => result.kind === "client",
      onPick: (picked) =>
        setOwner("POST", picked.id, t("pet.owner_added", { name: picked.title }), () =>
          setOwner("DELETE", picked.id, t("card.undone")),
        ),
    });
  }

  function owners(pet) {
    return h(
      "section",
      { class: "panel", key: "owners", "aria-labelledby": "owners-title" },
      h("h2", { class: "panel-title", id: "owners-title" }, t("pet.owners", { n: pet.owners.length })),
      h(
        "ul",
        { class: "panel-list" },
        pet.owners.map((owner) =>
          h(
            "li",
            { class: "panel-row", key: owner.id },
            icon("user"),
            h("a", { class: "panel-name", href: links.client(owner.id) }, personName(owner)),
            telLink(owner.phone, owner.phone_display),
            pet.owners.length > 1
              ? h(
                  "button",
                  {
                    type: "button",
                    class: "button button-icon button-quiet",
                    "aria-label": t("pet.owner_remove", { name: personName(owner) }),
                    on: {
                      click: () =>
                        setOwner("DELETE", owner.id, t("pet.owner_removed", { name: personName(owner) }), () =>
                          setOwner("POST", owner.id, t("card.undone")),
                        ),
                    },
                  },
                  icon("close"),
                )
              : null,
          ),
        ),
      ),
      h(
        "button",
        { type: "button", class: "button", on: { click: addOwner } },
        icon("plus"),
        t("pet.owner_add"),
      ),
    );
  }

  /* Who came without a booking stands on today's list from now on. */
  async function walkIn(pet) {
    try {
      const { id: made } = await send("POST", "/api/walk-ins", { pet_ids: [pet.id] });
      go(links.appointment(made));
      toast(t("walkin.made", { name: pet.name }));
    } catch (error) {
      toastError(errorText(error));
    }
  }

  function menu(pet) {
    const changed = (card) => source.replace(card);
    const archive = !pet.archived_at;
    openCardMenu(pet.name, [
      { picture: "door", text: t("walkin.start"), run: () => walkIn(pet) },
      {
        picture: "heart",
        text: t(pet.deceased ? "pet.alive" : "pet.died"),
        run: () => changeCard(path(), pet, { deceased: !pet.deceased }, t("pet.marked", { name: pet.name }), changed),
      },
      {
        picture: "archive",
        text: t(archive ? "card.archive" : "card.restore"),
        run: () =>
          changeCard(path(), pet, { archived: archive }, t(archive ? "card.was_archived" : "card.was_restored", { name: pet.name }), changed),
      },
      {
        picture: "merge",
        text: t("merge.start"),
        run: () =>
          startMerge("pet", { id: pet.id, title: pet.name, subtitle: pet.owners.map(personName).join(", ") }, load),
      },
    ]);
  }

  function banner(picture, text) {
    return h("div", { class: "banner", key: picture }, icon(picture), h("p", { class: "banner-text" }, text));
  }

  function content(pet) {
    const warn = petWarnings(pet, true);
    const kind = pet.breed || t(`type.${pet.type}`);
    return [
      pageHead({
        title: pet.name,
        eyebrow: kind,
        back: pet.owners.length ? links.client(pet.owners[0].id) : links.clients(),
        backLabel: pet.owners.length ? personName(pet.owners[0]) : t("nav.clients"),
        picture: avatar({ pets: [pet] }),
        tools: [
          h("a", { class: "button", href: links.petEdit(pet.id) }, icon("edit"), t("card.edit")),
          h(
            "button",
            {
              type: "button",
              class: "button button-icon",
              "aria-label": t("card.more", { name: pet.name }),
              "aria-haspopup": "dialog",
              on: { click: () => menu(pet) },
            },
            icon("dots"),
          ),
        ],
      }),
      pet.deceased_at ? banner("heart", t("pet.deceased_text", { name: pet.name })) : null,
      pet.archived_at ? banner("archive", t("card.archived_text")) : null,
      mergedBanner(pet.id, load),
      warn ?? h("p", { class: "muted warnings-none", key: "warnings" }, icon("check"), t("pet.no_warnings")),
      h(
        "div",
        { class: "appointment-columns", key: "columns" },
        h("div", { key: "left" }, recipe.view(), facts(pet), owners(pet)),
        h("div", { key: "right" }, history.view()),
      ),
    ];
  }

  function render() {
    const pet = source.data;
    const missing = source.error?.status === 404;
    if (pet && pet.id !== id && !missing) id = pet.id; // the card was merged into another
    patchPage(
      main,
      source.offline ? offlineBanner(pet ? source.at : 0, zone) : null,
      source.error && !missing ? errorBanner(source.error) : null,
      missing
        ? [
            h("h1", { class: "sr-only", tabindex: "-1", key: "h" }, t("pet.missing")),
            empty(
              "paw",
              t("pet.missing"),
              t("client.missing_text"),
              h("a", { class: "button button-primary", href: links.clients() }, t("nav.clients")),
            ),
          ]
        : pet
          ? content(pet)
          : [
              h("h1", { class: "sr-only", tabindex: "-1", key: "h" }, t("pet.title")),
              source.offline || source.error ? null : skeleton("card", 3),
            ],
    );
    shell.setTitle(pet && !missing ? pet.name : t("pet.title"));
  }

  render();
  load();
  return {
    route(next) {
      [id] = next.rest;
      source.reset();
      history.reset();
      recipe.close();
      recipe = recipePanel(id ?? "", render);
      recipe.load();
      render();
    },
    refresh: load,
    tick: render,
    close() {
      source.close();
      history.close();
      recipe.close();
    },
  };
}
