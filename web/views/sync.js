/*
 * sync.js: how well the box keeps up with Cal.com: is it right now, what came in, what failed and why,
 * and try again. Each red line says cause and cure.
 */
import { get, send } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { h, icon } from "../lib/dom.js";
import { patchPage } from "../lib/place.js";
import { capital, has, percentText, t } from "../lib/i18n.js";
import { resource } from "../lib/resource.js";
import { links } from "../lib/router.js";
import { toast, toastError } from "../lib/toast.js";
import { clockNow } from "../lib/time.js";
import { healthText, sortedMessages, verifiedText, webhookText } from "./health-line.js";
import { syncBackups } from "./sync-backups.js";
import { syncDoctor } from "./sync-doctor.js";
import { syncRuns } from "./sync-runs.js";
import { syncSubscription } from "./sync-subscription.js";
import { empty, errorBanner, errorText, momentText, offlineBanner, skeleton } from "./parts.js";

const statuses = ["success", "duplicate", "ignored", "error", "processing"];
const pictures = {
  success: "check",
  duplicate: "copy",
  ignored: "minus",
  error: "alert",
  processing: "clock",
};
const PAGE = 50;

export function open(main, route, shell) {
  const zone = shell.session.salon.timezone;
  const owner = shell.session.user.role === "owner"; // the text of a delivery is the owner's alone
  let status = "";
  let older = []; // pages asked for with "show more"
  let moreLeft = null;
  const query = (before) =>
    `/api/webhooks?limit=${PAGE}${status ? `&status=${status}` : ""}${before ? `&before=${encodeURIComponent(before)}` : ""}`;
  const deliveries = resource(() => query(), render);
  const health = resource(() => "/api/health", render);
  const runs = syncRuns(zone, render);
  const backups = owner ? syncBackups(zone, render) : null;
  const doctor = owner ? syncDoctor(render) : null;
  const subscription = owner ? syncSubscription(render) : null;

  function load() {
    return Promise.all([deliveries.load(), health.load(), runs.load(), backups?.load()]);
  }

  function choose(next) {
    status = next;
    older = [];
    moreLeft = null;
    deliveries.reset();
    render();
  }

  async function more(rows) {
    try {
      const answer = await get(query(rows.at(-1).id));
      older = [...older, ...answer.deliveries];
      moreLeft = answer.more;
      render();
    } catch (error) {
      toastError(errorText(error));
    }
  }

  async function replay(row, close) {
    try {
      const answer = await send("POST", `/api/webhooks/${encodeURIComponent(row.id)}/replay`);
      close?.();
      if (answer.status === "error")
        toastError(t("sync.replay_failed", { reason: answer.error ?? "" }));
      else toast(t("sync.replayed"));
    } catch (error) {
      toastError(t("sync.replay_failed", { reason: errorText(error) }));
    }
    older = [];
    moreLeft = null;
    load();
  }

  function pretty(payload) {
    try {
      return JSON.stringify(JSON.parse(payload), null, 2);
    } catch {
      return payload;
    }
  }

  async function show(row) {
    try {
      const full = await get(`/api/webhooks/${encodeURIComponent(row.id)}`);
      const payload =
        typeof full.payload === "string"
          ? pretty(full.payload)
          : full.payload && JSON.stringify(full.payload, null, 2);
      openDialog({
        title: triggerText(full),
        kind: "form",
        body: (close) => [
          h("p", { class: "menu-lead" }, momentText(full.created_at, zone, clockNow())),
          full.error
            ? h("p", { class: "form-error" }, icon("alert"), h("span", null, full.error))
            : null,
          h(
            "div",
            { class: "form-buttons" },
            full.event_id
              ? h(
                  "a",
                  { class: "button", href: links.appointment(full.event_id) },
                  icon("open"),
                  t("desk.open"),
                )
              : null,
            full.status === "error"
              ? h(
                  "button",
                  {
                    type: "button",
                    class: "button button-primary",
                    on: { click: () => replay(full, close) },
                  },
                  icon("rotate"),
                  t("sync.replay"),
                )
              : null,
          ),
          payload
            ? h(
                "pre",
                { class: "payload", tabindex: "0", "aria-label": t("sync.payload") },
                payload,
              )
            : h("p", null, t("sync.payload_gone")),
        ],
      });
    } catch (error) {
      toastError(errorText(error));
    }
  }

  function triggerText(row) {
    const key = `trigger.${row.trigger}`;
    return has(key) ? t(key) : (row.trigger ?? t("trigger.unknown"));
  }

  function deliveryRow(row) {
    return h(
      "li",
      { class: `delivery delivery-${row.status}`, id: `delivery-${row.id}`, key: row.id },
      h("span", { class: "delivery-time" }, momentText(row.created_at, zone, clockNow())),
      h(
        "span",
        { class: `badge badge-${row.status}` },
        icon(pictures[row.status] ?? "info"),
        h("span", null, t(`delivery.${row.status}`)),
      ),
      h(
        "span",
        { class: "delivery-what" },
        h("b", null, triggerText(row)),
        row.repeat_count
          ? h("span", { class: "delivery-times" }, t("sync.repeats", { n: row.repeat_count }))
          : null,
        row.error ? h("span", { class: "delivery-reason" }, row.error) : null,
      ),
      h(
        "span",
        { class: "delivery-buttons" },
        row.status === "error"
          ? h(
              "button",
              { type: "button", class: "button", on: { click: () => replay(row) } },
              icon("rotate"),
              t("sync.replay"),
            )
          : null,
        owner
          ? h(
              "button",
              {
                type: "button",
                class: "button button-icon",
                "aria-haspopup": "dialog",
                "aria-label": t("sync.show", { what: triggerText(row) }),
                on: { click: () => show(row) },
              },
              icon("open"),
            )
          : null,
      ),
    );
  }

  function number(picture, value, label, bad) {
    return h(
      "div",
      { class: `number${bad ? " number-bad" : ""}` },
      icon(picture),
      h("p", { class: "number-value" }, value),
      h("p", { class: "number-label" }, label),
    );
  }

  function overview(now) {
    const counts = deliveries.data?.counts_24h ?? {};
    const rate = deliveries.data?.success_rate_24h;
    const share =
      typeof rate === "number" ? percentText(rate > 1 ? rate / 100 : rate) : t("sync.none");
    const total = statuses.reduce((sum, name) => sum + (counts[name] ?? 0), 0);
    return h(
      "div",
      { class: "numbers", key: "numbers" },
      number(
        "shield",
        now.verified_at ? momentText(now.verified_at, zone, clockNow()) : t("sync.never"),
        t("sync.verified_label"),
        !now.verified_at && now.level === "bad",
      ),
      number(
        "bell",
        now.last_webhook_at ? momentText(now.last_webhook_at, zone, clockNow()) : t("sync.never"),
        t("sync.webhook_label"),
      ),
      number("check", share, t("sync.rate_label"), counts.error > 0),
      number("inbox", String(total), t("sync.total_label")),
    );
  }

  function truth(now) {
    const messages = sortedMessages(now);
    if (!messages.length) {
      return h(
        "div",
        { class: "banner banner-good", key: "truth" },
        icon("shield"),
        h(
          "div",
          null,
          h("strong", null, t("sync.good")),
          h("p", null, `${verifiedText(now, zone)}. ${capital(webhookText(now))}.`),
        ),
      );
    }
    return h(
      "ul",
      { class: "truths", key: "truth" },
      messages.map((message) =>
        h(
          "li",
          { class: `banner banner-${message.level}`, key: message.code },
          icon(message.level === "bad" ? "alert" : "info"),
          h(
            "div",
            null,
            h("strong", null, healthText(message)),
            h("p", null, healthText(message, "cure")),
          ),
        ),
      ),
    );
  }

  function list() {
    const rows = [
      ...deliveries.data.deliveries,
      ...older.filter((row) => !deliveries.data.deliveries.some((d) => d.id === row.id)),
    ];
    const left = moreLeft ?? deliveries.data.more;
    if (!rows.length)
      return empty(
        "inbox",
        t(status ? "sync.empty_filter" : "sync.empty"),
        t(status ? "sync.empty_filter_text" : "sync.empty_text"),
      );
    return h(
      "div",
      { key: "list" },
      h("ol", { class: "deliveries" }, rows.map(deliveryRow)),
      left
        ? h(
            "button",
            { type: "button", class: "button", on: { click: () => more(rows) } },
            t("sync.more"),
          )
        : null,
    );
  }

  function render() {
    const now = health.data;
    patchPage(
      main,
      h(
        "header",
        { class: "page-head", key: "head" },
        h(
          "div",
          { class: "page-title" },
          h("p", { class: "eyebrow" }, shell.session.salon.name),
          h("h1", { tabindex: "-1" }, t("sync.title")),
        ),
      ),
      health.offline ? offlineBanner(health.at, zone) : null,
      health.error ? errorBanner(health.error) : null,
      now ? [truth(now), overview(now)] : null,
      runs.view(),
      backups?.view(),
      doctor?.view(),
      subscription?.view(),
      h("h2", { class: "section-title", key: "h2" }, t("sync.deliveries")),
      h(
        "div",
        { class: "filters", key: "filters", role: "group", "aria-label": t("filter.label") },
        ["", ...statuses.slice(0, 4)].map((name) =>
          h(
            "button",
            {
              type: "button",
              class: "filter",
              key: name || "all",
              "data-filter": name || "all",
              "aria-pressed": name === status ? "true" : "false",
              on: { click: () => choose(name) },
            },
            t(name ? `delivery.${name}` : "filter.all"),
            name && deliveries.data
              ? h(
                  "span",
                  { class: "filter-count" },
                  String(deliveries.data.counts_24h?.[name] ?? 0),
                )
              : null,
          ),
        ),
      ),
      deliveries.data ? list() : deliveries.offline ? null : skeleton("line", 6),
    );
    shell.setTitle(t("sync.title"));
  }

  render();
  load();
  return {
    refresh: load,
    tick: render,
    close() {
      deliveries.close();
      health.close();
      runs.close();
      backups?.close();
    },
  };
}
