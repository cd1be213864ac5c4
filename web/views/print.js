/*
 * print.js: the day sheet as paper on the screen, and the button that prints it.
 */
import { h, icon, patch } from "../lib/dom.js";
import { dayText, t } from "../lib/i18n.js";
import { resource } from "../lib/resource.js";
import { links } from "../lib/router.js";
import { clockNow, isDay, wallClock } from "../lib/time.js";
import { errorBanner, offlineBanner, skeleton } from "./parts.js";
import { layOut } from "./sheet.js";

export function open(main, route, shell) {
  const zone = shell.session.salon.timezone;
  let [day] = route.rest;
  if (!isDay(day)) day = wallClock(clockNow(), zone).day;
  const source = resource(() => `/api/day?date=${day}`, render);
  let drawn = null;

  function draw() {
    const host = main.querySelector(".sheets");
    const entry = source.data?.days.find((d) => d.date === day);
    if (!host || !entry) return;
    layOut(host, entry, shell.session.salon.name, zone);
    drawn = source.data;
  }

  function render() {
    const title = t("print.title", { day: dayText(day, true) });
    patch(
      main,
      h(
        "header",
        { class: "page-head no-print", key: "head" },
        h(
          "a",
          { class: "button button-icon", href: links.day(day), "aria-label": t("print.back") },
          icon("left"),
        ),
        h(
          "div",
          { class: "page-title" },
          h("p", { class: "eyebrow" }, shell.session.salon.name),
          h("h1", { tabindex: "-1" }, title),
        ),
        h(
          "div",
          { class: "page-tools" },
          h(
            "button",
            {
              type: "button",
              class: "button button-primary",
              on: {
                click: () => {
                  draw();
                  print();
                },
              },
            },
            icon("print"),
            t("print.go"),
          ),
        ),
      ),
      source.offline ? offlineBanner(source.data ? source.at : 0, zone) : null,
      source.error ? errorBanner(source.error) : null,
      source.data || source.offline || source.error ? null : skeleton("sheet", 1),
      h("div", {
        class: "sheets",
        key: "sheets",
        keep: true,
        role: "region",
        "aria-label": title,
        tabindex: "0",
      }),
    );
    if (source.data && drawn !== source.data) draw();
    shell.setTitle(title);
  }

  addEventListener("beforeprint", draw); // the printed time is the time of printing
  render();
  source.load();
  return {
    route(next) {
      if (isDay(next.rest[0])) [day] = next.rest;
      source.reset();
      render();
    },
    refresh: () => source.load(),
    tick() {},
    close() {
      source.close();
      removeEventListener("beforeprint", draw);
    },
  };
}
