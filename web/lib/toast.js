/*
 * toast.js: one short sentence at the foot of the page, with an undo where there is one.
 *
 * News is announced politely and goes by itself, later when a hand or the keyboard is on it; a
 * failure is announced at once and stays until it is closed.
 */
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";

const STAY_MS = 8000;
let current = null;

function region(kind) {
  return document.getElementById(kind === "error" ? "alerts" : "toasts");
}

function close(toast) {
  clearTimeout(toast.timer);
  toast.element.remove();
  if (current === toast) current = null;
}

function stay(toast) {
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => close(toast), STAY_MS);
}

function show(kind, text, undo) {
  if (current) close(current);
  const toast = { undo, timer: 0, element: null };
  const run = () => {
    close(toast);
    undo();
  };
  toast.element = h(
    "div",
    {
      class: `toast toast-${kind}`,
      on: {
        pointerenter: () => clearTimeout(toast.timer),
        pointerleave: () => kind !== "error" && stay(toast),
        focusin: () => clearTimeout(toast.timer),
        focusout: () => kind !== "error" && stay(toast),
      },
    },
    icon(kind === "error" ? "alert" : "check"),
    h("p", { class: "toast-text" }, text),
    undo &&
      h(
        "button",
        { type: "button", class: "button toast-undo", on: { click: run } },
        icon("undo"),
        t("toast.undo"),
      ),
    h(
      "button",
      {
        type: "button",
        class: "button button-icon",
        "aria-label": t("common.close"),
        on: { click: () => close(toast) },
      },
      icon("close"),
    ),
  );
  current = toast;
  region(kind).append(toast.element);
  if (kind !== "error") stay(toast);
}

export function toast(text, undo = null) {
  show("news", text, undo);
}

export function toastError(text) {
  show("error", text, null);
}

/* The last undo on offer, for the keyboard; false when there is none. */
export function undoLast() {
  if (!current?.undo) return false;
  const { undo } = current;
  close(current);
  undo();
  return true;
}

export function toastClear() {
  if (current) close(current);
}
