/*
 * page-head.js: the head of a page that is not a day: a way back, what it is, what can be done.
 */
import { h, icon } from "../lib/dom.js";

export function pageHead({ title, eyebrow, back, backLabel, picture, tools }) {
  return h(
    "header",
    { class: "page-head", key: "head" },
    back
      ? h("a", { class: "button button-icon", href: back, "aria-label": backLabel }, icon("left"))
      : null,
    picture ?? null,
    h(
      "div",
      { class: "page-title" },
      eyebrow ? h("p", { class: "eyebrow" }, eyebrow) : null,
      h("h1", { tabindex: "-1" }, title),
    ),
    tools?.length ? h("div", { class: "page-tools" }, tools) : null,
  );
}
