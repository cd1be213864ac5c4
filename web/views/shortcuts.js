/*
 * shortcuts.js: the list behind "?".
 */
import { openDialog } from "../lib/dialog.js";
import { h, icon } from "../lib/dom.js";
import { language, t } from "../lib/i18n.js";
import { keysEnable, keysEnabled } from "../lib/keys.js";
import { needStyle } from "../lib/style.js";
import { places } from "./places.js";

const keys = [
  ["←", "previous"],
  ["→", "next"],
  ["g", "pick"],
  ["j", "down"],
  ["k", "up"],
  ["/", "search"],
  ["u", "undo"],
  ["p", "print"],
  ["?", "help"],
];

/* A document of its own: it can be read also by those who cannot sign in. */
export const manualPage = (page = "first-day") => `/manual/${page}.${language()}.html`;

function row(key, text) {
  return h("div", null, h("dt", null, h("kbd", null, key)), h("dd", null, text));
}

export function openShortcuts(user) {
  needStyle("/css/fields.css");
  openDialog({
    title: t("keys.title"),
    kind: "menu",
    body: () => [
      h(
        "dl",
        { class: "keys" },
        places(user)
          .filter(({ key }) => key)
          .map(({ key, page }) => row(key, t(`nav.${page}`))),
        keys.map(([key, name]) => row(key, t(`keys.${name}`))),
      ),
      h(
        "label",
        { class: "switch" },
        h("input", {
          type: "checkbox",
          role: "switch",
          checked: keysEnabled(),
          on: { change: (event) => keysEnable(event.target.checked) },
        }),
        h("span", null, t("keys.enable")),
      ),
      h("a", { class: "button", href: manualPage() }, icon("open"), t("manual.open")),
    ],
  });
}
