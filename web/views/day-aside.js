/*
 * day-aside.js: beside the list on wide screens: the month, who is in the salon, what to beware of.
 */
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { groupOf, isOff, nextStep, statusIcon } from "../lib/status.js";
import { badge, visitName, warnings } from "./parts.js";

function inSalon(visits, context) {
  const here = visits.filter((visit) => groupOf(visit) === "salon");
  return h(
    "section",
    { class: "panel", "aria-labelledby": "panel-salon", key: "salon" },
    h("h2", { id: "panel-salon", class: "panel-title" }, t("aside.in_salon")),
    here.length
      ? h(
          "ul",
          { class: "panel-list" },
          here.map((visit) => {
            const step = nextStep(visit, context.day, context.today);
            return h(
              "li",
              { class: "panel-row", key: visit.id },
              h("span", { class: "panel-name" }, visitName(visit)),
              badge(visit),
              step && !context.readOnly
                ? h(
                    "button",
                    {
                      type: "button",
                      class: "button button-icon",
                      "aria-label": `${t(`step.${step}`)}: ${visitName(visit)}`,
                      title: t(`step.${step}`),
                      on: { click: () => context.setDesk(visit, step) },
                    },
                    icon(statusIcon(step)),
                  )
                : null,
            );
          }),
        )
      : h("p", { class: "panel-empty" }, t("aside.nobody")),
  );
}

function beware(visits) {
  const warned = visits.filter((visit) => visit.warnings.length && !isOff(visit));
  if (!warned.length) return null;
  return h(
    "section",
    { class: "panel", "aria-labelledby": "panel-beware", key: "beware" },
    h("h2", { id: "panel-beware", class: "panel-title" }, t("aside.beware")),
    h(
      "ul",
      { class: "panel-list" },
      warned.map((visit) =>
        h(
          "li",
          { class: "panel-warned", key: visit.id },
          h(
            "span",
            { class: "panel-name" },
            h("span", { class: "panel-time" }, visit.start_local),
            " ",
            visitName(visit),
          ),
          warnings(visit),
        ),
      ),
    ),
  );
}

export function dayAside(visits, context) {
  return [context.day === context.today ? inSalon(visits, context) : null, beware(visits)];
}
