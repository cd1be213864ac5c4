/*
 * recipe.js: what was done the last times: blade, shampoo, time taken, note. For the visit's form and
 * the pet's page.
 */
import { h, icon } from "../lib/dom.js";
import { dayText, lengthText, t } from "../lib/i18n.js";
import { resource } from "../lib/resource.js";

/* "ostrze 7F, szampon Owsiany, 1 h 15 min"; empty when no recipe was written down. */
export function recipeText(visit) {
  return [
    visit.blade ? t("recipe.blade", { blade: visit.blade }) : null,
    visit.shampoo ? t("recipe.shampoo", { shampoo: visit.shampoo }) : null,
    visit.minutes ? lengthText(visit.minutes) : null,
  ]
    .filter(Boolean)
    .join(", ");
}

/* One time, with its day. */
export function recipeLine(visit) {
  const text = recipeText(visit);
  return h(
    "div",
    { class: "recipe", key: visit.id },
    icon("history"),
    h(
      "div",
      null,
      h("p", { class: "recipe-day" }, dayText(visit.date, true)),
      text ? h("p", { class: "recipe-text" }, text) : null,
      visit.notes ? h("p", { class: "recipe-note" }, visit.notes) : null,
    ),
  );
}

/* A panel for the pet's page: {view(), load(), close()}; render() is called when it has something new.
 * Needs /css/visit.css. */
export function recipePanel(petId, render) {
  const source = resource(() => `/api/pets/${encodeURIComponent(petId)}/recipe`, render);
  return {
    load: () => source.load(),
    close: () => source.close(),
    view() {
      const visits = source.data?.visits ?? [];
      if (!visits.length) return null;
      const [last, ...earlier] = visits;
      return h(
        "section",
        { class: "panel", "aria-labelledby": "recipe-title", key: "recipe" },
        h("h2", { class: "panel-title", id: "recipe-title" }, t("recipe.title")),
        recipeLine(last),
        earlier.length
          ? h(
              "details",
              { class: "panel-fold", key: "earlier" },
              h("summary", null, t("recipe.earlier", { n: earlier.length })),
              earlier.map(recipeLine),
            )
          : null,
      );
    },
  };
}
