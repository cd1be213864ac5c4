/*
 * day.js: the page the salon lives by: one day's visits, live. Holds what the page knows (which day,
 * the last answer, the filter) and builds the page from it; patch() keeps focus, scroll and typing.
 */
import { keepDay, keptDay } from "../lib/keep.js";
import { h, icon } from "../lib/dom.js";
import { patchPage } from "../lib/place.js";
import { get } from "../lib/api.js";
import { faviconCount } from "../lib/favicon.js";
import { t } from "../lib/i18n.js";
import { bindKeys } from "../lib/keys.js";
import { monthPicker } from "../lib/month.js";
import { resource } from "../lib/resource.js";
import { go, links } from "../lib/router.js";
import { firstLook, isFresh, markSeen } from "../lib/seen.js";
import { groupOf } from "../lib/status.js";
import { needStyle } from "../lib/style.js";
import { addDays, clockNow, isDay, wallClock } from "../lib/time.js";
import { openDeskMenu, setDesk } from "./desk.js";
import { dayAside } from "./day-aside.js";
import { dayHead, dayTitle, filterBar, filters, openMonth } from "./day-head.js";
import { dayList } from "./day-list.js";
import { healthLine } from "./health-line.js";
import { layOut } from "./sheet.js";
import { empty, errorBanner, offlineBanner, skeleton } from "./parts.js";

const REMEMBERED = 10; // days shown at once when somebody steps back to them

export function open(main, route, shell) {
  let day = wantedDay(route); // null: today, whichever day that is
  let filter = "all";
  firstLook();
  const remembered = new Map();
  const zone = shell.session.salon.timezone;
  const picker = monthPicker((picked) => go(links.day(picked)));
  const source = resource(() => (day ? `/api/day?date=${day}` : "/api/day"), onAnswer);

  function wantedDay({ rest }) {
    return isDay(rest[0]) ? rest[0] : null;
  }

  const today = () => source.data?.today ?? wallClock(clockNow(), zone).day;
  const shownDay = () => source.data?.date ?? day ?? today();

  async function onAnswer() {
    if (source.data && !source.offline) {
      remembered.delete(source.data.date);
      remembered.set(source.data.date, { data: source.data, at: source.at });
      if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value);
      keepDay(source.data);
    } else if (source.offline && !source.data) {
      const kept = await keptDay(day ?? today());
      if (kept) {
        source.data = kept.data;
        source.at = kept.at;
      }
    }
    render();
  }

  const store = {
    update(visit) {
      if (!source.data) return;
      const days = source.data.days.map((d) => ({
        ...d,
        events: d.events.map((e) => (e.id === visit.id ? { ...e, ...visit } : e)),
      }));
      source.replace({ ...source.data, days });
    },
  };

  function chooseFilter(name) {
    filter = name === filter ? "all" : name;
    render();
  }

  function newsBar(visits, shown) {
    const fresh = visits.filter((visit) => isFresh(visit, shown));
    if (!fresh.length) return null;
    const parts = ["new", "moved", "cancelled"]
      .map((kind) => [kind, fresh.filter((visit) => visit.change.kind === kind).length])
      .filter(([, n]) => n)
      .map(([kind, n]) => t(`news.${kind}`, { n }));
    return h(
      "div",
      { class: "news", key: "news" },
      icon("spark"),
      h("p", null, h("strong", null, `${t("news.title")}:`), ` ${parts.join(", ")}`),
      h(
        "button",
        {
          type: "button",
          class: "button",
          on: {
            click: () => {
              markSeen(shown);
              render();
            },
          },
        },
        t("news.seen"),
      ),
    );
  }

  function emptyDay(shown) {
    const isPast = shown < today();
    return empty(
      "sleeping-dog",
      t(isPast ? "day.empty_past" : "day.empty"),
      t(isPast ? "day.empty_past_text" : "day.empty_text"),
      h(
        "a",
        { class: "button button-primary", href: links.day(addDays(shown, 1)) },
        t("day.next"),
        icon("right"),
      ),
      h("a", { class: "button", href: links.week(shown) }, icon("week"), t("nav.week")),
    );
  }

  function body(shown, now, clock) {
    const entry = source.data?.days.find((d) => d.date === shown);
    if (!entry) return source.offline || source.error ? [] : [skeleton("card", 5)];
    const visits = entry.events;
    if (filter !== "all" && !visits.some(filters[filter])) filter = "all";
    const context = {
      day: shown,
      today: today(),
      readOnly: source.offline,
      fresh: (visit) => isFresh(visit, shown),
      setDesk: (visit, status) => setDesk(visit, status, store),
      openMenu: (visit) => openDeskMenu(visit, store),
    };
    picker.set(shown, today());
    return [
      newsBar(visits, shown),
      filterBar(visits, filter, chooseFilter),
      h(
        "div",
        { class: "day-columns", key: "columns" },
        h(
          "div",
          { class: "day-main", key: "list" },
          visits.length
            ? dayList(entry, {
                ...context,
                show: filters[filter],
                clock: shown === today() ? clock : null,
                now,
              })
            : emptyDay(shown),
        ),
        h(
          "aside",
          { class: "day-aside", key: "aside", "aria-label": t("aside.label") },
          h("div", { class: "panel panel-month", key: "month", keep: true }),
          dayAside(visits, context),
        ),
      ),
    ];
  }

  function render() {
    const now = clockNow();
    const clock = wallClock(now, zone);
    const shown = shownDay();
    patchPage(
      main,
      dayHead({
        day: shown,
        today: today(),
        salon: shell.session.salon.name,
        previous: addDays(shown, -1),
        next: addDays(shown, 1),
        search: shell.search,
      }),
      source.offline ? offlineBanner(source.data ? source.at : 0, zone) : null,
      source.error ? errorBanner(source.error) : null,
      source.data?.health
        ? healthLine(source.data.health, source.data.timezone ?? zone)
        : h("p", { class: "health health-wait", key: "health" }, t("common.loading")),
      body(shown, now, clock),
    );
    const slot = main.querySelector(".panel-month");
    if (slot && !slot.firstChild) slot.append(picker.element);
    shell.setTitle(titleText(shown));
  }

  function titleText(shown) {
    const { near, text } = dayTitle(shown, today());
    const entry = source.data?.days.find((d) => d.date === shown);
    if (entry && shown === today())
      faviconCount(entry.events.filter((visit) => groupOf(visit) === "waiting").length);
    return near ? `${near} ${text}` : text;
  }

  function announce() {
    const entry = source.data?.days[0];
    if (entry)
      shell.announce(`${titleText(entry.date)}. ${t("day.count", { n: entry.events.length })}`);
  }

  async function show(next) {
    if (source.data) markSeen(source.data.date);
    day = next;
    filter = "all";
    const known = remembered.get(day ?? today()) ?? null;
    const asked = source.reset(known?.data, known?.at);
    render();
    await asked;
    announce();
  }

  function focusVisit(step) {
    const cards = [...main.querySelectorAll(".card-open")];
    const at = cards.indexOf(document.activeElement);
    const next = cards[at < 0 ? (step > 0 ? 0 : cards.length - 1) : at + step];
    next?.focus();
    next?.closest(".visit").scrollIntoView({ block: "nearest" });
  }

  const unbind = bindKeys({
    ArrowLeft: () => go(links.day(addDays(shownDay(), -1))),
    ArrowRight: () => go(links.day(addDays(shownDay(), 1))),
    g: () => openMonth(shownDay(), today(), (picked) => go(links.day(picked))),
    j: () => focusVisit(1),
    k: () => focusVisit(-1),
    p: () => go(links.print(shownDay())),
  });

  const hidden = () => {
    if (document.hidden && source.data && !source.offline) markSeen(source.data.date);
  };
  document.addEventListener("visibilitychange", hidden);

  /* Printing the list prints the day sheet: the list itself is made for a screen. */
  const sheets = h("div", { class: "sheets sheets-hidden", "aria-hidden": "true" });
  function beforePrint() {
    const entry = source.data?.days.find((d) => d.date === shownDay());
    if (!entry) return;
    main.after(sheets);
    layOut(sheets, entry, shell.session.salon.name, zone);
  }
  const afterPrint = () => sheets.remove();
  addEventListener("beforeprint", beforePrint);
  addEventListener("afterprint", afterPrint);

  /* Tomorrow is fetched only to be kept for when the box is away. */
  async function keepTomorrow() {
    if (!globalThis.isSecureContext || source.offline) return;
    try {
      keepDay(await get(`/api/day?date=${addDays(today(), 1)}`));
    } catch {
      /* next time */
    }
  }

  render();
  source.load().then(() => {
    const now = main.querySelector(".visit-running, .now");
    if (now?.getBoundingClientRect().bottom > innerHeight * 0.9)
      now.scrollIntoView({ block: "start" });
    keepTomorrow();
    needStyle("/css/print.css"); // ready before somebody prints
  });

  return {
    route: (next) => show(wantedDay(next)),
    refresh(reason) {
      source.load();
      if (reason === "refresh") keepTomorrow();
    },
    tick: render,
    visits: () => source.data?.days[0] ?? null,
    close() {
      if (source.data) markSeen(source.data.date);
      source.close();
      unbind();
      afterPrint();
      removeEventListener("beforeprint", beforePrint);
      removeEventListener("afterprint", afterPrint);
      document.removeEventListener("visibilitychange", hidden);
    },
  };
}
