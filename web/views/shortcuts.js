/*
 * shortcuts.js: the list behind "?".
 */
import { openDialog } from "../lib/dialog.js";
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { keysEnable, keysEnabled } from "../lib/keys.js";

const keys = [
  ["t", "today"],
  ["w", "week"],
  ["←", "previous"],
  ["→", "next"],
  ["g", "pick"],
  ["j", "down"],
  ["k", "up"],
  ["u", "undo"],
  ["p", "print"],
  ["s", "sync"],
  ["?", "help"],
];

export function openShortcuts() {
  openDialog({
    title: t("keys.title"),
    kind: "menu",
    body: () => [
      h(
        "dl",
        { class: "keys" },
        keys.map(([key, name]) =>
          h("div", null, h("dt", null, h("kbd", null, key)), h("dd", null, t(`keys.${name}`))),
        ),
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
    ],
  });
}
