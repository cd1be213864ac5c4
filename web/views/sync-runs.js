/*
 * sync-runs.js: the part of the sync page about comparing with Cal.com: when it was done, what it found,
 * what webhooks had missed, and the button that does it now.
 */
import { send } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { has, t } from "../lib/i18n.js";
import { resource } from "../lib/resource.js";
import { clockNow } from "../lib/time.js";
import { toast, toastError } from "../lib/toast.js";
import { errorText, momentText } from "./parts.js";

const SHOWN = 8;
const pictures = { complete: "check", running: "clock", stopped: "alert", failed: "alert" };
const badges = { complete: "success", running: "processing", stopped: "error", failed: "error" };

function statusText(run) {
  return has(`runs.status.${run.status}`) ? t(`runs.status.${run.status}`) : run.status;
}

function causeText(run) {
  return has(`runs.cause.${run.cause}`) ? t(`runs.cause.${run.cause}`) : run.cause;
}

function changesText(changes) {
  const parts = Object.entries(changes)
    .filter(([, n]) => n > 0)
    .map(([kind, n]) => t(`runs.changed_${kind}`, { n }));
  return parts.length ? parts.join(", ") : t("runs.no_changes");
}

function runRow(run, zone) {
  return h(
    "li",
    { class: "delivery", key: run.id },
    h("span", { class: "delivery-time" }, momentText(run.started_at, zone, clockNow())),
    h(
      "span",
      { class: `badge badge-${badges[run.status] ?? "processing"}` },
      icon(pictures[run.status] ?? "info"),
      h("span", null, statusText(run)),
    ),
    h(
      "span",
      { class: "delivery-what" },
      h("b", null, causeText(run)),
      h("span", { class: "delivery-times" }, t("runs.seen", { n: run.seen })),
      h("span", { class: "delivery-times" }, changesText(run.changes)),
      run.missed
        ? h("span", { class: "delivery-reason" }, t("runs.missed", { n: run.missed }))
        : null,
      run.error ? h("span", { class: "delivery-reason" }, run.error) : null,
    ),
  );
}

/* {load(), view()}: render is called when there is something new to show. */
export function syncRuns(zone, render) {
  const source = resource(() => "/api/reconcile", render);

  async function start() {
    try {
      await send("POST", "/api/reconcile", {});
      toast(t("runs.started"));
    } catch (error) {
      toastError(errorText(error));
    }
    source.load();
  }

  function view() {
    const now = source.data;
    if (!now) return null;
    return h(
      "section",
      { key: "runs", "aria-labelledby": "runs-title" },
      h(
        "div",
        { class: "section-head" },
        h("h2", { class: "section-title", id: "runs-title" }, t("runs.title")),
        now.has_key
          ? h(
              "button",
              { type: "button", class: "button", disabled: now.running, on: { click: start } },
              icon("rotate"),
              t(now.running ? "runs.running" : "runs.start"),
            )
          : null,
      ),
      now.runs.length
        ? h(
            "ol",
            { class: "deliveries" },
            now.runs.slice(0, SHOWN).map((run) => runRow(run, zone)),
          )
        : h("p", { class: "panel-empty" }, t("runs.none")),
    );
  }

  return { load: () => source.load(), close: () => source.close(), view };
}
