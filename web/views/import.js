/*
 * import.js: clients out of a spreadsheet: choose the file, see line by line what would become of it,
 * then take it in. Nothing is stored before that.
 */
import { sendFile } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { has, t } from "../lib/i18n.js";
import { patchPage } from "../lib/place.js";
import { links } from "../lib/router.js";
import { field } from "./fields.js";
import { pageHead } from "./page-head.js";
import { errorText } from "./parts.js";

const MOST_BYTES = 16 * 1024 * 1024;
const SHOWN = 200;
const columns = [
  "name",
  "surname",
  "phone_number",
  "email",
  "address",
  "pet_name",
  "pet_type",
  "pet_breed",
  "pet_birth_date",
  "pet_allergies",
  "pet_notes",
  "sms_consent",
  "gdpr_consent",
];
const outcomes = { created: "plus", merged: "merge", skipped: "alert" };

export function open(main, route, shell) {
  let file = null;
  let report = null;
  let done = false;
  let busy = false;
  let failure = null;
  let only = null;

  async function run(dry) {
    busy = true;
    failure = null;
    render();
    try {
      report = await sendFile(`/api/import/clients${dry ? "?dry_run=1" : ""}`, file, "text/csv");
      done = !dry;
      only = report.skipped ? "skipped" : null;
    } catch (error) {
      failure = error;
    }
    busy = false;
    render();
    main.querySelector("#report-title")?.focus();
  }

  function choose(event) {
    [file = null] = event.target.files;
    report = null;
    done = false;
    failure = null;
    if (file && file.size > MOST_BYTES) {
      file = null;
      failure = { code: "too_large" };
    }
    if (file) run(true);
    else render();
  }

  function example() {
    const text = `\uFEFF${columns.join(";")}\r\n${t("import.example")}\r\n`;
    return `data:text/csv;charset=utf-8,${encodeURIComponent(text)}`;
  }

  function failed() {
    const text = has(`error.${failure.code}`) ? t(`error.${failure.code}`) : errorText(failure);
    const detail = failure.code === "invalid" || failure.code === "unprocessable" ? failure.message : null;
    return h(
      "div",
      { class: "banner banner-bad", role: "alert", key: "failure" },
      icon("alert"),
      h("div", null, h("strong", null, t("import.failed")), h("p", null, text), detail ? h("p", null, detail) : null),
    );
  }

  function reasonText(line) {
    const key = `import.reason.${line.reason}`;
    if (!has(key)) return line.message ?? line.reason;
    const name = `field.${line.field}`;
    return t(key, { field: has(name) ? t(name) : (line.field ?? "") });
  }

  function lineRow(line) {
    return h(
      "li",
      { class: "delivery import-line", key: line.line },
      h("span", { class: "delivery-time" }, t("import.line", { line: line.line })),
      h(
        "span",
        { class: `badge badge-${line.outcome === "skipped" ? "error" : "success"}` },
        icon(outcomes[line.outcome] ?? "info"),
        t(`import.${line.outcome}`),
      ),
      h(
        "span",
        null,
        h("b", null, line.name ?? ""),
        line.reason ? h("span", { class: "delivery-times" }, reasonText(line)) : null,
      ),
    );
  }

  function summary() {
    const lines = (report.report ?? []).filter((line) => !only || line.outcome === only);
    const taken = report.created + report.merged;
    return h(
      "section",
      { class: "panel card-form", key: "report", "aria-labelledby": "report-title" },
      h(
        "h2",
        { class: "panel-title", id: "report-title", tabindex: "-1" },
        done ? t("import.done", { n: taken }) : t("import.would", { n: report.lines }),
      ),
      done ? null : h("p", { class: "muted" }, t("import.nothing_yet")),
      report.ignored_columns
        ? h("p", { class: "muted" }, t("import.ignored", { names: report.ignored_columns }))
        : null,
      h(
        "div",
        { class: "filters import-filters", role: "group", "aria-label": t("filter.label") },
        [null, ...Object.keys(outcomes)].map((outcome) =>
          h(
            "button",
            {
              type: "button",
              class: "filter",
              key: outcome ?? "all",
              "aria-pressed": outcome === only ? "true" : "false",
              on: {
                click: () => {
                  only = outcome;
                  render();
                },
              },
            },
            outcome ? t(`import.${outcome}`) : t("filter.all"),
            h("span", { class: "filter-count" }, String(outcome ? report[outcome] : report.lines)),
          ),
        ),
      ),
      lines.length
        ? h("ol", { class: "deliveries" }, lines.slice(0, SHOWN).map(lineRow))
        : h("p", { class: "panel-empty" }, t("import.none_such")),
      lines.length > SHOWN ? h("p", { class: "muted" }, t("import.more_lines", { n: lines.length - SHOWN })) : null,
      done
        ? h("a", { class: "button button-primary", href: links.clients() }, icon("cards"), t("nav.clients"))
        : taken
          ? h(
              "button",
              {
                type: "button",
                class: "button button-primary",
                "aria-disabled": busy ? "true" : null,
                on: { click: () => busy || run(false) },
              },
              icon("upload"),
              t(busy ? "form.busy" : "import.go", { n: taken }),
            )
          : null,
    );
  }

  function render() {
    patchPage(
      main,
      pageHead({
        title: t("import.title"),
        eyebrow: shell.session.salon.name,
        back: links.settings(),
        backLabel: t("nav.settings"),
      }),
      h(
        "section",
        { class: "panel import-file", key: "file", "aria-labelledby": "file-title" },
        h("h2", { class: "panel-title", id: "file-title" }, t("import.file")),
        h("p", null, t("import.text")),
        h("p", { class: "import-columns" }, columns.map((name) => [h("code", { key: name }, name), " "])),
        h(
          "p",
          null,
          h("a", { href: example(), download: "barkbook.csv" }, t("import.example_link")),
        ),
        field({
          name: "import-file",
          label: t("import.choose"),
          hint: t("import.choose_hint"),
          type: "file",
          accept: ".csv,text/csv",
          on: { change: choose },
        }),
      ),
      busy && !report
        ? h("div", { class: "banner", role: "status", key: "busy" }, icon("clock"), h("p", null, t("import.reading")))
        : null,
      failure ? failed() : null,
      report ? summary() : null,
    );
    shell.setTitle(t("import.title"));
  }

  render();
  return { refresh() {}, tick() {}, close() {} };
}
