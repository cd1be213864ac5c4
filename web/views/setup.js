/*
 * setup.js: the first run, from the one-time link: language, owner, salon, done. One thing a step,
 * nothing typed is lost by going back, nothing is sent before the last step.
 */
import { send } from "../lib/api.js";
import { h, icon, patch } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { setPref } from "../lib/prefs.js";
import { replace } from "../lib/router.js";
import { doorFrame, languageChoice, passwordField, PASSWORD_MIN } from "./door.js";
import { field } from "./fields.js";
import { errorText } from "./parts.js";

const steps = ["language", "owner", "salon", "done"];
const stepOfField = { language: "language", name: "owner", password: "owner", salon_name: "salon" };

export function openSetup(app, { token, enter, useLanguage }) {
  const typed = { language: document.documentElement.lang, name: "", password: "", salon_name: "" };
  let step = "language";
  let shown = false;
  let busy = false;
  let errors = {};
  let failure = null;
  let session = null;

  function move(to) {
    step = to;
    render();
    (app.querySelector("input") ?? app.querySelector("h1")).focus();
  }

  function checkOwner() {
    errors = {};
    if (!typed.name.trim()) errors.name = t("setup.name_missing");
    if ([...typed.password].length < PASSWORD_MIN)
      errors.password = t("setup.password_short", { n: PASSWORD_MIN });
    if (Object.keys(errors).length) {
      render();
      app.querySelector("[aria-invalid]").focus();
    } else {
      move("salon");
    }
  }

  async function create() {
    errors = typed.salon_name.trim() ? {} : { salon_name: t("setup.salon_missing") };
    if (busy || errors.salon_name) return render();
    busy = true;
    failure = null;
    render();
    try {
      session = await send("POST", "/api/setup", {
        token,
        name: typed.name.trim(),
        password: typed.password,
        language: typed.language,
        salon_name: typed.salon_name.trim(),
      });
      setPref("name", session.user.name);
      typed.password = "";
      replace("#/");
      busy = false;
      return move("done");
    } catch (error) {
      busy = false;
      failure =
        error.status === 403 || error.status === 409 ? t(`setup.${error.code}`) : errorText(error);
      if (error.field in stepOfField) {
        errors = { [error.field]: t(`setup.${error.field}_refused`) };
        failure = null;
        return move(stepOfField[error.field]);
      }
    }
    return render();
  }

  function text(name, options) {
    return {
      name,
      error: errors[name],
      value: typed[name],
      required: true,
      on: {
        input: (event) => {
          typed[name] = event.target.value;
        },
      },
      ...options,
    };
  }

  const bodies = {
    language: () => [
      languageChoice(async (lang) => {
        await useLanguage(lang);
        typed.language = lang;
        render();
      }),
    ],
    owner: () => [
      field(
        text("name", {
          label: t("setup.name"),
          hint: t("setup.name_hint"),
          autocomplete: "username",
        }),
      ),
      passwordField(
        text("password", {
          label: t("setup.password"),
          hint: t("setup.password_hint", { n: PASSWORD_MIN }),
          autocomplete: "new-password",
        }),
        shown,
        () => {
          shown = !shown;
          render();
        },
      ),
    ],
    salon: () => [
      field(
        text("salon_name", {
          label: t("setup.salon"),
          hint: t("setup.salon_hint"),
          autocomplete: "organization",
        }),
      ),
    ],
    done: () => [
      h(
        "ul",
        { class: "ticks" },
        ["owner", "salon", "webhooks"].map((key) =>
          h("li", null, icon("check"), t(`setup.done_${key}`)),
        ),
      ),
    ],
  };

  const forward = {
    language: () => move("owner"),
    owner: checkOwner,
    salon: create,
    done: () => enter(session),
  };

  function progress() {
    const at = steps.indexOf(step);
    return h(
      "ol",
      {
        class: "progress",
        key: "progress",
        "aria-label": t("setup.progress", { at: at + 1, of: steps.length }),
      },
      steps.map((name, i) =>
        h(
          "li",
          {
            class: i < at ? "past" : i === at ? "current" : "",
            "aria-current": i === at ? "step" : null,
          },
          h("span", { class: "sr-only" }, t(`setup.step_${name}`)),
        ),
      ),
    );
  }

  function render() {
    document.title = `${t("setup.title")} – ${t("app.name")}`;
    if (!token) {
      patch(
        app,
        doorFrame(
          t("setup.no_link"),
          t("setup.no_link_text"),
          languageChoice(async (lang) => {
            await useLanguage(lang);
            render();
          }),
        ),
      );
      return;
    }
    const back = { owner: "language", salon: "owner" }[step];
    patch(
      app,
      doorFrame(
        t(`setup.head_${step}`),
        t(`setup.lead_${step}`),
        progress(),
        h(
          "form",
          {
            class: "form",
            key: `form-${step}`,
            novalidate: true,
            on: {
              submit: (event) => {
                event.preventDefault();
                forward[step]();
              },
            },
          },
          failure
            ? h(
                "p",
                { class: "form-error", role: "alert", key: "failure" },
                icon("alert"),
                h("span", null, failure),
              )
            : null,
          bodies[step](),
          h(
            "div",
            { class: "form-buttons", key: "buttons" },
            back
              ? h(
                  "button",
                  { type: "button", class: "button", on: { click: () => move(back) } },
                  icon("left"),
                  t("common.back"),
                )
              : null,
            h(
              "button",
              {
                type: "submit",
                class: "button button-primary",
                "aria-disabled": busy ? "true" : null,
              },
              t(busy ? "setup.busy" : `setup.next_${step}`),
              icon("right"),
            ),
          ),
        ),
      ),
    );
  }

  render();
}
