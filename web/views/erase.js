/*
 * erase.js: forgets a client, on their wish: first what would go and what stays, then a word typed to
 * mean it, then the receipt. There is no way back, so there is no single tap that does it.
 */
import { send } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { h, icon, patch } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { go, links } from "../lib/router.js";
import { clockNow } from "../lib/time.js";
import { toastError } from "../lib/toast.js";
import { personName } from "./client-fields.js";
import { field, formError } from "./fields.js";
import { errorText, momentText } from "./parts.js";

const gone = ["cards", "pets", "visits", "photos", "deliveries"];
const kept = ["shared_pets", "appointments"];

const plain = (text) => text.trim().toLowerCase();

function lines(counts, names) {
  return h(
    "ul",
    { class: "ticks" },
    names
      .filter((name) => counts[name] > 0)
      .map((name) =>
        h(
          "li",
          { key: name },
          icon(gone.includes(name) ? "erase" : "check"),
          t(`erase.${name}`, { n: counts[name] }),
        ),
      ),
  );
}

export async function openErase(client, zone) {
  const path = `/api/clients/${encodeURIComponent(client.id)}/erase`;
  const name = personName(client);
  let counts = null;
  try {
    ({ counts } = await send("POST", path, { preview: true }));
  } catch (error) {
    toastError(errorText(error));
    return;
  }
  const slot = h("div", { class: "form" });
  let typed = "";
  let busy = false;
  let failure = null;
  let wrong = null;
  let receipt = null;
  const dialog = openDialog({
    title: t("erase.title", { name }),
    kind: "form",
    body: slot,
    onClose: () => {
      if (receipt) go(links.clients());
    },
  });

  async function erase(event) {
    event.preventDefault();
    if (busy) return;
    wrong = plain(typed) === plain(name) ? null : t("erase.mistyped");
    busy = !wrong;
    failure = null;
    render();
    if (wrong) {
      slot.querySelector("input").focus();
      return;
    }
    try {
      ({ receipt } = await send("POST", path, { preview: false }));
    } catch (error) {
      failure = error;
    }
    busy = false;
    render();
  }

  function asking() {
    return h(
      "form",
      { class: "form", key: "ask", novalidate: true, on: { submit: erase } },
      h("p", null, t("erase.text")),
      h("h3", null, t("erase.goes")),
      lines(counts, gone),
      counts.appointments || counts.shared_pets ? [h("h3", null, t("erase.stays")), lines(counts, kept)] : null,
      counts.upcoming
        ? h(
            "div",
            { class: "banner banner-bad" },
            icon("alert"),
            h("p", null, t("erase.upcoming", { n: counts.upcoming })),
          )
        : null,
      field({
        name: "erase-name",
        label: t("erase.type", { name }),
        value: typed,
        error: wrong,
        autocomplete: "off",
        on: {
          input: (e) => {
            typed = e.target.value;
          },
        },
      }),
      failure ? formError(errorText(failure)) : null,
      h(
        "div",
        { class: "form-buttons" },
        h(
          "button",
          { type: "submit", class: "button button-danger", "aria-disabled": busy ? "true" : null },
          icon("erase"),
          t(busy ? "form.busy" : "erase.go"),
        ),
        h("button", { type: "button", class: "button", on: { click: dialog.close } }, t("form.cancel")),
      ),
    );
  }

  function done() {
    return h(
      "div",
      { class: "form", key: "done", role: "status" },
      h("p", null, t("erase.done")),
      h(
        "dl",
        { class: "facts" },
        h("div", { class: "fact" }, h("dt", null, t("erase.receipt")), h("dd", null, h("code", null, receipt.id))),
        h(
          "div",
          { class: "fact" },
          h("dt", null, t("erase.when")),
          h("dd", null, momentText(receipt.at, zone, clockNow())),
        ),
      ),
      h("p", { class: "muted" }, t("erase.keep")),
      h(
        "div",
        { class: "form-buttons" },
        h("button", { type: "button", class: "button button-primary", on: { click: dialog.close } }, t("common.close")),
      ),
    );
  }

  function render() {
    patch(slot, receipt ? done() : asking());
  }

  render();
}
