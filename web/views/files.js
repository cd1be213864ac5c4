/*
 * files.js: the salon's records as files: the accountant's of last month first, the others over the period
 * that is shown. span and last are {from, to}. Not for a session that a PIN opened.
 */
import { get, send } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { monthText, t } from "../lib/i18n.js";
import { toast, toastError } from "../lib/toast.js";
import { errorText } from "./parts.js";

let canSend = false; // the owner has set a program that takes the month's file

export async function filesReady() {
  canSend = (await get("/api/accounting").catch(() => null))?.command ?? false;
}

async function sendMonth(month) {
  try {
    const { sent, said } = await send("POST", "/api/accounting", { month });
    if (sent) toast(t("export.sent"));
    else toastError(t("export.not_sent", { reason: said ?? "" }));
  } catch (error) {
    toastError(t("export.not_sent", { reason: errorText(error) }));
  }
}

export function filesPanel(shell, span, last) {
  const link = (what, days) =>
    h(
      "a",
      {
        class: "button",
        href: `/api/export/${what}?from=${days.from}&to=${days.to}`,
        download: true,
        "data-export": what,
      },
      icon("download"),
      t(`export.${what}`),
    );
  return h(
    "section",
    { class: "panel", "aria-labelledby": "files-title", key: "files" },
    h("h2", { class: "panel-title", id: "files-title" }, t("export.title")),
    shell.session.by_pin
      ? h("p", { class: "panel-empty" }, t("export.password"))
      : [
          h("p", { class: "numbers-meaning" }, t("export.accounting.meaning")),
          h(
            "a",
            {
              class: "button button-primary",
              href: `/api/export/accounting?from=${last.from}&to=${last.to}`,
              download: true,
              "data-export": "accounting",
            },
            icon("download"),
            t("export.accounting", { month: monthText(last.from) }),
          ),
          canSend
            ? h(
                "button",
                {
                  type: "button",
                  class: "button",
                  "data-action": "send-month",
                  on: { click: () => sendMonth(last.from.slice(0, 7)) },
                },
                icon("mail"),
                t("export.send"),
              )
            : null,
          h("p", { class: "numbers-meaning" }, t("export.meaning")),
          h(
            "div",
            { class: "form-buttons" },
            ["appointments", "visits", "revenue", "clients", "everything"].map((what) => link(what, span)),
          ),
        ],
  );
}
