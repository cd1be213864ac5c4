/*
 * messages.js: text messages: whom to call, what is planned, what went out and what came back. A text
 * that did not arrive is never just a line among others: it is on the first list until somebody ticks
 * it off.
 */
import { get, send } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { patchPage } from "../lib/place.js";
import { resource } from "../lib/resource.js";
import { links } from "../lib/router.js";
import { failureText, reasonText, stateText, textIcons, whenText } from "../lib/texts.js";
import { clockNow, wallClock } from "../lib/time.js";
import { toast, toastError } from "../lib/toast.js";
import { openDayText, openText } from "./message-write.js";
import { empty, errorBanner, errorText, listText, offlineBanner, skeleton } from "./parts.js";

const groups = ["calls", "planned", "sent", "received"];
const PAGE = 50;

export function open(main, route, shell) {
  const zone = shell.session.salon.timezone;
  let group = groups.includes(route.rest[0]) ? route.rest[0] : "calls";
  let older = [];
  let moreLeft = null;
  const path = (before) =>
    group === "calls"
      ? "/api/messages/calls"
      : `/api/messages?group=${group}&limit=${PAGE}${before ? `&before=${encodeURIComponent(before)}` : ""}`;
  const source = resource(() => path(), render);
  const today = () => wallClock(clockNow(), zone).day;

  function choose(next) {
    group = next;
    older = [];
    moreLeft = null;
    source.reset();
    render();
  }

  async function more(rows) {
    try {
      const answer = await get(path(rows.at(-1).id));
      older = [...older, ...answer.messages];
      moreLeft = answer.more;
      render();
    } catch (error) {
      toastError(errorText(error));
    }
  }

  /* Ticks off or takes back, with a way to undo it. */
  async function change(message, what, said) {
    const ask = (undo) =>
      send("POST", `/api/messages/${encodeURIComponent(message.id)}/${what}`, { undo });
    try {
      await ask(false);
      toast(t(said, { name: nameOf(message) }), async () => {
        try {
          await ask(true);
          source.load();
        } catch (error) {
          toastError(errorText(error));
        }
      });
    } catch (error) {
      toastError(errorText(error));
    }
    source.load();
  }

  function nameOf(message) {
    const client = message.client;
    if (client) return [client.name, client.surname].filter(Boolean).join(" ");
    return message.phone_display ?? t("text.stranger");
  }

  function about(message) {
    const pets = message.pets.length ? listText(message.pets) : "";
    const parts = [pets, message.start_local ? whenText(message.start_local, today()) : ""];
    const text = parts.filter(Boolean).join(", ");
    if (!text) return null;
    return message.event_id
      ? h("a", { class: "text-visit", href: links.appointment(message.event_id) }, text)
      : h("span", { class: "text-visit" }, text);
  }

  function state(message) {
    const answer = message.direction === "in" && message.answer !== "other" ? message.answer : null;
    return h(
      "span",
      { class: `badge badge-text-${message.state}` },
      icon(textIcons[message.state] ?? "info"),
      h("span", null, answer ? t(`text.answer.${answer}`) : stateText(message.state)),
    );
  }

  function moment(message) {
    const local =
      message.state === "planned"
        ? message.due_local
        : (message.sent_local ?? (message.state === "none" ? null : message.created_local));
    return whenText(local, today());
  }

  function why(message) {
    if (message.reason) return t("text.none", { reason: reasonText(message.reason) });
    if (["undelivered", "failed"].includes(message.state)) return failureText(message);
    return message.state === "unknown" ? t("text.unknown_why") : "";
  }

  function buttons(message) {
    const name = nameOf(message);
    const list = [];
    if (message.phone && group === "calls")
      list.push(
        h(
          "a",
          {
            class: "button",
            href: `tel:${message.phone.replace(/[^+\d]/g, "")}`,
            "aria-label": t("visit.call", { phone: `${name}, ${message.phone_display}` }),
          },
          icon("phone"),
          message.phone_display,
        ),
      );
    if (group === "calls" && message.state !== "none")
      list.push(
        h(
          "button",
          {
            type: "button",
            class: "button",
            "aria-label": t("text.handled_of", { name }),
            on: { click: () => change(message, "handled", "text.handled_done") },
          },
          icon("check"),
          t("text.handled"),
        ),
      );
    if (message.state === "planned")
      list.push(
        h(
          "button",
          {
            type: "button",
            class: "button",
            "aria-label": t("text.take_back_of", { name }),
            on: { click: () => change(message, "take-back", "text.taken_back") },
          },
          icon("cancel"),
          t("text.take_back"),
        ),
      );
    if (message.client && message.direction === "in")
      list.push(
        h(
          "button",
          {
            type: "button",
            class: "button",
            "aria-haspopup": "dialog",
            "aria-label": t("text.reply_to", { name }),
            on: { click: () => openText({ client: message.client.id, name }, () => source.load()) },
          },
          icon("message"),
          t("text.reply"),
        ),
      );
    return list;
  }

  function row(message) {
    const reason = why(message);
    return h(
      "li",
      { class: "text-row", id: `text-${message.id}`, key: message.id },
      h(
        "div",
        { class: "text-head" },
        h("b", { class: "text-name" }, nameOf(message)),
        state(message),
        h("span", { class: "text-when" }, moment(message)),
      ),
      h("div", { class: "text-about" }, about(message)),
      message.text ? h("blockquote", { class: "text-words" }, message.text) : null,
      reason ? h("p", { class: "text-why" }, icon("info"), h("span", null, reason)) : null,
      h("div", { class: "text-buttons" }, buttons(message)),
    );
  }

  function listOf(rows) {
    return h("ul", { class: "text-list" }, rows.map(row));
  }

  function content(data) {
    const rows = [
      ...data.messages,
      ...older.filter((message) => !data.messages.some((m) => m.id === message.id)),
    ];
    const silent = group === "calls" ? data.silent : [];
    if (!rows.length && !silent.length)
      return empty("inbox", t(`messages.empty.${group}`), t(`messages.empty.${group}_text`));
    const left = moreLeft ?? data.more;
    return h(
      "div",
      { key: `list-${group}` },
      rows.length ? listOf(rows) : null,
      silent.length
        ? [h("h2", { class: "section-title" }, t("messages.silent")), listOf(silent)]
        : null,
      left && group !== "planned"
        ? h(
            "button",
            { type: "button", class: "button", on: { click: () => more(rows) } },
            t("messages.more"),
          )
        : null,
    );
  }

  /* What keeps texts from going out, before anything else. */
  function trouble(data) {
    const owner = shell.session.user.role === "owner";
    if (data.problem)
      return notice("bad", t("messages.problem"), data.problem, owner);
    if (!data.able) return notice("warn", t("messages.off"), t("messages.off_text"), owner);
    if (data.pretend) return notice("info", t("messages.pretend"), t("messages.pretend_text"), false);
    return null;
  }

  function notice(level, title, text, settings) {
    return h(
      "div",
      { class: `banner banner-${level}`, role: "status", key: "trouble" },
      icon(level === "bad" ? "alert" : "info"),
      h(
        "div",
        null,
        h("strong", null, title),
        h("p", null, text),
        settings ? h("p", null, h("a", { href: links.textSettings() }, t("messages.settings"))) : null,
      ),
    );
  }

  function render() {
    const data = source.data;
    patchPage(
      main,
      h(
        "header",
        { class: "page-head", key: "head" },
        h(
          "div",
          { class: "page-title" },
          h("p", { class: "eyebrow" }, shell.session.salon.name),
          h("h1", { tabindex: "-1" }, t("messages.title")),
        ),
        h(
          "div",
          { class: "page-tools" },
          h(
            "button",
            {
              type: "button",
              class: "button",
              "aria-haspopup": "dialog",
              on: { click: () => openDayText(today(), () => source.load()) },
            },
            icon("bell"),
            t("messages.day"),
          ),
          shell.session.user.role === "owner"
            ? h(
                "a",
                { class: "button", href: links.textSettings() },
                icon("tag"),
                t("messages.settings"),
              )
            : null,
        ),
      ),
      source.offline ? offlineBanner(source.at, zone) : null,
      source.error ? errorBanner(source.error) : null,
      data ? trouble(data) : null,
      h(
        "div",
        { class: "filters", key: "filters", role: "group", "aria-label": t("filter.label") },
        groups.map((name) =>
          h(
            "button",
            {
              type: "button",
              class: "filter",
              key: name,
              "data-filter": name,
              "aria-pressed": name === group ? "true" : "false",
              on: { click: () => choose(name) },
            },
            t(`messages.group.${name}`),
          ),
        ),
      ),
      data ? content(data) : source.offline || source.error ? null : skeleton("line", 6),
    );
    shell.setTitle(t("messages.title"));
  }

  render();
  source.load();
  return {
    refresh: () => source.load(),
    tick: render,
    close: () => source.close(),
  };
}
