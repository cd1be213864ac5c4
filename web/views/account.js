/*
 * account.js: one's own account: the password, the PIN on this tablet, and where one is signed in.
 * Nothing typed here is kept anywhere.
 */
import { send } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { patchPage } from "../lib/place.js";
import { setTablet } from "../lib/prefs.js";
import { resource } from "../lib/resource.js";
import { toast, toastError } from "../lib/toast.js";
import { passwordField } from "./door.js";
import { field } from "./fields.js";
import { checkPassword, makeForm, newPassword, passwordRefused } from "./form.js";
import { feedPanel } from "./feed.js";
import { errorBanner, errorText, offlineBanner, skeleton } from "./parts.js";
import { sessionList } from "./session-list.js";

const DEVICE_NAME_MAX = 40;

export function open(main, route, shell) {
  const { user, salon, by_pin: byPin } = shell.session;
  const sessions = resource(() => "/api/sessions", render);
  const device = resource(() => "/api/device", onDevice);
  const feed = feedPanel(shell.session, render);
  let pinAsked = false; // a PIN is there, and another one is wanted

  const password = makeForm(
    {
      key: "password-form",
      go: t("account.password_go"),
      fields: (form) => [
        passwordField(
          {
            name: "current",
            label: t("account.current"),
            error: form.errors.current,
            autocomplete: "current-password",
            required: true,
          },
          form.shown,
          form.toggle,
        ),
        newPassword(form, t("account.new")),
      ],
      submit: async (values) => {
        checkPassword(values.password);
        await send("POST", "/api/session/password", values);
        toast(t("account.password_done"));
        sessions.load();
        device.load();
      },
      explain: (error) => {
        if (error.status === 403) return { field: "current", text: t("account.current_wrong") };
        if (error.status === 429)
          return { text: t("signin.locked", { n: Math.ceil((error.retryAfter ?? 900) / 60) }) };
        return passwordRefused(error);
      },
    },
    render,
  );

  const pin = makeForm(
    {
      key: "pin-form",
      go: t("account.pin_go"),
      fields: (form) => [
        field({
          name: "pin",
          label: t("account.pin"),
          hint: t("account.pin_hint"),
          error: form.errors.pin,
          type: "password",
          inputmode: "numeric",
          autocomplete: "off",
          maxlength: 8,
          required: true,
        }),
        device.data.remembered
          ? null
          : field({
              name: "device",
              label: t("account.tablet"),
              hint: t("account.tablet_hint"),
              error: form.errors.device,
              autocomplete: "off",
              maxlength: DEVICE_NAME_MAX,
            }),
      ],
      submit: async (values) => {
        const name = values.device?.trim();
        await send("POST", "/api/device/pin", { pin: values.pin, ...(name ? { device: name } : {}) });
        pinAsked = false;
        toast(t("account.pin_done"));
        device.load();
      },
      explain: (error) => {
        if (error.status === 400 && error.field === "pin")
          return { field: "pin", text: t("account.pin_refused") };
        if (error.status === 400 && error.field === "device")
          return { field: "device", text: t("account.tablet_refused") };
        return null;
      },
    },
    render,
  );

  function onDevice() {
    if (device.data) {
      setTablet(device.data.remembered);
      shell.tabletChanged();
    }
    render();
  }

  async function tell(call, done, after) {
    try {
      await call();
      toast(done);
    } catch (error) {
      toastError(errorText(error));
    }
    await after.load();
  }

  const dropPin = () =>
    tell(() => send("DELETE", "/api/device/pin"), t("account.pin_dropped"), device);
  const endSession = (session) =>
    tell(
      () => send("DELETE", `/api/sessions/${encodeURIComponent(session.id)}`),
      t("sessions.ended"),
      sessions,
    );
  const endOthers = () =>
    tell(() => send("DELETE", "/api/sessions"), t("sessions.ended_others"), sessions);

  function pinPanel() {
    if (!device.data) return device.error ? errorBanner(device.error) : skeleton("line", 2);
    if (byPin)
      return [
        h("p", { class: "muted" }, t("account.pin_needs_password")),
        h(
          "button",
          { type: "button", class: "button", "data-action": "password", on: { click: shell.usePassword } },
          icon("key"),
          t("lock.password"),
        ),
      ];
    const mine = device.data.people.some(({ id }) => id === user.id);
    if (!mine || pinAsked)
      return [h("p", { class: "muted" }, t("account.pin_lead")), pin.view()];
    return [
      h("p", { class: "line-note" }, icon("check"), t("account.pin_set")),
      h(
        "div",
        { class: "form-buttons" },
        h(
          "button",
          {
            type: "button",
            class: "button",
            on: {
              click: () => {
                pinAsked = true;
                render();
                main.querySelector("#pin").focus();
              },
            },
          },
          icon("lock"),
          t("account.pin_change"),
        ),
        h(
          "button",
          { type: "button", class: "button", "data-action": "drop-pin", on: { click: dropPin } },
          icon("cancel"),
          t("account.pin_drop"),
        ),
      ),
    ];
  }

  function sessionPanel() {
    if (!sessions.data) return sessions.error ? errorBanner(sessions.error) : skeleton("line", 2);
    const list = sessions.data.sessions;
    return [
      sessionList(list, salon.timezone, endSession),
      list.length > 1
        ? h(
            "button",
            { type: "button", class: "button", "data-action": "end-others", on: { click: endOthers } },
            icon("leave"),
            t("sessions.end_others"),
          )
        : null,
    ];
  }

  function panel(name, ...content) {
    return h(
      "section",
      { class: "panel", key: name, "aria-labelledby": `${name}-title` },
      h("h2", { class: "panel-title", id: `${name}-title` }, t(`account.${name}_title`)),
      content,
    );
  }

  function render() {
    patchPage(
      main,
      h(
        "header",
        { class: "page-head", key: "head" },
        h(
          "div",
          { class: "page-title" },
          h("p", { class: "eyebrow" }, `${user.name} · ${t(`role.${user.role}`)}`),
          h("h1", { tabindex: "-1" }, t("account.title")),
        ),
      ),
      sessions.offline ? offlineBanner(sessions.at, salon.timezone) : null,
      h(
        "div",
        { class: "more", key: "account" },
        panel("pin", pinPanel()),
        panel("password", h("p", { class: "muted" }, t("account.password_lead")), password.view()),
        feed.view(),
        panel("sessions", sessionPanel()),
      ),
    );
    shell.setTitle(t("account.title"));
  }

  function load() {
    return Promise.all([sessions.load(), device.load(), feed.load()]);
  }

  render();
  load();
  return {
    refresh: load,
    tick: render,
    close() {
      feed.close();
      sessions.close();
      device.close();
    },
  };
}
