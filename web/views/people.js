/*
 * people.js: for the owner: the accounts, what each may do, where each is signed in, and the tablets
 * that are remembered. Changes need a session that the password opened; the page says so beforehand.
 */
import { get, send } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { h, icon, patch } from "../lib/dom.js";
import { dayText, t } from "../lib/i18n.js";
import { patchPage } from "../lib/place.js";
import { resource } from "../lib/resource.js";
import { links } from "../lib/router.js";
import { clockNow, wallClock } from "../lib/time.js";
import { toast, toastError } from "../lib/toast.js";
import { choice, field } from "./fields.js";
import { checkPassword, FieldError, newPassword, openForm, passwordRefused } from "./form.js";
import { empty, errorBanner, errorText, momentText, offlineBanner, skeleton } from "./parts.js";
import { sessionList } from "./session-list.js";

const NAME_MAX = 60;
const roles = ["staff", "owner"];

function notYours(main, shell) {
  patch(
    main,
    empty(
      "lock",
      t("people.owner_only"),
      t("people.owner_only_text"),
      h("a", { class: "button", href: links.account() }, icon("key"), t("account.title")),
    ),
  );
  shell.setTitle(t("people.title"));
  return { refresh() {}, tick() {}, close() {} };
}

export function open(main, route, shell) {
  const { user, salon, by_pin: byPin } = shell.session;
  if (user.role !== "owner") return notYours(main, shell);
  const staff = resource(() => "/api/staff", render);
  const devices = resource(() => "/api/devices", render);
  const path = (person) => `/api/staff/${encodeURIComponent(person.id)}`;

  /* back: what makes it undone; undefined: nothing does. */
  async function change(person, what, said, back) {
    try {
      await send("PATCH", path(person), what);
      toast(said, back && (() => change(person, back, t("people.undone", { name: person.name }))));
    } catch (error) {
      toastError(error.status === 409 ? t("people.last_owner") : errorText(error));
    }
    await staff.load();
  }

  function addPerson() {
    let role = "staff";
    openForm({
      title: t("people.add"),
      lead: t("people.add_lead"),
      go: t("people.add_go"),
      fields: (form) => [
        field({
          name: "name",
          label: t("setup.name"),
          hint: t("setup.name_hint"),
          error: form.errors.name,
          autocomplete: "off",
          autocapitalize: "none",
          maxlength: NAME_MAX,
          required: true,
        }),
        newPassword(form, t("people.first_password")),
        choice({
          name: "role",
          label: t("people.role"),
          options: roles.map((value) => ({ value, label: t(`role.${value}`) })),
          current: role,
          on: (value) => {
            role = value;
          },
        }),
      ],
      submit: async (values, close) => {
        const name = values.name.trim();
        if (!name) throw new FieldError("name", t("setup.name_missing"));
        checkPassword(values.password);
        await send("POST", "/api/staff", { name, password: values.password, role });
        close();
        toast(t("people.added", { name }));
        await staff.load();
      },
      explain: (error) => {
        if (error.status === 409) return { field: "name", text: t("people.name_taken") };
        if (error.status === 400 && error.field === "name")
          return { field: "name", text: t("setup.name_refused") };
        return passwordRefused(error);
      },
    });
  }

  function setPassword(person) {
    openForm({
      title: t("people.password_title", { name: person.name }),
      lead: t("people.password_lead"),
      go: t("people.password_go"),
      fields: (form) => newPassword(form, t("account.new")),
      submit: async ({ password }, close) => {
        checkPassword(password);
        await send("PATCH", path(person), { password });
        close();
        toast(t("people.password_done", { name: person.name }));
      },
      explain: passwordRefused,
    });
  }

  async function showSessions(person) {
    const slot = h("div");
    let first = true;
    const load = async () => {
      const { sessions } = await get(`${path(person)}/sessions`);
      if (first) openDialog({ title: t("people.sessions_title", { name: person.name }), body: slot });
      first = false;
      patch(
        slot,
        sessions.length
          ? sessionList(sessions, salon.timezone, end)
          : h("p", { class: "muted" }, t("people.sessions_none")),
      );
    };
    const end = async (session) => {
      try {
        await send("DELETE", `/api/sessions/${encodeURIComponent(session.id)}`);
        await load();
        (slot.querySelector("button") ?? slot.closest("dialog").querySelector("button")).focus();
      } catch (error) {
        toastError(errorText(error));
      }
    };
    await load().catch((error) => toastError(errorText(error)));
  }

  function openMenu(person) {
    const other = person.role === "owner" ? "staff" : "owner";
    const items = [
      ["tablet", "people.sessions", () => showSessions(person)],
      !byPin && ["key", "people.password", () => setPassword(person)],
      !byPin && [
        "users",
        `people.make_${other}`,
        () =>
          change(person, { role: other }, t("people.role_done", { name: person.name, role: t(`role.${other}`) }), {
            role: person.role,
          }),
      ],
      !byPin &&
        (person.disabled
          ? [
              "check",
              "people.enable",
              () => change(person, { disabled: false }, t("people.enabled", { name: person.name })),
            ]
          : [
              "cancel",
              "people.disable",
              () =>
                change(person, { disabled: true }, t("people.disabled_done", { name: person.name }), {
                  disabled: false,
                }),
            ]),
    ].filter(Boolean);
    openDialog({
      title: person.name,
      body: (close) => [
        h("p", { class: "menu-lead" }, t("people.menu_lead")),
        h(
          "div",
          { class: "menu" },
          items.map(([picture, key, run]) =>
            h(
              "button",
              {
                type: "button",
                class: "menu-item",
                "data-do": key.replace("people.", ""),
                on: {
                  click: () => {
                    close();
                    run();
                  },
                },
              },
              icon(picture),
              h("span", null, t(key)),
            ),
          ),
        ),
      ],
    });
  }

  function forgetDevice(device) {
    openDialog({
      title: t("people.forget_title"),
      body: (close) => [
        h("p", null, t("people.forget_text", { n: device.people, name: deviceName(device) })),
        h(
          "div",
          { class: "form-buttons" },
          h("button", { type: "button", class: "button", on: { click: close } }, t("people.forget_no")),
          h(
            "button",
            {
              type: "button",
              class: "button button-primary",
              "data-do": "forget",
              on: {
                click: async () => {
                  close();
                  try {
                    await send("DELETE", `/api/devices/${encodeURIComponent(device.id)}`);
                    toast(t("people.forgotten"));
                  } catch (error) {
                    toastError(errorText(error));
                  }
                  await devices.load();
                },
              },
            },
            t("people.forget"),
          ),
        ),
      ],
    });
  }

  const deviceName = (device) => device.name || t("people.tablet_unnamed");

  function personRow(person) {
    return h(
      "li",
      { class: "line", key: person.id, "data-person": person.name },
      h("span", { class: "face-letter", "aria-hidden": "true" }, [...person.name][0] ?? ""),
      h(
        "div",
        { class: "line-what" },
        h("b", null, person.name),
        h("span", { class: "chip" }, icon(person.role === "owner" ? "key" : "user"), t(`role.${person.role}`)),
        person.disabled ? h("span", { class: "badge badge-error" }, icon("cancel"), t("people.off")) : null,
        h(
          "span",
          { class: "line-more" },
          t("people.since", {
            day: dayText(wallClock(Date.parse(person.created_at), salon.timezone).day, true),
          }),
        ),
      ),
      person.id === user.id
        ? h("a", { class: "button", href: links.account() }, t("people.yourself"))
        : h(
            "button",
            {
              type: "button",
              class: "button button-icon",
              "aria-haspopup": "dialog",
              "aria-label": t("people.more", { name: person.name }),
              on: { click: () => openMenu(person) },
            },
            icon("dots"),
          ),
    );
  }

  function deviceRow(device) {
    const moment = (iso) => momentText(iso, salon.timezone, clockNow());
    return h(
      "li",
      { class: "line", key: device.id },
      icon("tablet"),
      h(
        "div",
        { class: "line-what" },
        h("b", null, deviceName(device)),
        h("span", { class: "chip" }, icon("users"), t("people.tablet_people", { n: device.people })),
        h(
          "span",
          { class: "line-more" },
          t("people.tablet_since", {
            seen: moment(device.last_seen_at),
            since: moment(device.created_at),
            name: device.created_by ?? "–",
          }),
        ),
      ),
      h(
        "button",
        {
          type: "button",
          class: "button",
          "aria-label": t("people.forget_label", { name: deviceName(device) }),
          on: { click: () => forgetDevice(device) },
        },
        icon("cancel"),
        t("people.forget"),
      ),
    );
  }

  function accounts() {
    if (staff.data) return h("ul", { class: "lines" }, staff.data.staff.map(personRow));
    return staff.error ? errorBanner(staff.error) : skeleton("line", 3);
  }

  function tablets() {
    if (!devices.data) return devices.error ? errorBanner(devices.error) : skeleton("line", 1);
    const list = devices.data.devices;
    return list.length
      ? h("ul", { class: "lines" }, list.map(deviceRow))
      : h("p", { class: "muted" }, t("people.tablets_none"));
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
          h("p", { class: "eyebrow" }, salon.name),
          h("h1", { tabindex: "-1" }, t("people.title")),
        ),
      ),
      staff.offline ? offlineBanner(staff.at, salon.timezone) : null,
      byPin
        ? h(
            "div",
            { class: "banner", key: "by-pin" },
            icon("lock"),
            h(
              "div",
              null,
              h("p", null, t("people.by_pin")),
              h(
                "button",
                { type: "button", class: "button", on: { click: shell.usePassword } },
                icon("key"),
                t("lock.password"),
              ),
            ),
          )
        : null,
      h(
        "div",
        { class: "more", key: "people" },
        h(
          "section",
          { class: "panel", key: "accounts", "aria-labelledby": "accounts-title" },
          h("h2", { class: "panel-title", id: "accounts-title" }, t("people.accounts")),
          accounts(),
          byPin
            ? null
            : h(
                "button",
                {
                  type: "button",
                  class: "button button-primary",
                  "data-do": "add",
                  on: { click: addPerson },
                },
                icon("plus"),
                t("people.add"),
              ),
        ),
        h(
          "section",
          { class: "panel", key: "tablets", "aria-labelledby": "tablets-title" },
          h("h2", { class: "panel-title", id: "tablets-title" }, t("people.tablets")),
          tablets(),
        ),
      ),
    );
    shell.setTitle(t("people.title"));
  }

  function load() {
    return Promise.all([staff.load(), devices.load()]);
  }

  render();
  load();
  return {
    refresh: load,
    tick: render,
    close() {
      staff.close();
      devices.close();
    },
  };
}
