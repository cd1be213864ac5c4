/*
 * card.js: one visit in the list of a day. Readable at two metres: time, who, what to beware of, and
 * one thing to do; the rest is behind the visible "…".
 */
import { h, icon } from "../lib/dom.js";
import { dayShort, has, lengthText, moneyText, t } from "../lib/i18n.js";
import { links } from "../lib/router.js";
import { isOff, nextStep, groupOf, statusIcon } from "../lib/status.js";
import { visitTextLine } from "../lib/texts.js";
import {
  avatar,
  badge,
  clientName,
  listText,
  phoneLink,
  serviceName,
  visitName,
  warnings,
} from "./parts.js";

function linkText(visit) {
  const key = `link.${visit.link_reason}`;
  return t(has(key) ? key : "link.other");
}

function change(visit) {
  const kind = visit.change?.kind;
  const from = visit.change?.from_local;
  if (kind === "moved" && from) {
    const sameDay = from.slice(0, 10) === visit.day;
    return t("change.moved_from", {
      when: sameDay ? from.slice(11) : `${dayShort(from.slice(0, 10))}, ${from.slice(11)}`,
    });
  }
  return t(`change.${kind}`);
}

function heading(visit) {
  const link = (text) => h("a", { class: "card-open", href: links.appointment(visit.id) }, text);
  if (!visit.pets.length) {
    return h(
      "h2",
      { class: "card-pet", id: `who-${visit.id}` },
      link(visitName(visit)),
      h("span", { class: "card-breed" }, t("card.pet_unknown")),
    );
  }
  const breeds = visit.pets.map((pet) => pet.breed).filter(Boolean);
  return h(
    "h2",
    { class: "card-pet", id: `who-${visit.id}` },
    link(visitName(visit)),
    breeds.length ? h("span", { class: "card-breed" }, [...new Set(breeds)].join(", ")) : null,
  );
}

function people(visit) {
  const name = visit.pets.length ? clientName(visit) : "";
  return h(
    "p",
    { class: "card-client" },
    name ? h("span", { class: "card-name" }, name) : null,
    phoneLink(visit),
  );
}

function service(visit) {
  const parts = [serviceName(visit)];
  if (visit.price_minor) parts.push(moneyText(visit.price_minor, visit.currency));
  const text = parts.filter(Boolean).join(" · ");
  return text ? h("p", { class: "card-service" }, text) : null;
}

function notes(visit, overlaps, outside, today) {
  const lines = [];
  if (overlaps.length) {
    lines.push(
      h(
        "p",
        { class: "card-note card-clash" },
        icon("overlap"),
        h("span", null, t("card.overlaps", { names: listText(overlaps) })),
      ),
    );
  }
  if (outside)
    lines.push(
      h(
        "p",
        { class: "card-note card-clash" },
        icon("moon"),
        h("span", null, t("card.outside_hours")),
      ),
    );
  if (visit.link_reason) {
    lines.push(
      h(
        "p",
        { class: "card-note card-unlinked" },
        icon("unlinked"),
        h("span", null, linkText(visit)),
      ),
    );
  }
  if (visit.description) {
    lines.push(
      h(
        "p",
        { class: "card-note" },
        icon("quote"),
        h(
          "span",
          { class: "clamp" },
          h("span", { class: "sr-only" }, `${t("card.booking_note")}: `),
          visit.description,
        ),
      ),
    );
  }
  const text = visitTextLine(visit, today);
  if (text)
    lines.push(
      h(
        "p",
        { class: `card-note${text.bad ? " card-clash" : ""}` },
        icon(text.picture),
        h("span", null, h("span", { class: "sr-only" }, `${t("text.visit")}: `), text.text),
      ),
    );
  if (visit.last_note?.text) {
    lines.push(
      h(
        "p",
        { class: "card-note" },
        icon("history"),
        h(
          "span",
          { class: "clamp" },
          h("b", null, `${t("card.last_time", { day: dayShort(visit.last_note.date) })}: `),
          visit.last_note.text,
        ),
      ),
    );
  }
  if (visit.status === "cancelled" && visit.cancel_reason) {
    lines.push(
      h(
        "p",
        { class: "card-note" },
        icon("info"),
        h("span", { class: "clamp" }, t("card.cancel_reason", { reason: visit.cancel_reason })),
      ),
    );
  }
  return lines;
}

function actions(visit, context) {
  const step = nextStep(visit, context.day, context.today);
  const name = visitName(visit);
  return h(
    "div",
    { class: "card-actions" },
    step && !context.readOnly
      ? h(
          "button",
          {
            type: "button",
            class: "button button-primary card-step",
            "data-step": step,
            "aria-label": `${t(`step.${step}`)}: ${name}`,
            on: { click: () => context.setDesk(visit, step) },
          },
          icon(statusIcon(step)),
          t(`step.${step}`),
        )
      : null,
    h(
      "button",
      {
        type: "button",
        class: "button button-icon card-more",
        "aria-label": t("card.more", { name }),
        "aria-haspopup": "dialog",
        on: { click: () => context.openMenu(visit) },
      },
      icon("dots"),
    ),
  );
}

/* context: {day, today, fresh(visit), overlaps(visit) → names, running(visit), readOnly, setDesk, openMenu} */
export function card(visit, context) {
  const off = isOff(visit);
  const fresh = context.fresh(visit);
  const overlaps = off ? [] : context.overlaps(visit);
  const classes = ["visit", `visit-${groupOf(visit)}`];
  if (off) classes.push("visit-cancelled");
  if (fresh) classes.push("visit-fresh");
  if (context.running(visit)) classes.push("visit-running");
  const warn = warnings(visit);
  return h(
    "li",
    { class: classes.join(" "), key: visit.id, id: `visit-${visit.id}` },
    h(
      "div",
      { class: "visit-time" },
      h("time", { class: "visit-start", datetime: visit.start }, visit.start_local),
      h("span", { class: "visit-length" }, lengthText(visit.duration_minutes)),
    ),
    h(
      "article",
      { class: "card", "aria-labelledby": `who-${visit.id}` },
      avatar(visit),
      h("div", { class: "card-text" }, heading(visit), people(visit), service(visit)),
      h(
        "div",
        { class: "card-side" },
        h(
          "div",
          { class: "card-state" },
          badge(visit),
          fresh ? h("span", { class: "chip chip-fresh" }, icon("spark"), change(visit)) : null,
        ),
        actions(visit, context),
      ),
      warn
        ? h(
            "div",
            { class: "card-warnings" },
            warn,
            !visit.pets.length && visit.client
              ? h("p", { class: "card-whose" }, t("card.all_pets"))
              : null,
          )
        : null,
      h("div", { class: "card-notes" }, notes(visit, overlaps, context.outside(visit), context.today)),
    ),
  );
}
