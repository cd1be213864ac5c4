/*
 * appointment.js: one visit, everything that is known of it, and its history.
 */
import { h, icon } from "../lib/dom.js";
import { patchPage } from "../lib/place.js";
import { capital, dayText, has, lengthText, moneyText, t, weekdayText } from "../lib/i18n.js";
import { resource } from "../lib/resource.js";
import { links } from "../lib/router.js";
import { deskStatuses, statusIcon } from "../lib/status.js";
import { visitTextLine } from "../lib/texts.js";
import { clockNow, wallClock } from "../lib/time.js";
import { fact } from "./card-facts.js";
import { setDesk } from "./desk.js";
import { historyList } from "./history.js";
import { openText } from "./message-write.js";
import { linkButtons } from "./linking.js";
import {
  avatar,
  badge,
  clientName,
  empty,
  errorBanner,
  momentText,
  offlineBanner,
  phoneLink,
  serviceName,
  skeleton,
  visitName,
  warnings,
} from "./parts.js";
import { orderPanel } from "./visit-orders.js";
import { visitsPanel } from "./visits.js";

/* Only a web address becomes a link; what a booking form may hold besides stays text. */
function webLink(text) {
  return /^https?:\/\//i.test(text ?? "")
    ? h("a", { href: text, rel: "noopener noreferrer", target: "_blank" }, text)
    : text;
}

export function open(main, route, shell) {
  const zone = shell.session.salon.timezone;
  let [id] = route.rest;
  const source = resource(() => `/api/appointments/${encodeURIComponent(id ?? "")}`, render);
  let records = visitsPanel(id ?? "", shell, render);
  const store = {
    update(visit) {
      source.replace({ ...source.data, ...visit });
      source.load();
    },
  };

  function deskButtons(visit) {
    return h(
      "section",
      { class: "panel", "aria-labelledby": "desk-title", key: "desk" },
      h("h2", { class: "panel-title", id: "desk-title" }, t("desk.label")),
      h(
        "div",
        { class: "menu menu-grid", role: "group", "aria-labelledby": "desk-title" },
        deskStatuses.map((status) =>
          h(
            "button",
            {
              type: "button",
              class: `menu-item menu-status badge-${status}`,
              "data-desk": status,
              key: status,
              "aria-pressed": visit.desk_status === status ? "true" : "false",
              on: {
                click: () => setDesk(visit, visit.desk_status === status ? null : status, store),
              },
            },
            icon(statusIcon(status)),
            h("span", null, t(`status.${status}`)),
          ),
        ),
      ),
      visit.desk_at && visit.desk_status
        ? h(
            "p",
            { class: "panel-empty" },
            t("desk.since", { time: momentText(visit.desk_at, zone, clockNow()) }),
          )
        : null,
    );
  }

  function petFacts(visit) {
    if (!visit.pets.length) return fact("paw", t("fact.pet"), t("card.pet_unknown"));
    return visit.pets.map((pet) =>
      fact(
        pet.type === "cat" ? "cat" : "dog",
        t("fact.pet"),
        h("a", { class: "fact-name", href: links.pet(pet.id) }, pet.name),
        pet.breed ? `, ${pet.breed}` : null,
      ),
    );
  }

  function reason(visit) {
    if (!visit.link_reason) return null;
    return t(has(`link.${visit.link_reason}`) ? `link.${visit.link_reason}` : "link.other");
  }

  function texts(visit) {
    const line = visitTextLine(visit, wallClock(clockNow(), zone).day);
    const name = clientName(visit);
    const write = visit.client
      ? h(
          "button",
          {
            type: "button",
            class: "button",
            "aria-haspopup": "dialog",
            on: { click: () => openText({ event: visit.id, name }, () => source.load()) },
          },
          t("text.write"),
        )
      : null;
    // Where nobody can send, there is nothing to say.
    return visit.texts ? fact("message", t("text.visit"), line?.text, line ? " " : "", write) : null;
  }

  function facts(visit) {
    const price = visit.price_minor ? moneyText(visit.price_minor, visit.currency) : null;
    const email = visit.attendee?.email;
    return h(
      "section",
      { class: "panel", "aria-labelledby": "facts-title", key: "facts" },
      h("h2", { class: "panel-title", id: "facts-title" }, t("appointment.facts")),
      h(
        "dl",
        { class: "facts" },
        petFacts(visit),
        fact(
          "user",
          t("fact.client"),
          visit.client && !clientName(visit)
            ? t("client.erased")
            : visit.client
            ? h("a", { class: "fact-name", href: links.client(visit.client.id) }, clientName(visit))
            : clientName(visit),
        ),
        fact("phone", t("fact.phone"), phoneLink(visit)),
        fact(
          "mail",
          t("fact.email"),
          email
            ? h("a", { href: `mailto:${encodeURIComponent(email).replace("%40", "@")}` }, email)
            : null,
        ),
        texts(visit),
        fact("unlinked", t("fact.link"), reason(visit)),
        fact("scissors", t("fact.service"), serviceName(visit)),
        fact("tag", t("fact.price"), price),
        fact("quote", t("fact.booking_note"), visit.description),
        fact("history", t("fact.last_note"), visit.last_note?.text),
        fact("pin", t("fact.location"), webLink(visit.location)),
        fact(
          "video",
          t("fact.meeting"),
          visit.meeting_url && visit.meeting_url !== visit.location
            ? webLink(visit.meeting_url)
            : null,
        ),
        fact(
          "info",
          t("fact.cancel_reason"),
          visit.status === "cancelled" ? visit.cancel_reason : null,
        ),
        fact(
          "user",
          t("fact.cancelled_by"),
          visit.status === "cancelled" ? visit.cancelled_by : null,
        ),
      ),
      linkButtons(visit, { done: store.update }),
    );
  }

  function bookings(visit) {
    if (!visit.bookings?.length) return null;
    return h(
      "details",
      { class: "panel panel-fold", key: "bookings" },
      h("summary", null, t("appointment.bookings", { n: visit.bookings.length })),
      h(
        "ul",
        { class: "panel-list" },
        visit.bookings.map((booking) =>
          h(
            "li",
            { class: "booking-row" },
            h("code", null, booking.uid),
            " ",
            booking.start ? momentText(booking.start, zone, clockNow()) : "",
            " ",
            booking.status
              ? t(has(`status.${booking.status}`) ? `status.${booking.status}` : "booking.other", {
                  status: booking.status,
                })
              : "",
          ),
        ),
      ),
    );
  }

  function content(visit) {
    const day = wallClock(Date.parse(visit.start), zone).day;
    const warn = warnings(visit);
    return [
      h(
        "header",
        { class: "page-head", key: "head" },
        h(
          "a",
          {
            class: "button button-icon",
            href: links.day(day),
            "aria-label": t("appointment.back"),
          },
          icon("left"),
        ),
        avatar(visit),
        h(
          "div",
          { class: "page-title" },
          h("p", { class: "eyebrow" }, `${capital(weekdayText(day))}, ${dayText(day, true)}`),
          h("h1", { tabindex: "-1" }, visitName(visit)),
        ),
        h("div", { class: "page-tools" }, badge(visit)),
      ),
      h(
        "p",
        { class: "appointment-time", key: "time" },
        h("span", { class: "visit-start" }, `${visit.start_local}–${visit.end_local}`),
        h("span", { class: "visit-length" }, lengthText(visit.duration_minutes)),
      ),
      warn ? h("div", { class: "appointment-warnings", key: "warnings" }, warn) : null,
      h(
        "div",
        { class: "appointment-columns", key: "columns" },
        h("div", { key: "left" }, facts(visit), bookings(visit)),
        h(
          "div",
          { key: "right" },
          deskButtons(visit),
          orderPanel(visit, zone, (changed) => changed && store.update(changed)),
          records.view(visit),
          h(
            "section",
            { class: "panel", "aria-labelledby": "history-title", key: "history" },
            h("h2", { class: "panel-title", id: "history-title" }, t("appointment.history")),
            historyList(visit, zone),
          ),
        ),
      ),
    ];
  }

  function render() {
    const visit = source.data;
    const missing = source.error?.status === 404;
    patchPage(
      main,
      source.offline ? offlineBanner(visit ? source.at : 0, zone) : null,
      source.error && !missing ? errorBanner(source.error) : null,
      missing
        ? h("h1", { class: "sr-only", tabindex: "-1", key: "h" }, t("appointment.missing"))
        : null,
      missing
        ? empty(
            "sleeping-dog",
            t("appointment.missing"),
            t("appointment.missing_text"),
            h("a", { class: "button button-primary", href: links.day() }, t("nav.day")),
          )
        : null,
      visit && !missing
        ? content(visit)
        : missing || source.offline || source.error
          ? null
          : [
              h("h1", { class: "sr-only", tabindex: "-1", key: "h" }, t("appointment.title")),
              skeleton("card", 3),
            ],
    );
    shell.setTitle(visit ? `${visitName(visit)}, ${visit.start_local}` : t("appointment.title"));
  }

  function load() {
    return Promise.all([source.load(), records.load()]);
  }

  render();
  load();
  return {
    route(next) {
      [id] = next.rest;
      records.close();
      records = visitsPanel(id ?? "", shell, render);
      source.reset();
      records.load();
      render();
    },
    refresh: load,
    tick: render,
    settle: () => records.settle(),
    close() {
      records.close();
      source.close();
    },
  };
}
