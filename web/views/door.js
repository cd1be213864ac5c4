/*
 * door.js: what first run and sign-in share: the frame, a password, the choice of language.
 */
import { h, icon } from "../lib/dom.js";
import { language, languages, t } from "../lib/i18n.js";
import { field } from "./fields.js";

/* What the pages ask of a password; the program itself takes a little less. */
export const PASSWORD_MIN = 10;

export function doorFrame(title, lead, ...content) {
  return h(
    "main",
    { class: "door", id: "main" },
    h(
      "div",
      { class: "door-card", key: "card" },
      h("div", { class: "door-logo", "aria-hidden": "true" }, icon("logo")),
      h("h1", { tabindex: "-1" }, title),
      lead ? h("p", { class: "door-lead" }, lead) : null,
      content,
    ),
  );
}

/* A password that can be looked at while it is typed. */
export function passwordField(options, shown, toggle) {
  const beside = h(
    "button",
    {
      type: "button",
      class: "button button-icon",
      "aria-label": t("password.show"),
      "aria-pressed": shown ? "true" : "false",
      title: t(shown ? "password.hide" : "password.show"),
      on: { click: toggle },
    },
    icon(shown ? "eye-off" : "eye"),
  );
  return field({ ...options, beside, type: shown ? "text" : "password" });
}

/* Each language is named in itself. */
export function languageChoice(onChoose) {
  return h(
    "div",
    { class: "languages", role: "group", "aria-label": t("language.label"), key: "languages" },
    languages.map((lang) =>
      h(
        "button",
        {
          type: "button",
          class: "button",
          lang,
          key: lang,
          "aria-pressed": lang === language() ? "true" : "false",
          on: { click: () => onChoose(lang) },
        },
        t(`language.${lang}`),
      ),
    ),
  );
}
