/*
 * visit-history.js: what is and was with a client or a pet: to come first, then back in time, page by
 * page; what did not take place is marked.
 */
import { get } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { dayText, moneyText, t, weekdayText } from "../lib/i18n.js";
import { resource } from "../lib/resource.js";
import { links } from "../lib/router.js";
import { clockNow, wallClock } from "../lib/time.js";
import { toastError } from "../lib/toast.js";
import { badge, errorText, listText } from "./parts.js";

const PAGE = 20;

/* path: of the card's visits; whose: "client" shows the pets of each line. {load(), view(), close()}. */
export function visitHistory({ path, zone, whose, render }) {
  let further = [];
  let next = null;
  const source = resource(
    () => `${path()}?limit=${PAGE}`,
    () => {
      if (!further.length) next = source.data?.next ?? null;
      render();
    },
  );

  async function more() {
    try {
      const page = await get(`${path()}?limit=${PAGE}&before=${encodeURIComponent(next)}`);
      further.push(...page.visits);
      next = page.next;
    } catch (error) {
      toastError(errorText(error));
    }
    render();
  }

  function row(visit) {
    const today = wallClock(clockNow(), zone).day;
    const day = visit.date_local;
    const when = [
      `${weekdayText(day, "short")}, ${dayText(day, day.slice(0, 4) !== today.slice(0, 4))}`,
      visit.start_local,
    ];
    const price = visit.price_minor > 0 ? moneyText(visit.price_minor, visit.currency) : null;
    const what = [visit.title || visit.service, price].filter(Boolean).join(" · ");
    const pets = whose === "client" && visit.pets?.length ? listText(visit.pets.map((pet) => pet.name)) : null;
    const text = [
      h(
        "span",
        { class: "past-when" },
        when.filter(Boolean).join(", "),
        day > today ? h("span", { class: "chip" }, icon("clock"), t("visits.to_come")) : null,
      ),
      h("span", { class: "past-what" }, pets ? h("b", null, pets) : null, pets && what ? " · " : null, what),
      visit.note ? h("span", { class: "past-note clamp" }, visit.note) : null,
    ];
    return h(
      "li",
      { class: "past", key: visit.id ?? `${day}${visit.start ?? ""}` },
      visit.id
        ? h("a", { class: "past-open", href: links.appointment(visit.id) }, text)
        : h("div", { class: "past-open" }, text),
      badge(visit),
    );
  }

  function view() {
    const rows = [...(source.data?.visits ?? []), ...further];
    return h(
      "section",
      { class: "panel", key: "visits", "aria-labelledby": "visits-title" },
      h("h2", { class: "panel-title", id: "visits-title" }, t("visits.title")),
      rows.length
        ? h("ol", { class: "pasts" }, rows.map(row))
        : h("p", { class: "panel-empty" }, t(source.data ? "visits.none" : "common.loading")),
      next
        ? h(
            "button",
            { type: "button", class: "button button-wide", key: "older", on: { click: more } },
            t("visits.more"),
          )
        : null,
    );
  }

  return {
    view,
    load: () => (further.length ? null : source.load()),
    reset() {
      further = [];
      next = null;
      source.reset();
    },
    close: () => source.close(),
  };
}
