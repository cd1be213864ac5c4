/*
 * message-settings.js: the owner's word on text messages: who sends them, when, which, and in which
 * words. Each part saves itself by its own button; what stands in the configuration shows as fixed.
 */
import { send } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { patchPage } from "../lib/place.js";
import { resource } from "../lib/resource.js";
import { links } from "../lib/router.js";
import { toast } from "../lib/toast.js";
import { choice, field, formError, tick } from "./fields.js";
import { livePreview, previewBox } from "./message-write.js";
import { empty, errorBanner, errorText, offlineBanner, skeleton } from "./parts.js";

const kinds = ["day_before", "same_day"];

export function open(main, route, shell) {
  const zone = shell.session.salon.timezone;
  const source = resource(() => "/api/messages/settings", adopt);
  let draft = null; // what is on the page, until it is saved
  let language = "pl";
  let failure = {}; // by part
  let busy = null;
  const previews = Object.fromEntries(
    kinds.map((kind) => [
      kind,
      livePreview(
        () =>
          draft && [
            "/api/messages/preview",
            { kind, language, plain: draft.plain, text: draft.templates[kind][language] || " " },
          ],
        render,
      ),
    ]),
  );

  function adopt() {
    const data = source.data;
    if (data && !draft) {
      draft = fresh(data);
      language = data.language;
      for (const kind of kinds) previews[kind].changed();
    }
    render();
  }

  function fresh(data) {
    return {
      provider: data.provider === "twilio" ? "twilio" : "none",
      account_sid: data.account_sid ?? "",
      auth_token: "",
      from: data.from ?? "",
      day_before: data.day_before,
      same_day: data.same_day,
      window_from: data.window_from,
      window_to: data.window_to,
      at_visit: data.day_before_at === "visit",
      day_before_at: data.day_before_at === "visit" ? "17:00" : data.day_before_at,
      same_day_before: String(data.same_day_before),
      plain: data.plain,
      language: data.language,
      price: data.segment_price === null ? "" : (data.segment_price / 100).toFixed(2).replace(".", ","),
      templates: Object.fromEntries(
        kinds.map((kind) => [
          kind,
          { pl: data.templates[kind].pl.text, en: data.templates[kind].en.text },
        ]),
      ),
    };
  }

  async function save(event, part, body) {
    event.preventDefault();
    if (busy) return;
    busy = part;
    failure = {};
    render();
    try {
      const data = await send("PATCH", "/api/messages/settings", body());
      draft = fresh(data);
      source.replace(data);
      for (const kind of kinds) previews[kind].changed();
      toast(t("textset.saved"));
    } catch (error) {
      failure = { part, field: error.field, text: error.field ? error.message : errorText(error) };
    }
    busy = null;
    render();
    main.querySelector("[aria-invalid]")?.focus();
  }

  const errorOf = (name) => (failure.field === name ? failure.text : null);

  function input(name, label, more = {}) {
    const { hint, fixed, ...rest } = more;
    return field({
      name,
      label,
      hint: fixed ? t("textset.fixed") : hint,
      error: errorOf(name),
      value: draft[name],
      readonly: fixed ? true : null,
      on: {
        input: (event) => {
          draft[name] = event.target.value;
        },
      },
      ...rest,
    });
  }

  function form(part, title, body, ...content) {
    return h(
      "section",
      { class: "panel", key: part, "aria-labelledby": `part-${part}` },
      h("h2", { class: "panel-title", id: `part-${part}` }, title),
      h(
        "form",
        { class: "form", novalidate: true, on: { submit: (event) => save(event, part, body) } },
        content,
        failure.part === part && !failure.field ? formError(failure.text) : null,
        failure.part === part && failure.field?.startsWith("templates") ? formError(failure.text) : null,
        h(
          "div",
          { class: "form-buttons", key: "buttons" },
          h(
            "button",
            { type: "submit", class: "button button-primary", "aria-disabled": busy ? "true" : null },
            icon("check"),
            busy === part ? t("form.busy") : t("form.save"),
          ),
        ),
      ),
    );
  }

  function account(data) {
    const fixed = (name) => data.configured.includes(name);
    const body = () => {
      const out = {};
      for (const name of ["provider", "account_sid", "from"]) if (!fixed(name)) out[name] = draft[name].trim();
      if (!fixed("auth_token") && draft.auth_token.trim()) out.auth_token = draft.auth_token.trim();
      return out;
    };
    return form(
      "account",
      t("textset.account"),
      body,
      fixed("provider")
        ? null
        : choice({
            name: "provider",
            label: t("textset.provider"),
            current: draft.provider,
            options: [
              { value: "none", label: t("textset.provider.none") },
              { value: "twilio", label: "Twilio" },
            ],
            on: (value) => {
              draft.provider = value;
              render();
            },
          }),
      input("account_sid", t("textset.sid"), { fixed: fixed("account_sid"), autocomplete: "off", spellcheck: "false" }),
      input("auth_token", t("textset.token"), {
        type: "password",
        autocomplete: "new-password",
        fixed: fixed("auth_token"),
        hint: t(data.has_token ? "textset.token_kept" : "textset.token_hint"),
      }),
      input("from", t("textset.from"), {
        fixed: fixed("from"),
        autocomplete: "off",
        hint: t(data.from_is_name ? "textset.from_name" : "textset.from_hint"),
      }),
      h(
        "p",
        { class: "field-hint", key: "inbound" },
        data.inbound_url ? t("textset.inbound", { url: data.inbound_url }) : t("textset.no_inbound"),
      ),
    );
  }

  function switchOf(name, label, hint) {
    return tick({
      name,
      label,
      hint,
      checked: draft[name],
      onChange: (on) => {
        draft[name] = on;
        if (name === "plain") for (const kind of kinds) previews[kind].changed();
        render();
      },
    });
  }

  function hours() {
    return form(
      "hours",
      t("textset.when"),
      () => ({
        day_before: draft.day_before,
        same_day: draft.same_day,
        window_from: draft.window_from,
        window_to: draft.window_to,
        day_before_at: draft.at_visit ? "visit" : draft.day_before_at,
        same_day_before: Number(draft.same_day_before),
      }),
      switchOf("day_before", t("textset.day_before"), t("textset.day_before_hint")),
      draft.day_before ? switchOf("at_visit", t("textset.at_visit"), t("textset.at_visit_hint")) : null,
      draft.day_before && !draft.at_visit
        ? input("day_before_at", t("textset.at"), { type: "time", step: 300 })
        : null,
      switchOf("same_day", t("textset.same_day"), t("textset.same_day_hint")),
      draft.same_day
        ? input("same_day_before", t("textset.same_day_before"), {
            type: "number",
            min: 30,
            max: 720,
            step: 15,
            inputmode: "numeric",
          })
        : null,
      h(
        "div",
        { class: "text-hours", key: "window" },
        input("window_from", t("textset.window_from"), { type: "time", step: 300 }),
        input("window_to", t("textset.window_to"), { type: "time", step: 300 }),
      ),
    );
  }

  function template(kind) {
    return h(
      "div",
      { class: "text-template", key: `${kind}-${language}` },
      field({
        name: `template-${kind}`,
        label: t(`textset.${kind}`),
        rows: 3,
        value: draft.templates[kind][language],
        error: errorOf(`templates.${kind}.${language}`),
        on: {
          input: (event) => {
            draft.templates[kind][language] = event.target.value;
            previews[kind].changed();
          },
        },
      }),
      previewBox(previews[kind]),
    );
  }

  function wording(data) {
    return form(
      "words",
      t("textset.words"),
      () => {
        const price = draft.price.trim().replace(",", ".");
        return {
          plain: draft.plain,
          language: draft.language,
          segment_price: price === "" ? null : Math.round(Number(price) * 100),
          templates: Object.fromEntries(
            kinds.map((kind) => [kind, { [language]: draft.templates[kind][language] }]),
          ),
        };
      },
      choice({
        name: "language",
        label: t("textset.language"),
        current: language,
        options: ["pl", "en"].map((value) => ({ value, label: t(`language.${value}`), lang: value })),
        on: (value) => {
          language = value;
          draft.language = value;
          for (const kind of kinds) previews[kind].changed();
          render();
        },
      }),
      h(
        "p",
        { class: "field-hint", key: "fields" },
        t("textset.fields", { fields: data.fields.map((name) => `{${name}}`).join(" ") }),
      ),
      kinds.map(template),
      switchOf("plain", t("text.plain"), t("text.plain_hint")),
      input("price", t("textset.price"), {
        inputmode: "decimal",
        hint: t("textset.price_hint"),
        error: errorOf("segment_price"),
      }),
    );
  }

  function render() {
    const data = source.data;
    const denied = source.error?.status === 403;
    patchPage(
      main,
      h(
        "header",
        { class: "page-head", key: "head" },
        h(
          "a",
          { class: "button button-icon", href: links.messages(), "aria-label": t("textset.back") },
          icon("left"),
        ),
        h(
          "div",
          { class: "page-title" },
          h("p", { class: "eyebrow" }, t("messages.title")),
          h("h1", { tabindex: "-1" }, t("textset.title")),
        ),
      ),
      source.offline ? offlineBanner(source.at, zone) : null,
      denied ? empty("shield", t("textset.owner"), t("textset.owner_text")) : null,
      source.error && !denied ? errorBanner(source.error) : null,
      data?.problem
        ? h(
            "div",
            { class: "banner banner-bad", role: "status", key: "problem" },
            icon("alert"),
            h("div", null, h("strong", null, t("messages.problem")), h("p", null, data.problem)),
          )
        : null,
      data && draft && !denied
        ? h(
            "div",
            { class: "text-settings", key: "parts" },
            data.provider === "pretend"
              ? h("p", { class: "muted", key: "pretend" }, t("messages.pretend_text"))
              : account(data),
            hours(),
            wording(data),
          )
        : source.error || source.offline
          ? null
          : skeleton("card", 3),
    );
    shell.setTitle(t("textset.title"));
  }

  render();
  source.load();
  return {
    refresh: () => source.load(),
    tick: render,
    close() {
      source.close();
      for (const kind of kinds) previews[kind].close();
    },
  };
}
