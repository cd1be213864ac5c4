/*
 * signin.js: the door: name and password, or on a shared tablet first whose turn it is (lock.js). A
 * wrong pair keeps the name and says so beside the fields.
 */
import { get, send } from "../lib/api.js";
import { h, icon, patch } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { pref, setPref, setTablet } from "../lib/prefs.js";
import { doorFrame, languageChoice, passwordField } from "./door.js";
import { field } from "./fields.js";
import { openLock } from "./lock.js";
import { errorText } from "./parts.js";

function sentence(error) {
  if (error.status === 401) return t("signin.wrong");
  if (error.status === 429)
    return t("signin.locked", { n: Math.max(1, Math.ceil((error.retryAfter ?? 900) / 60)) });
  return errorText(error);
}

/* reason: why a password is asked for; back: the other way in, or null. */
function openForm(app, { name, reason = null, back, enter, useLanguage }) {
  let shown = false;
  let busy = false;
  let failure = null;

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
        reason,
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
        back
          ? h(
              "button",
              { type: "button", class: "button", key: "back", on: { click: back } },
              icon("left"),
              t("lock.back"),
            )
          : null,
        languageChoice(async (lang) => {
          await useLanguage(lang);
          render();
        }),
      ),
    );
  }

  render();
  const input = app.querySelector("#name");
  input.value = name ?? pref("name", "");
  (input.value ? app.querySelector("#password") : input).focus();
}

/* name: whose password is wanted; null: whoever it is, by PIN where this is a tablet that has any. */
export async function openSignIn(app, { name = null, enter, useLanguage }) {
  const device = await get("/api/device").catch(() => ({ remembered: false, people: [] }));
  setTablet(device.remembered);
  const lock = () =>
    openLock(app, {
      people: device.people,
      enter,
      useLanguage,
      withPassword: (who = null, reason = null) =>
        openForm(app, { name: who, reason, back: again, enter, useLanguage }),
    });
  const again = device.people.length ? () => openSignIn(app, { enter, useLanguage }) : null;
  if (device.people.length && name === null) lock();
  else openForm(app, { name, back: again, enter, useLanguage });
}
