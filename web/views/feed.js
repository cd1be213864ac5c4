/*
 * feed.js: one's private calendar address for a phone: made, shown once, revoked.
 */
import { send } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { resource } from "../lib/resource.js";
import { toast, toastError } from "../lib/toast.js";
import { errorText } from "./parts.js";

/* {view(), load(), close()}; render() is called when it has something new. */
export function feedPanel(session, render) {
  const source = resource(() => "/api/feed", render);
  let address = null; // only until the page is left

  async function make() {
    try {
      address = location.origin + (await send("POST", "/api/feed")).path;
      source.load();
    } catch (error) {
      toastError(errorText(error));
    }
    render();
  }

  async function revoke() {
    try {
      await send("DELETE", "/api/feed");
      address = null;
      toast(t("feed.revoked"));
      source.load();
    } catch (error) {
      toastError(errorText(error));
    }
    render();
  }

  return {
    load: () => source.load(),
    close: () => source.close(),
    view() {
      const exists = source.data?.exists;
      return h(
        "section",
        { class: "panel", key: "feed", "aria-labelledby": "feed-title" },
        h("h2", { class: "panel-title", id: "feed-title" }, t("feed.title")),
        h("p", { class: "muted" }, t("feed.lead")),
        address
          ? h(
              "div",
              { class: "field" },
              h("label", { for: "feed-address" }, t("feed.address")),
              h("input", { id: "feed-address", readonly: true, value: address, on: { focus: (event) => event.target.select() } }),
              h("p", { class: "field-hint" }, t("feed.once")),
            )
          : null,
        session.by_pin
          ? h("p", { class: "muted" }, t("feed.password"))
          : h(
              "div",
              { class: "form-buttons" },
              h(
                "button",
                { type: "button", class: "button", "data-action": "feed", on: { click: make } },
                icon("calendar"),
                t(exists ? "feed.renew" : "feed.make"),
              ),
              exists
                ? h(
                    "button",
                    { type: "button", class: "button", "data-action": "feed-revoke", on: { click: revoke } },
                    icon("cancel"),
                    t("feed.revoke"),
                  )
                : null,
            ),
      );
    },
  };
}
