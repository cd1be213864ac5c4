/*
 * clients.js: the card index: everybody by surname, page by page, or whoever the words fit.
 */
import { get } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { patchPage } from "../lib/place.js";
import { resource } from "../lib/resource.js";
import { links } from "../lib/router.js";
import { toastError } from "../lib/toast.js";
import { petNames } from "./candidate.js";
import { personName } from "./client-fields.js";
import { pageHead } from "./page-head.js";
import { empty, errorBanner, errorText, offlineBanner, skeleton } from "./parts.js";

const PAGE = 50;
const PAUSE_MS = 150;

export function open(main, route, shell) {
  let typed = "";
  let archived = false;
  let further = []; // rows of the pages after the first
  let next = null;
  let timer = 0;
  const source = resource(address, () => {
    if (!further.length) next = source.data?.next ?? null;
    render();
  });
  const waiting = resource(() => "/api/unlinked?limit=1", render);

  function address() {
    const query = new URLSearchParams({ limit: String(PAGE), archived: archived ? "1" : "0" });
    if (typed.trim()) query.set("q", typed.trim());
    return `/api/clients?${query}`;
  }

  function again() {
    further = [];
    next = null;
    source.reset(source.data, source.at);
  }

  function type(event) {
    typed = event.target.value;
    clearTimeout(timer);
    timer = setTimeout(again, PAUSE_MS);
  }

  async function more() {
    try {
      const page = await get(`${address()}&after=${encodeURIComponent(next)}`);
      further.push(...page.clients);
      next = page.next;
    } catch (error) {
      toastError(errorText(error));
    }
    render();
  }

  function row(client) {
    return h(
      "li",
      { class: "index-row", key: client.id },
      h(
        "a",
        { class: "index-open", href: links.client(client.id) },
        h("span", { class: "index-name" }, personName(client)),
        h("span", { class: "index-phone" }, client.phone_display ?? client.email ?? ""),
        h(
          "span",
          { class: "index-pets" },
          client.pets.length ? [icon("paw"), h("span", null, petNames(client.pets))] : null,
        ),
      ),
    );
  }

  function list() {
    if (!source.data) return source.offline || source.error ? null : skeleton("line", 6);
    const rows = [...source.data.clients, ...further];
    if (!rows.length && typed.trim())
      return empty("cards", t("clients.none"), t("clients.none_text"), newButton());
    if (!rows.length && archived)
      return empty("cards", t("clients.no_archived"), t("clients.no_archived_text"));
    if (!rows.length)
      return empty(
        "sleeping-dog",
        t("clients.empty"),
        t("clients.empty_text"),
        newButton(),
        shell.session.user.role === "owner"
          ? h("a", { class: "button", href: links.importing() }, icon("upload"), t("import.title"))
          : null,
      );
    return [
      h("ul", { class: "index", key: "list", "aria-label": t("nav.clients") }, rows.map(row)),
      next
        ? h(
            "button",
            { type: "button", class: "button button-wide", key: "next", on: { click: more } },
            t("clients.more"),
          )
        : null,
    ];
  }

  const newButton = () =>
    h(
      "a",
      { class: "button button-primary", href: links.clientNew() },
      icon("plus"),
      t("client.new"),
    );

  function render() {
    const count = waiting.data?.count ?? 0;
    patchPage(
      main,
      pageHead({
        title: t("nav.clients"),
        eyebrow: shell.session.salon.name,
        tools: [newButton()],
      }),
      source.offline ? offlineBanner(source.data ? source.at : 0, shell.session.salon.timezone) : null,
      source.error ? errorBanner(source.error) : null,
      count
        ? h(
            "a",
            { class: "banner banner-link", key: "waiting", href: links.unlinked() },
            icon("link"),
            h("b", null, t("unlinked.count", { n: count })),
            icon("right"),
          )
        : null,
      h(
        "div",
        { class: "index-tools", key: "tools" },
        h(
          "label",
          { class: "search-field", for: "clients-search" },
          icon("search"),
          h("span", { class: "sr-only" }, t("clients.search")),
          h("input", {
            id: "clients-search",
            type: "search",
            placeholder: t("clients.search"),
            autocomplete: "off",
            value: typed,
            on: { input: type },
          }),
        ),
        h(
          "button",
          {
            type: "button",
            class: "filter",
            "aria-pressed": archived ? "true" : "false",
            on: {
              click: () => {
                archived = !archived;
                again();
                render();
              },
            },
          },
          icon("archive"),
          t("clients.archived"),
        ),
      ),
      h("div", { class: "index-list", key: "rows" }, list()),
    );
    shell.setTitle(t("nav.clients"));
  }

  render();
  source.load();
  waiting.load();
  return {
    refresh() {
      if (!further.length) source.load();
      waiting.load();
    },
    tick() {},
    close() {
      clearTimeout(timer);
      source.close();
      waiting.close();
    },
  };
}
