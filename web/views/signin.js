/*
 * signin.js: name and password. A wrong pair keeps the name and says so beside the fields.
 */
import { send } from "../lib/api.js";
import { h, icon, patch } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { pref, setPref } from "../lib/prefs.js";
import { doorFrame, field, languageChoice, passwordField } from "./door.js";
import { errorText } from "./parts.js";

export function openSignIn(app, { enter, useLanguage }) {
  let shown = false;
  let busy = false;
  let failure = null;

  function sentence(error) {
    if (error.status === 401) return t("signin.wrong");
    if (error.status === 429)
      return t("signin.locked", { n: Math.max(1, Math.ceil((error.retryAfter ?? 900) / 60)) });
    return errorText(error);
  }

  async function submit(event) {
    event.preventDefault();
    if (busy) return;
    const data = new FormData(event.currentTarget);
    busy = true;
    failure = null;
    render();
    try {
      const session = await send("POST", "/api/session", {
        name: data.get("name").trim(),
        password: data.get("password"),
      });
      setPref("name", session.user.name);
      await enter(session);
      return;
    } catch (error) {
      failure = sentence(error);
    }
    busy = false;
    render();
    const password = app.querySelector("#password");
    password?.focus();
    password?.select();
  }

  function render() {
    document.title = `${t("signin.title")} – ${t("app.name")}`;
    patch(
      app,
      doorFrame(
        t("signin.title"),
        null,
        h(
          "form",
          { class: "form", key: "form", on: { submit } },
          failure
            ? h(
                "p",
                { class: "form-error", role: "alert", key: "failure" },
                icon("alert"),
                h("span", null, failure),
              )
            : null,
          field({
            name: "name",
            label: t("signin.name"),
            autocomplete: "username",
            autocapitalize: "none",
            spellcheck: "false",
            required: true,
          }),
          passwordField(
            {
              name: "password",
              label: t("signin.password"),
              autocomplete: "current-password",
              required: true,
            },
            shown,
            () => {
              shown = !shown;
              render();
            },
          ),
          h(
            "button",
            {
              type: "submit",
              class: "button button-primary button-wide",
              "aria-disabled": busy ? "true" : null,
              key: "go",
            },
            t(busy ? "signin.busy" : "signin.go"),
          ),
        ),
        languageChoice(async (lang) => {
          await useLanguage(lang);
          render();
        }),
      ),
    );
  }

  render();
  const name = app.querySelector("#name");
  name.value = pref("name", "");
  (name.value ? app.querySelector("#password") : name).focus();
}
