/*
 * order-words.js: what has become of an order to Cal.com, in a sentence, and the banner that says it.
 */
import { h, icon } from "../lib/dom.js";
import { has, t } from "../lib/i18n.js";
import { errorText } from "./parts.js";

export function orderText(error) {
  const key = `order.${error?.reason}`;
  return error?.reason && has(key) ? t(key) : errorText(error);
}

/* Cal.com's own words, where ours do not say it all. */
export function detailText(error) {
  return error.detail && error.reason !== "slot_taken"
    ? t("order.detail", { text: error.detail })
    : null;
}

/* What went wrong, that nothing was changed, and Cal.com's own words where there are any. */
export function orderBanner(error, ...more) {
  return h(
    "div",
    { class: "banner banner-bad", role: "alert", key: "order-error" },
    icon("alert"),
    h(
      "div",
      null,
      h("strong", null, orderText(error)),
      detailText(error) ? h("p", null, detailText(error)) : null,
      more,
    ),
  );
}

export function waitBanner() {
  return h(
    "div",
    { class: "banner", role: "status", key: "order-wait" },
    icon("hourglass"),
    h("div", null, h("strong", null, t("order.wait")), h("p", null, t("order.wait_text"))),
  );
}
