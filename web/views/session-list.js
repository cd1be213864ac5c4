/*
 * session-list.js: where somebody is signed in: which browser, since when, and the way to end it.
 */
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { clockNow } from "../lib/time.js";
import { momentText } from "./parts.js";

/* In this order: each of these names itself after those it descends from. */
const browsers = [
  ["Edg", "Edge"],
  ["OPR", "Opera"],
  ["SamsungBrowser", "Samsung"],
  ["Firefox", "Firefox"],
  ["CriOS", "Chrome"],
  ["Chrome", "Chrome"],
  ["Safari", "Safari"],
];
const systems = ["iPad", "iPhone", "Android", "Windows", "Macintosh", "CrOS", "Linux"];

function agentText(agent) {
  const browser = browsers.find(([mark]) => agent?.includes(mark))?.[1];
  const system = systems.find((name) => agent?.includes(name));
  return [browser, system].filter(Boolean).join(" · ") || t("sessions.unknown");
}

/* end(session) is called for the one whose button was pressed. */
export function sessionList(sessions, zone, end) {
  const moment = (iso) => momentText(iso, zone, clockNow());
  return h(
    "ul",
    { class: "lines", key: "sessions" },
    sessions.map((session) => {
      const what = agentText(session.user_agent);
      return h(
        "li",
        { class: "line", key: session.id },
        icon("tablet"),
        h(
          "div",
          { class: "line-what" },
          h("b", null, what),
          session.current
            ? h("span", { class: "chip chip-fresh" }, icon("check"), t("sessions.current"))
            : null,
          session.by_pin ? h("span", { class: "chip" }, icon("lock"), t("sessions.by_pin")) : null,
          h(
            "span",
            { class: "line-more" },
            t("sessions.seen", {
              seen: moment(session.last_seen_at),
              since: moment(session.created_at),
              address: session.address ?? "–",
            }),
          ),
        ),
        session.current
          ? null
          : h(
              "button",
              {
                type: "button",
                class: "button",
                "data-end": session.id,
                "aria-label": t("sessions.end_label", { what }),
                on: { click: () => end(session) },
              },
              icon("leave"),
              t("sessions.end"),
            ),
      );
    }),
  );
}
