/*
 * sync-doctor.js: the part of the sync page that checks everything BarkBook depends on, when the owner
 * asks for it: a line each, with what to do.
 */
import { send } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { has, t } from "../lib/i18n.js";
import { toastError } from "../lib/toast.js";
import { errorText } from "./parts.js";

const badges = { ok: "success", warn: "processing", fail: "error" };
const pictures = { ok: "check", warn: "info", fail: "alert" };

function row(check) {
  const name = `doctor.check.${check.check}`;
  const key = `doctor.${check.check}.${check.outcome}`;
  return h(
    "li",
    { class: "delivery", key: check.check },
    h("span", { class: "delivery-time" }, has(name) ? t(name) : check.check),
    h(
      "span",
      { class: `badge badge-${badges[check.level]}` },
      icon(pictures[check.level]),
      h("span", null, t(`doctor.level.${check.level}`)),
    ),
    h(
      "span",
      { class: "delivery-what" },
      has(key) ? h("b", null, t(key)) : null,
      has(key) && check.level === "ok" ? null : h("span", { class: "delivery-times" }, check.text),
    ),
  );
}

/* {view()}: render is called when there is something new to show. */
export function syncDoctor(render) {
  let report = null;
  let busy = false;

  async function start() {
    busy = true;
    render();
    try {
      report = await send("POST", "/api/doctor", {});
    } catch (error) {
      toastError(errorText(error));
    }
    busy = false;
    render();
  }

  function view() {
    return h(
      "section",
      { key: "doctor", "aria-labelledby": "doctor-title" },
      h("h2", { class: "section-title", id: "doctor-title" }, t("doctor.title")),
      h(
        "div",
        { class: "form-buttons" },
        h(
          "button",
          { type: "button", class: "button", disabled: busy, on: { click: start } },
          icon("shield"),
          t(busy ? "doctor.running" : "doctor.start"),
        ),
      ),
      report ? h("ol", { class: "deliveries" }, report.checks.map(row)) : null,
    );
  }

  return { view };
}
