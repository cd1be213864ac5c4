/*
 * sync-subscription.js: the part of the sync page about Cal.com's webhook: what differs from what it
 * should be, shown first, and the button that makes it right.
 */
import { get, send } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

const ASK_MS = 25000;

/* {view()}: render is called when there is something new to show. */
export function syncSubscription(render) {
  let found = null;
  let failure = null;
  let busy = false;

  async function run(ask) {
    if (busy) return;
    busy = true;
    failure = null;
    render();
    try {
      found = await ask();
    } catch (error) {
      failure = error;
    }
    busy = false;
    render();
  }

  const look = () => run(() => get("/api/webhook-subscription", { timeout: ASK_MS }));
  const repair = () =>
    run(() => send("POST", "/api/webhook-subscription", {}, { timeout: ASK_MS * 2 }));

  function button(name, picture, text, on, primary) {
    return h(
      "button",
      {
        type: "button",
        class: `button${primary ? " button-primary" : ""}`,
        "data-subscription": name,
        key: name,
        "aria-disabled": busy ? "true" : null,
        on: { click: on },
      },
      icon(picture),
      text,
    );
  }

  function outcome() {
    if (failure)
      return h(
        "div",
        { class: "banner banner-bad", role: "alert", key: "failure" },
        icon("alert"),
        h(
          "div",
          null,
          h("strong", null, t("subscription.failed")),
          // What is wrong with the key, the address or the network: the box says it, not Cal.com's page.
          h("p", null, failure.message),
        ),
      );
    if (!found) return null;
    const right = found.state === "ok";
    return h(
      "div",
      { class: `banner ${right ? "banner-good" : "banner-bad"}`, role: "status", key: "found" },
      icon(right ? "check" : "alert"),
      h(
        "div",
        null,
        h(
          "strong",
          null,
          t(right && found.changed ? "subscription.repaired" : `subscription.state.${found.state}`),
        ),
        found.changed && !right ? h("p", null, t("subscription.still")) : null,
        found.missing_triggers && !right ? h("p", null, found.missing_triggers) : null,
        h("p", null, t("subscription.url", { url: found.url })),
        found.other_url ? h("p", null, t("subscription.other", { url: found.other_url })) : null,
      ),
    );
  }

  function view() {
    const wrong = found && !["ok", "twice"].includes(found.state);
    return h(
      "section",
      { key: "subscription", "aria-labelledby": "subscription-title" },
      h("h2", { class: "section-title", id: "subscription-title" }, t("subscription.title")),
      outcome(),
      h(
        "div",
        { class: "form-buttons" },
        button("look", "shield", t(busy ? "subscription.busy" : "subscription.look"), look, false),
        wrong
          ? button(
              "repair",
              "check",
              t(found.state === "none" ? "subscription.make" : "subscription.repair"),
              repair,
              true,
            )
          : null,
      ),
    );
  }

  return { view };
}
