/*
 * numbers.js: the salon's figures, for the owner: each with what it means in words, a chart, the table
 * behind the chart, and the appointments behind each row. And the files for others.
 */
import { get } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { h, icon } from "../lib/dom.js";
import { dayNumeric, moneyText, monthText, percentText, t, weekdayText } from "../lib/i18n.js";
import { patchPage } from "../lib/place.js";
import { links } from "../lib/router.js";
import { toastError } from "../lib/toast.js";
import { addDays, addMonths, clockNow, isDay, wallClock } from "../lib/time.js";
import { chartSlot } from "./chart.js";
import { filesPanel, filesReady } from "./files.js";
import { errorBanner, errorText, skeleton } from "./parts.js";

const PARTS = ["revenue", "attendance", "clients", "services", "hours", "pets", "overdue"];

/* A Monday, to name the days of the week by. */
const MONDAY = "2026-11-16";

const monthDays = (month) => ({ from: `${month}-01`, to: addDays(addMonths(`${month}-01`, 1), -1) });

function periods(today) {
  const month = today.slice(0, 7);
  const year = today.slice(0, 4);
  return {
    month: monthDays(month),
    last_month: monthDays(addMonths(`${month}-01`, -1).slice(0, 7)),
    year12: { from: addMonths(`${month}-01`, -11), to: monthDays(month).to },
    this_year: { from: `${year}-01-01`, to: `${year}-12-31` },
  };
}

export function open(main, route, shell) {
  const zone = shell.session.salon.timezone;
  const today = wallClock(clockNow(), zone).day;
  let period = "year12";
  let span = periods(today)[period];
  let data = {};
  let error = null;
  let ticket = 0;
  const charts = new Map();

  async function load() {
    const mine = ++ticket;
    try {
      const answers = await Promise.all(
        PARTS.map((what) => get(`/api/numbers/${what}?from=${span.from}&to=${span.to}`)),
      );
      if (mine !== ticket) return;
      data = Object.fromEntries(PARTS.map((what, i) => [what, answers[i]]));
      error = null;
    } catch (failure) {
      if (mine !== ticket) return;
      error = failure;
    }
    render();
  }

  function choose(name) {
    period = name;
    if (name !== "own") span = periods(today)[name];
    data = {};
    render();
    if (name !== "own") load();
  }

  function chooseDay(end, value) {
    if (!isDay(value)) return;
    span = { ...span, [end]: value };
    if (span.from > span.to) span = end === "from" ? { ...span, to: value } : { ...span, from: value };
    load();
  }

  const rows = (what) => data[what]?.rows ?? [];
  const money = (minor, row) => moneyText(minor ?? 0, row.currency ?? "PLN");
  const share = (part, whole) => (whole ? percentText(part / whole) : "–");

  /* The appointments behind a figure. */
  async function drill(title, query) {
    try {
      const { rows: found } = await get(`/api/numbers/appointments?${new URLSearchParams(query)}`);
      openDialog({
        title,
        kind: "form",
        body: () => [
          h(
            "p",
            { class: "menu-lead" },
            t(found.length === 200 ? "numbers.rows_many" : "numbers.rows", { n: found.length }),
          ),
          h(
            "ul",
            { class: "drill" },
            found.map((row) =>
              h(
                "li",
                { key: row.id },
                h(
                  "a",
                  { class: "drill-link", href: links.appointment(row.id) },
                  h("span", { class: "drill-when" }, row.start_local),
                  h("b", null, row.pets || row.client || row.service),
                  h("span", null, row.service),
                  h("span", null, t(`outcome.${row.outcome}`)),
                  h("span", { class: "drill-price" }, row.taken_minor === null ? t("numbers.no_price") : money(row.taken_minor, row)),
                ),
              ),
            ),
          ),
        ],
      });
    } catch (failure) {
      toastError(errorText(failure));
    }
  }

  /* A figure that opens its rows; plain when there are none. */
  function figure(text, count, title, query) {
    if (!count) return text;
    return h(
      "button",
      { type: "button", class: "figure", on: { click: () => drill(title, query) } },
      text,
    );
  }

  function table(caption, heads, lines, foot = null) {
    return h(
      "div",
      { class: "numbers-scroll", tabindex: "0", role: "group", "aria-label": caption },
      h(
        "table",
        { class: "numbers-table" },
        h("caption", { class: "sr-only" }, caption),
        h("thead", null, h("tr", null, heads.map((text) => h("th", { scope: "col" }, text)))),
        h(
          "tbody",
          null,
          lines.map(([head, ...cells]) =>
            h("tr", null, h("th", { scope: "row" }, head), cells.map((cell) => h("td", null, cell))),
          ),
        ),
        foot
          ? h("tfoot", null, h("tr", null, h("th", { scope: "row" }, foot[0]), foot.slice(1).map((cell) => h("td", null, cell))))
          : null,
      ),
    );
  }

  function section(what, count, ...content) {
    return h(
      "section",
      { class: "panel numbers-part", "aria-labelledby": `numbers-${what}`, key: what, "data-part": what },
      h("h2", { class: "panel-title", id: `numbers-${what}` }, t(`numbers.${what}`)),
      h("p", { class: "numbers-meaning" }, t(`numbers.${what}.meaning`)),
      data[what] ? (count ? content : h("p", { class: "panel-empty" }, t("numbers.none"))) : skeleton("line", 2),
    );
  }

  function chart(what, config) {
    if (!charts.has(what)) charts.set(what, chartSlot());
    return charts.get(what).view(config);
  }

  const months = (what) => rows(what).map((row) => monthText(`${row.month}-01`));

  function revenue() {
    const list = rows("revenue");
    const sum = (key) => list.reduce((total, row) => total + row[key], 0);
    const one = new Set(list.map((row) => row.currency)).size === 1;
    return section(
      "revenue",
      list.length,
      chart("revenue", {
        type: "bar",
        labels: months("revenue"),
        series: [
          { label: t("numbers.completed"), values: list.map((row) => row.completed_minor / 100), tone: 2 },
          { label: t("numbers.collected"), values: list.map((row) => row.collected_minor / 100), tone: 1 },
        ],
      }),
      table(
        t("numbers.revenue"),
        ["month", "booked", "completed", "collected", "untaken", "unpriced"].map((key) => t(`numbers.${key}`)),
        list.map((row) => {
          const days = monthDays(row.month);
          const name = monthText(days.from);
          return [
            name,
            figure(money(row.booked_minor, row), row.booked_minor, name, { ...days, outcome: "booked" }),
            figure(money(row.completed_minor, row), row.completed, name, { ...days, outcome: "done" }),
            money(row.collected_minor, row),
            figure(row.untaken, row.untaken, name, { ...days, outcome: "done", untaken: 1 }),
            row.unpriced,
          ];
        }),
        one
          ? [
              t("numbers.total"),
              money(sum("booked_minor"), list[0]),
              money(sum("completed_minor"), list[0]),
              money(sum("collected_minor"), list[0]),
              sum("untaken"),
              sum("unpriced"),
            ]
          : null,
      ),
      one
        ? h(
            "p",
            { class: "numbers-ways" },
            ["cash", "card", "transfer", "other"]
              .map((way) => `${t(`record.paid.${way}`)}: ${money(sum(`${way}_minor`), list[0])}`)
              .join(" · "),
          )
        : null,
    );
  }

  function attendance() {
    const list = rows("attendance");
    const kinds = ["done", "no_show", "late_cancelled", "cancelled"];
    return section(
      "attendance",
      list.length,
      chart("attendance", {
        type: "bar",
        stacked: true,
        labels: months("attendance"),
        series: kinds.map((kind, i) => ({ label: t(`outcome.${kind}`), values: list.map((row) => row[kind]), tone: i + 1 })),
      }),
      table(
        t("numbers.attendance"),
        [t("numbers.month"), ...kinds.map((kind) => t(`outcome.${kind}`)), t("numbers.no_show_rate"), t("numbers.late_rate")],
        list.map((row) => {
          const days = monthDays(row.month);
          const name = monthText(days.from);
          return [
            name,
            ...kinds.map((kind) => figure(row[kind], row[kind], `${name}: ${t(`outcome.${kind}`)}`, { ...days, outcome: kind })),
            share(row.no_show, row.done + row.no_show),
            share(row.late_cancelled, row.done + row.no_show + row.late_cancelled),
          ];
        }),
      ),
    );
  }

  function clients() {
    const list = rows("clients");
    return section(
      "clients",
      list.length,
      chart("clients", {
        type: "line",
        labels: months("clients"),
        series: ["new", "came_before", "lost"].map((key, i) => ({ label: t(`numbers.${key}`), values: list.map((row) => row[key]), tone: i + 1 })),
      }),
      table(
        t("numbers.clients"),
        ["month", "active", "new", "came_before", "came_again", "lost"].map((key) => t(`numbers.${key}`)),
        list.map((row) => [
          monthText(`${row.month}-01`),
          row.active,
          row.new,
          row.came_before,
          `${row.came_again} (${share(row.came_again, row.new)})`,
          row.lost,
        ]),
      ),
    );
  }

  function services() {
    const list = rows("services");
    return section(
      "services",
      list.length,
      chart("services", {
        type: "bar",
        flat: true,
        labels: list.slice(0, 10).map((row) => row.service || t("numbers.unnamed")),
        series: [{ label: t("numbers.completed_count"), values: list.slice(0, 10).map((row) => row.done), tone: 1 }],
      }),
      table(
        t("numbers.services"),
        ["service", "booked_count", "completed_count", "hours_worked", "completed"].map((key) => t(`numbers.${key}`)),
        list.map((row) => [
          row.service || t("numbers.unnamed"),
          figure(row.booked, row.booked, row.service, { ...span, outcome: "booked", service: row.service }),
          row.done,
          Math.round(row.minutes / 6) / 10,
          money(row.price_minor, row),
        ]),
      ),
    );
  }

  function hours() {
    const list = rows("hours");
    const most = Math.max(1, ...list.map((row) => row.count));
    const at = new Map(list.map((row) => [`${row.weekday}-${row.hour}`, row.count]));
    const used = [...new Set(list.map((row) => row.hour))].sort((a, b) => a - b);
    return section(
      "hours",
      list.length,
      table(
        t("numbers.hours"),
        [t("numbers.hour"), ...[0, 1, 2, 3, 4, 5, 6].map((i) => weekdayText(addDays(MONDAY, i), "short"))],
        used.map((hour) => [
          `${String(hour).padStart(2, "0")}:00`,
          ...[1, 2, 3, 4, 5, 6, 7].map((weekday) => {
            const count = at.get(`${weekday}-${hour}`) ?? 0;
            const name = `${weekdayText(addDays(MONDAY, weekday - 1))}, ${hour}:00`;
            return h(
              "span",
              { class: "heat", vars: { "--heat": String(Math.round((count / most) * 100)) } },
              figure(count || "", count, name, { ...span, outcome: "booked", weekday, hour }),
            );
          }),
        ]),
      ),
    );
  }

  function pets() {
    const list = rows("pets");
    return section(
      "pets",
      list.length,
      table(
        t("numbers.pets"),
        ["visit_count", "pet_count", "interval"].map((key) => t(`numbers.${key}`)),
        list.map((row) => [
          t(`numbers.visits.${row.least}`),
          row.pets,
          row.interval_days === null ? "–" : t("numbers.days", { n: row.interval_days }),
        ]),
      ),
    );
  }

  function overdue() {
    const list = rows("overdue");
    return section(
      "overdue",
      list.length,
      table(
        t("numbers.overdue"),
        ["pet", "client", "phone", "last_visit", "interval", "due"].map((key) => t(`numbers.${key}`)),
        list.map((row) => [
          row.pet,
          row.client ?? "",
          row.phone ? h("a", { class: "phone", href: `tel:${row.phone}` }, row.phone) : "",
          dayNumeric(row.last_day),
          t("numbers.days", { n: row.interval_days }),
          dayNumeric(row.due_day),
        ]),
      ),
    );
  }

  function choices() {
    const names = [...Object.keys(periods(today)), "own"];
    const day = (end) =>
      h(
        "div",
        { class: "field", key: end },
        h("label", { for: `numbers-${end}` }, t(`numbers.${end}`)),
        h("input", {
          id: `numbers-${end}`,
          type: "date",
          value: span[end],
          on: { change: (event) => chooseDay(end, event.target.value) },
        }),
      );
    return h(
      "div",
      { class: "numbers-period", key: "period" },
      h(
        "div",
        { class: "filters", role: "group", "aria-label": t("numbers.period") },
        names.map((name) =>
          h(
            "button",
            {
              type: "button",
              class: "filter",
              key: name,
              "aria-pressed": name === period ? "true" : "false",
              on: { click: () => choose(name) },
            },
            t(`numbers.period.${name}`),
          ),
        ),
      ),
      period === "own" ? h("div", { class: "numbers-days", key: "days" }, day("from"), day("to")) : null,
    );
  }

  function render() {
    const pending = data.revenue?.pending;
    patchPage(
      main,
      h(
        "header",
        { class: "page-head", key: "head" },
        h("div", { class: "page-title" }, h("h1", { tabindex: "-1" }, t("nav.numbers"))),
      ),
      error ? errorBanner(error) : null,
      choices(),
      pending ? h("p", { class: "banner", role: "status", key: "pending" }, t("numbers.pending")) : null,
      h("div", { class: "numbers-parts", key: "parts" }, revenue(), attendance(), clients(), services(), hours(), pets(), overdue(), filesPanel(shell, span, periods(today).last_month)),
    );
    shell.setTitle(t("nav.numbers"));
    for (const slot of charts.values()) slot.draw();
  }

  render();
  load();
  filesReady().then(render);
  return {
    refresh: () => load(),
    tick() {},
    close() {
      ticket += 1;
      for (const slot of charts.values()) slot.close();
    },
  };
}
