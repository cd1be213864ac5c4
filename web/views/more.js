/*
 * more.js: who is signed in, and this browser's own choices: language, look, shortcuts; and out.
 */
import { send } from "../lib/api.js";
import { h, icon, patch } from "../lib/dom.js";
import { language, languages, loadLanguage, t } from "../lib/i18n.js";
import { isTablet, pref, setPref } from "../lib/prefs.js";
import { links } from "../lib/router.js";
import { toastError } from "../lib/toast.js";
import { wallClock, clockNow } from "../lib/time.js";
import { keysEnable, keysEnabled } from "../lib/keys.js";
import { choice } from "./fields.js";
import { errorText } from "./parts.js";
import { places } from "./places.js";
import { manualPage, openShortcuts } from "./shortcuts.js";

const themes = { auto: "contrast", light: "sun", dark: "moon" };

export function open(main, route, shell) {
  const { user, salon } = shell.session;

  function chooseTheme(value) {
    setPref("theme", value === "auto" ? null : value);
    if (value === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = value;
    render();
  }

  async function chooseLanguage(lang) {
    const before = language();
    try {
      await loadLanguage(lang);
      setPref("lang", lang);
      shell.session.user.language = lang;
      await send("PATCH", "/api/session", { language: lang });
      await shell.languageChanged(shell.session);
    } catch (error) {
      await loadLanguage(before).catch(() => {});
      toastError(errorText(error));
      render();
    }
  }

  /* What the bar of a phone has no room for. */
  function otherPlaces() {
    return h(
      "div",
      { class: "more-places", key: "places", role: "group", "aria-label": t("nav.others") },
      places(user)
        .filter(({ bar }) => !bar)
        .map(({ page, href, picture }) =>
          h("a", { class: "menu-item", href, key: page }, icon(picture), t(`nav.${page}`)),
        ),
    );
  }

  function render() {
    patch(
      main,
      h(
        "header",
        { class: "page-head", key: "head" },
        h(
          "div",
          { class: "page-title" },
          h("p", { class: "eyebrow" }, salon.name),
          h("h1", { tabindex: "-1" }, t("nav.more")),
        ),
      ),
      h(
        "div",
        { class: "more", key: "more" },
        otherPlaces(),
        h(
          "section",
          { class: "panel", key: "who", "aria-labelledby": "who-title" },
          h("h2", { class: "panel-title", id: "who-title" }, t("more.who")),
          h(
            "p",
            { class: "more-user" },
            icon("user"),
            h("b", null, user.name),
            h("span", { class: "muted" }, t(`role.${user.role}`)),
          ),
          h(
            "div",
            { class: "form-buttons" },
            h("a", { class: "button", href: links.account() }, icon("key"), t("account.title")),
            user.role === "owner"
              ? h("a", { class: "button", href: links.people() }, icon("users"), t("people.title"))
              : null,
            isTablet()
              ? h(
                  "button",
                  {
                    type: "button",
                    class: "button",
                    "data-action": "switch",
                    on: { click: shell.leave },
                  },
                  icon("lock"),
                  t("lock.go"),
                )
              : h(
                  "button",
                  {
                    type: "button",
                    class: "button",
                    "data-action": "sign-out",
                    on: { click: shell.leave },
                  },
                  icon("leave"),
                  t("more.sign_out"),
                ),
          ),
        ),
        h(
          "section",
          { class: "panel", key: "look", "aria-labelledby": "look-title" },
          h("h2", { class: "panel-title", id: "look-title" }, t("more.look")),
          choice({
            name: "language",
            label: t("more.language"),
            options: languages.map((lang) => ({ value: lang, label: t(`language.${lang}`), lang })),
            current: language(),
            on: chooseLanguage,
          }),
          choice({
            name: "theme",
            label: t("more.theme"),
            options: Object.entries(themes).map(([value, picture]) => ({
              value,
              picture,
              label: t(`theme.${value}`),
            })),
            current: pref("theme", "auto"),
            on: chooseTheme,
          }),
        ),
        h(
          "section",
          { class: "panel", key: "keys", "aria-labelledby": "keys-title" },
          h("h2", { class: "panel-title", id: "keys-title" }, t("keys.title")),
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
          h(
            "button",
            { type: "button", class: "button", on: { click: () => openShortcuts(user) } },
            icon("keyboard"),
            t("keys.show"),
          ),
        ),
        h(
          "section",
          { class: "panel", key: "manual", "aria-labelledby": "manual-title" },
          h("h2", { class: "panel-title", id: "manual-title" }, t("manual.title")),
          h("a", { class: "button", href: manualPage() }, icon("open"), t("manual.open")),
        ),
        h(
          "section",
          { class: "panel", key: "print", "aria-labelledby": "sheet-title" },
          h("h2", { class: "panel-title", id: "sheet-title" }, t("more.sheet")),
          h(
            "a",
            { class: "button", href: links.print(wallClock(clockNow(), salon.timezone).day) },
            icon("print"),
            t("more.sheet_go"),
          ),
        ),
        h(
          "p",
          { class: "muted", key: "version" },
          t("more.version", { version: shell.session.version ?? "" }),
        ),
      ),
    );
    shell.setTitle(t("nav.more"));
  }

  render();
  return { refresh() {}, tick() {}, close() {} };
}
