/*
 * sync-backups.js: the part of the sync page about backups, for the owner: when the last was made, where
 * it went, what went wrong, and the button that makes one now.
 */
import { send } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { resource } from "../lib/resource.js";
import { clockNow } from "../lib/time.js";
import { toast, toastError } from "../lib/toast.js";
import { errorText, momentText } from "./parts.js";

const parts = ["backup", "backup_copy", "backup_command"];

function partRow(name, part, zone) {
  const good = part.level === "ok";
  return h(
    "li",
    { class: "delivery", key: name },
    h("span", { class: "delivery-time" }, momentText(part.at, zone, clockNow())),
    h(
      "span",
      { class: `badge badge-${good ? "success" : "error"}` },
      icon(good ? "check" : "alert"),
      h("span", null, t(good ? "backups.good" : "backups.bad")),
    ),
    h(
      "span",
      { class: "delivery-what" },
      h("b", null, t(`backups.part.${name}`)),
      good
        ? null
        : h(
            "span",
            { class: "delivery-times" },
            part.ok_at
              ? t("backups.last_good", { when: momentText(part.ok_at, zone, clockNow()) })
              : t("backups.never_good"),
          ),
      part.detail ? h("span", { class: "delivery-reason" }, part.detail) : null,
    ),
  );
}

/* {load(), close(), view()}: render is called when there is something new to show. */
export function syncBackups(zone, render) {
  const source = resource(() => "/api/backups", render);

  async function start() {
    try {
      await send("POST", "/api/backups", {});
      toast(t("backups.started"));
    } catch (error) {
      toastError(errorText(error));
    }
    source.load();
  }

  function view() {
    const now = source.data;
    if (!now) return null;
    const rows = parts.filter((name) => now[name]);
    return h(
      "section",
      { key: "backups", "aria-labelledby": "backups-title" },
      h("h2", { class: "section-title", id: "backups-title" }, t("backups.title")),
      h(
        "div",
        { class: "form-buttons" },
        h(
          "button",
          { type: "button", class: "button", disabled: now.running, on: { click: start } },
          icon("copy"),
          t(now.running ? "backups.running" : "backups.start"),
        ),
      ),
      rows.length
        ? h(
            "ol",
            { class: "deliveries" },
            rows.map((name) => partRow(name, now[name], zone)),
          )
        : null,
      h(
        "p",
        { class: rows.length ? "menu-lead" : "panel-empty" },
        now.backups.length ? t("backups.kept", { n: now.backups.length }) : t("backups.none"),
      ),
    );
  }

  return { load: () => source.load(), close: () => source.close(), view };
}
