/*
 * unlinked.js: appointments whose client or pet nobody knows yet: why, whose they may be, and one tap
 * to say so.
 */
import { get } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { capital, dayText, has, t, weekdayText } from "../lib/i18n.js";
import { patchPage } from "../lib/place.js";
import { resource } from "../lib/resource.js";
import { links } from "../lib/router.js";
import { toastError } from "../lib/toast.js";
import { candidateRow } from "./candidate.js";
import { personName } from "./client-fields.js";
import { tick } from "./fields.js";
import { linkNow, living, pickAndLink } from "./linking.js";
import { pageHead } from "./page-head.js";
import { empty, errorBanner, errorText, offlineBanner, phoneLink, serviceName, skeleton } from "./parts.js";

const PAGE = 20;

export function open(main, route, shell) {
  const zone = shell.session.salon.timezone;
  const picked = new Map(); // "appointment client" → Set of pets
  const alone = new Set(); // appointments whose others are not to be linked with them
  let further = [];
  let next = null;
  const source = resource(
    () => `/api/unlinked?limit=${PAGE}`,
    () => {
      if (!further.length) next = source.data?.next ?? null;
      render();
    },
  );

  function again() {
    further = [];
    source.load();
  }

  async function more() {
    try {
      const page = await get(`/api/unlinked?limit=${PAGE}&after=${encodeURIComponent(next)}`);
      further.push(...page.appointments);
      next = page.next;
    } catch (error) {
      toastError(errorText(error));
    }
    render();
  }

  const rows = () => [...(source.data?.appointments ?? []), ...further];

  /* Others in the list of whoever booked this one. */
  function siblings(visit) {
    const same = (a, b) => a && b && a.toLowerCase() === b.toLowerCase();
    const { email, phone } = visit.attendee ?? {};
    return rows().filter(
      (other) =>
        other.id !== visit.id &&
        (same(other.attendee?.email, email) || (!email && same(other.attendee?.phone, phone))),
    );
  }

  function petsOf(visit, { client, pet_ids: likely }) {
    const key = `${visit.id} ${client.id}`;
    if (!picked.has(key)) {
      const pets = living(client.pets);
      picked.set(key, new Set(likely?.length ? likely : pets.length === 1 ? [pets[0].id] : []));
    }
    return picked.get(key);
  }

  function petPicks(visit, one) {
    const pets = living(one.client.pets);
    if (!pets.length) return null;
    const chosen = petsOf(visit, one);
    return h(
      "div",
      { class: "candidate-picks", role: "group", "aria-label": t("linking.which") },
      pets.map((pet) =>
        h(
          "button",
          {
            type: "button",
            class: "filter",
            key: pet.id,
            "aria-pressed": chosen.has(pet.id) ? "true" : "false",
            on: {
              click: () => {
                if (!chosen.delete(pet.id)) chosen.add(pet.id);
                render();
              },
            },
          },
          icon(["dog", "cat"].includes(pet.type) ? pet.type : "paw"),
          pet.name,
        ),
      ),
    );
  }

  function candidate(visit, one, first) {
    const link = () =>
      linkNow(visit, one.client, [...petsOf(visit, one)], {
        others: siblings(visit).length > 0 && !alone.has(visit.id),
        done: again,
      });
    return candidateRow(one, {
      pets: petPicks(visit, one),
      action: h(
        "button",
        {
          type: "button",
          class: `button${first ? " button-primary" : ""}`,
          "aria-label": `${t("linking.go")}: ${personName(one.client)}`,
          on: { click: link },
        },
        icon("link"),
        t("linking.go"),
      ),
    });
  }

  function row(visit) {
    const others = siblings(visit).length;
    const reason = `link.${visit.link_reason}`;
    return h(
      "li",
      { class: "panel waiting", key: visit.id, id: `waiting-${visit.id}` },
      h(
        "p",
        { class: "waiting-when" },
        h("b", null, visit.start_local),
        ` ${capital(weekdayText(visit.date))}, ${dayText(visit.date)}`,
      ),
      h(
        "h2",
        { class: "waiting-who" },
        h("a", { href: links.appointment(visit.id) }, visit.attendee?.name || visit.title || t("visit.unnamed")),
      ),
      h(
        "p",
        { class: "waiting-facts" },
        phoneLink(visit),
        visit.attendee?.email ? h("span", { class: "muted" }, visit.attendee.email) : null,
        h("span", { class: "muted" }, serviceName(visit)),
      ),
      visit.description ? h("p", { class: "card-note" }, icon("quote"), h("span", { class: "clamp" }, visit.description)) : null,
      h("p", { class: "card-note" }, icon("info"), h("span", null, t(has(reason) ? reason : "link.other"))),
      visit.candidates.length
        ? [
            h("h3", { class: "waiting-title" }, t("unlinked.candidates")),
            h(
              "ul",
              { class: "candidates" },
              visit.candidates.map((one, i) => candidate(visit, one, i === 0)),
            ),
            others
              ? tick({
                  name: `others-${visit.id}`,
                  label: t("linking.others_n", { n: others }),
                  checked: !alone.has(visit.id),
                  onChange: (on) => (on ? alone.delete(visit.id) : alone.add(visit.id)),
                })
              : null,
          ]
        : null,
      h(
        "div",
        { class: "form-buttons link-buttons" },
        h(
          "a",
          {
            class: `button${visit.candidates.length ? "" : " button-primary"}`,
            href: links.clientNew(visit.id),
          },
          icon("plus"),
          t("linking.make"),
        ),
        h(
          "button",
          { type: "button", class: "button", on: { click: () => pickAndLink(visit, { done: again }) } },
          icon("search"),
          t("linking.pick"),
        ),
      ),
    );
  }

  function list() {
    if (!source.data) return source.offline || source.error ? null : skeleton("card", 3);
    if (!rows().length)
      return empty(
        "done",
        t("unlinked.empty"),
        t("unlinked.empty_text"),
        h("a", { class: "button button-primary", href: links.day() }, t("nav.day")),
      );
    return [
      h("p", { class: "muted waiting-lead", key: "lead" }, t("unlinked.text")),
      h("ol", { class: "waitings", key: "list" }, rows().map(row)),
      next
        ? h(
            "button",
            { type: "button", class: "button button-wide", key: "next", on: { click: more } },
            t("clients.more"),
          )
        : null,
    ];
  }

  function render() {
    const count = source.data?.count ?? 0;
    patchPage(
      main,
      pageHead({ title: t("unlinked.title"), eyebrow: count ? t("unlinked.count", { n: count }) : shell.session.salon.name }),
      source.offline ? offlineBanner(source.data ? source.at : 0, zone) : null,
      source.error ? errorBanner(source.error) : null,
      list(),
    );
    shell.setTitle(t("unlinked.title"));
  }

  render();
  source.load();
  return {
    refresh: () => (further.length ? null : source.load()),
    tick() {},
    close: () => source.close(),
  };
}
