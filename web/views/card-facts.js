/*
 * card-facts.js: lines of a card: what, and its value; and warnings of an animal, large.
 */
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/* Left out when there is no value. */
export function fact(picture, label, ...value) {
  const shown = value.filter((part) => part !== null && part !== undefined && part !== "");
  if (!shown.length) return null;
  return h("div", { class: "fact" }, h("dt", null, icon(picture), label), h("dd", null, shown));
}

export function telLink(phone, shown) {
  if (!phone) return null;
  return h(
    "a",
    {
      class: "phone",
      href: `tel:${phone.replace(/[^+\d]/g, "")}`,
      "aria-label": t("visit.call", { phone: shown ?? phone }),
    },
    icon("phone"),
    h("span", null, shown ?? phone),
  );
}

export function mailLink(email) {
  if (!email) return null;
  return h("a", { href: `mailto:${encodeURIComponent(email).replace("%40", "@")}` }, email);
}

const warned = [
  ["allergies", "allergy", "alert"],
  ["behaviour", "behaviour", "paw"],
  ["health_issues", "health", "health"],
];

/* What to beware of with this pet, in words; null when nothing is known. large: for the top of a page. */
export function petWarnings(pet, large = false) {
  const lines = warned.filter(([name]) => pet[name]?.trim());
  if (!lines.length) return null;
  return h(
    "ul",
    { class: `warnings${large ? " warnings-large" : ""}`, "aria-label": t("warning.label"), key: "warnings" },
    lines.map(([name, kind, picture]) =>
      h(
        "li",
        { class: `warning warning-${kind}`, key: kind },
        icon(picture),
        h("span", null, h("b", null, `${t(`warning.${kind}`)}:`), ` ${pet[name]}`),
      ),
    ),
  );
}
