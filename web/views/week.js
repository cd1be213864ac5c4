/*
 * week.js: seven days side by side on wide screens, one below the other on phones.
 */
import { h, icon } from "../lib/dom.js";
import { patchPage } from "../lib/place.js";
import { capital, dayShort, dayText, t, weekdayText } from "../lib/i18n.js";
import { bindKeys } from "../lib/keys.js";
import { resource } from "../lib/resource.js";
import { go, links } from "../lib/router.js";
import { groupOf, isOff, statusIcon, statusOf } from "../lib/status.js";
import {
  addDays,
  clockNow,
  isDay,
  minutesOf,
  monday,
  timeOf,
  wallClock,
  weekday,
} from "../lib/time.js";
import { openMonth, stepper } from "./day-head.js";
import { healthLine } from "./health-line.js";
import { clientName, errorBanner, offlineBanner, skeleton, visitName } from "./parts.js";
import { weekDrag } from "./week-drag.js";
import { hoursOf, lanes } from "./week-layout.js";

export function open(main, route, shell) {
  const zone = shell.session.salon.timezone;
  const today = () => source.data?.today ?? wallClock(clockNow(), zone).day;
  let wanted = wantedDay(route);
  const source = resource(() => `/api/day?date=${from()}&days=7`, render);
  const drag = weekDrag(zone, () => source.load());

  function wantedDay({ rest }) {
    return isDay(rest[0]) ? rest[0] : null;
  }

  function from() {
    return monday(wanted ?? today());
  }

  /* What the picture cannot say aloud: until when, whose, what state, and what to beware of. */
  function spoken(visit) {
    const parts = [t("week.until", { time: visit.end_local })];
    if (visit.pets.length) parts.push(clientName(visit));
    parts.push(t(`status.${statusOf(visit)}`));
    for (const warning of visit.warnings) {
      parts.push(`${t(`warning.${warning.kind}`)}: ${warning.text}`);
    }
    return h("span", { class: "sr-only" }, `, ${parts.filter(Boolean).join(", ")}`);
  }

  function block(item, first) {
    const { visit, from: start, to } = item;
    const short = to - start < 45 ? " block-short" : "";
    return h(
      "li",
      {
        key: visit.id,
        class: "block-slot",
        vars: {
          "--from": String(start - first * 60),
          "--length": String(Math.max(to - start, 20)),
          "--lane": String(item.lane),
          "--lanes": String(item.lanes),
        },
      },
      h(
        "a",
        {
          class: `block block-${groupOf(visit)}${short}`,
          href: links.appointment(visit.id),
          on: drag.handle(visit),
        },
        h(
          "span",
          { class: "block-time" },
          h("span", null, visit.start_local),
          visit.warnings.length ? icon("alert") : null,
        ),
        " ",
        h("span", { class: "block-name" }, visitName(visit)),
        h("span", { class: "block-state" }, icon(statusIcon(statusOf(visit)))),
        spoken(visit),
      ),
    );
  }

  function agendaRow(visit) {
    return h(
      "li",
      { key: visit.id },
      h(
        "a",
        {
          class: `agenda-row${isOff(visit) ? " agenda-off" : ""}`,
          href: links.appointment(visit.id),
        },
        h("span", { class: "agenda-time" }, visit.start_local),
        h("span", { class: "agenda-name" }, visitName(visit)),
        visit.warnings.length ? h("span", { class: "agenda-warning" }, icon("alert")) : null,
        icon(statusIcon(statusOf(visit))),
        spoken(visit),
      ),
    );
  }

  function column(entry, { first, last }, clock) {
    const isToday = entry.date === today();
    const count = entry.events.filter((visit) => !isOff(visit)).length;
    const open = entry.open ? minutesOf(entry.open) : null;
    const close = entry.close ? minutesOf(entry.close) : null;
    const showNow = isToday && clock.minutes >= first * 60 && clock.minutes <= last * 60;
    return h(
      "section",
      {
        class: `week-day${isToday ? " week-today" : ""}${weekday(entry.date) > 5 ? " week-weekend" : ""}`,
        key: entry.date,
        "aria-labelledby": `wd-${entry.date}`,
      },
      h(
        "h2",
        { class: "week-head", id: `wd-${entry.date}` },
        h(
          "a",
          { href: links.day(entry.date), "aria-current": isToday ? "date" : null },
          h("span", { class: "week-name" }, capital(weekdayText(entry.date, "short"))),
          h("span", { class: "week-date" }, String(Number(entry.date.slice(8)))),
          h("span", { class: "sr-only" }, `${weekdayText(entry.date)}, ${dayText(entry.date)}`),
          h(
            "span",
            { class: "week-count" },
            open === null && !count ? t("week.closed") : t("week.count", { n: count }),
          ),
        ),
      ),
      h(
        "div",
        { class: "week-track", on: drag.target(entry.date, { first, last }) },
        open !== null && close !== null
          ? h("div", {
              class: "week-open",
              vars: { "--from": String(open - first * 60), "--length": String(close - open) },
            })
          : null,
        showNow
          ? h("div", {
              class: "week-now",
              key: "now",
              vars: { "--from": String(clock.minutes - first * 60) },
            })
          : null,
        h(
          "ul",
          { class: "week-blocks" },
          lanes(entry.events).map((item) => block(item, first)),
        ),
      ),
      h(
        "ul",
        { class: "agenda" },
        entry.events.length
          ? entry.events.map(agendaRow)
          : h("li", { class: "agenda-empty" }, t("week.empty")),
      ),
    );
  }

  function grid(days, clock) {
    const hours = hoursOf(days);
    const marks = Array.from({ length: hours.last - hours.first + 1 }, (_, i) => hours.first + i);
    return h(
      "div",
      { class: "week", key: "week", vars: { "--hours": String(hours.last - hours.first) } },
      h(
        "div",
        { class: "week-hours", "aria-hidden": "true", key: "hours" },
        marks.map((hour, i) =>
          h("span", { vars: { "--from": String(i * 60) } }, timeOf(hour * 60)),
        ),
      ),
      days.map((entry) => column(entry, hours, clock)),
    );
  }

  function title(first) {
    const last = addDays(first, 6);
    return t("week.title", {
      from:
        first.slice(0, 7) === last.slice(0, 7) ? String(Number(first.slice(8))) : dayShort(first),
      to: dayText(last, true),
    });
  }

  function render() {
    const first = source.data?.date ?? from();
    const clock = wallClock(clockNow(), zone);
    const pick = () => openMonth(first, today(), (day) => go(links.week(day)));
    patchPage(
      main,
      h(
        "header",
        { class: "page-head", key: "head" },
        h(
          "div",
          { class: "page-title" },
          h("p", { class: "eyebrow" }, shell.session.salon.name),
          h(
            "h1",
            { tabindex: "-1" },
            h("span", { class: "near" }, t("nav.week")),
            " ",
            h("span", { class: "date" }, title(first)),
          ),
        ),
        h(
          "div",
          { class: "page-tools" },
          stepper({
            previous: links.week(addDays(first, -7)),
            next: links.week(addDays(first, 7)),
            todayHref: links.week(),
            isToday: first === monday(today()),
            onPick: pick,
            labels: { group: t("week.steps"), previous: t("week.previous"), next: t("week.next") },
          }),
        ),
      ),
      source.offline ? offlineBanner(source.data ? source.at : 0, zone) : null,
      source.error ? errorBanner(source.error) : null,
      source.data?.health ? healthLine(source.data.health, zone) : null,
      source.data
        ? grid(source.data.days, clock)
        : source.offline || source.error
          ? null
          : skeleton("week", 1),
    );
    shell.setTitle(`${t("nav.week")} ${title(first)}`);
  }

  const unbind = bindKeys({
    ArrowLeft: () => go(links.week(addDays(from(), -7))),
    ArrowRight: () => go(links.week(addDays(from(), 7))),
    g: () => openMonth(from(), today(), (day) => go(links.week(day))),
  });

  render();
  source.load();
  return {
    route(next) {
      wanted = wantedDay(next);
      source.reset().then(() => shell.announce(title(from())));
      render();
    },
    refresh: () => source.load(),
    tick: render,
    close() {
      source.close();
      unbind();
    },
  };
}
