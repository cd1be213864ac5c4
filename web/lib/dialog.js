/*
 * dialog.js: a modal sheet. The browser's own <dialog> keeps the focus inside, closes on Escape and
 * gives the focus back to what opened it.
 */
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";

let count = 0;

/* Opens a dialog; body is a node or a function that gets close() and returns nodes. kind "menu" is a
 * sheet of choices, "form" a wider page. Returns {close, element}. */
export function openDialog({ title, body, kind = "menu", onClose = null }) {
  const id = `dialog-${++count}`;
  const element = h("dialog", { class: `dialog dialog-${kind}`, "aria-labelledby": id });
  const close = () => element.close();
  element.append(
    h(
      "div",
      { class: "dialog-head" },
      h("h2", { id, class: "dialog-title", tabindex: "-1", autofocus: true }, title),
      h(
        "button",
        {
          type: "button",
          class: "button button-icon",
          "aria-label": t("common.close"),
          on: { click: close },
        },
        icon("close"),
      ),
    ),
    h("div", { class: "dialog-body" }, typeof body === "function" ? body(close) : body),
  );
  element.addEventListener("click", (event) => {
    if (event.target === element) close(); // the backdrop
  });
  element.addEventListener("close", () => {
    element.remove();
    onClose?.();
  });
  document.body.append(element);
  element.showModal();
  return { close, element };
}

/* Closes whatever is open, when the page moves on beneath it. */
export function closeDialogs() {
  for (const element of document.querySelectorAll("dialog[open]")) element.close();
}
