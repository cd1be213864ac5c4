/*
 * pet-form.js: an animal's card is made for a client, or changed.
 */
import { get, send } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { draft } from "../lib/draft.js";
import { lengthText, t } from "../lib/i18n.js";
import { patchPage } from "../lib/place.js";
import { go, links } from "../lib/router.js";
import { clockNow, wallClock } from "../lib/time.js";
import { toast } from "../lib/toast.js";
import { lengths, personName, petBody, petTypes, petValues, problemText } from "./client-fields.js";
import { openConflict } from "./conflict.js";
import { choice, field, focusError, formButtons, formError, restoredNote } from "./fields.js";
import { pageHead } from "./page-head.js";
import { errorBanner, errorText, skeleton } from "./parts.js";

export function open(main, route, shell) {
  const id = route.name === "pet-edit" ? route.rest[0] : null;
  const clientId = id ? null : route.rest[0];
  const zone = shell.session.salon.timezone;
  let card = null;
  let client = null;
  let typed = null;
  let problem = null;

  async function load() {
    try {
      if (id) card = await get(`/api/pets/${encodeURIComponent(id)}`);
      else client = await get(`/api/clients/${encodeURIComponent(clientId ?? "")}`);
      const key = `${shell.session.user.id} pet ${id ?? `of ${clientId}`}`;
      typed = draft({ key, base: petValues(card ?? undefined), render });
    } catch (error) {
      problem = error;
    }
    render();
    if (typed) main.querySelector("form input")?.focus();
  }

  const back = () => (id ? links.pet(id) : links.client(clientId ?? ""));

  function bound(name, more = {}) {
    return {
      name,
      label: t(`field.${name === "name" ? "pet_name" : name}`),
      value: typed.values[name],
      error: typed.errors[name],
      autocomplete: "off",
      ...more,
      on: { input: (event) => typed.set(name, event.target.value) },
    };
  }

  async function save(event) {
    event?.preventDefault();
    if (id && !typed.dirty()) return go(links.pet(id));
    const done = await typed.save(
      async () => {
        const saved = id
          ? await send("PATCH", `/api/pets/${encodeURIComponent(id)}`, {
              revision: card.revision,
              ...petBody(typed.changed()),
            })
          : await send("POST", "/api/pets", { client_id: clientId, ...petBody(typed.values) });
        toast(t(id ? "pet.saved" : "pet.made", { name: saved.name }));
        go(links.pet(saved.id));
      },
      {
        problem: (name) =>
          name === "name" && !typed.values.name.trim()
            ? t("problem.pet_name_missing")
            : problemText(name, typed.values[name]),
        refused: (error) => {
          if (error.status !== 409 || !error.body?.current) return false;
          const theirs = error.body.current;
          openConflict({
            form: typed,
            theirs: petValues(theirs),
            label: (name) => t(`field.${name === "name" ? "pet_name" : name}`),
            resolve: () => {
              card = theirs;
              save();
            },
          });
          return true;
        },
      },
    );
    if (!done) focusError(main);
    return done;
  }

  /* A usual length at a tap; any other is typed. */
  function length() {
    return h(
      "div",
      { class: "field-wide", key: "length" },
      field(
        bound("default_duration_minutes", {
          inputmode: "numeric",
          hint: t("field.default_duration_minutes_hint"),
        }),
      ),
      h(
        "div",
        { class: "filters length-picks", role: "group", "aria-label": t("field.default_duration_minutes") },
        lengths.map((minutes) =>
          h(
            "button",
            {
              type: "button",
              class: "filter",
              key: minutes,
              "aria-pressed": typed.values.default_duration_minutes === String(minutes) ? "true" : "false",
              on: {
                click: () => {
                  typed.set("default_duration_minutes", String(minutes));
                  render();
                },
              },
            },
            lengthText(minutes),
          ),
        ),
      ),
    );
  }

  function section(key, ...content) {
    return h(
      "section",
      { class: "panel", key, "aria-labelledby": `${key}-title` },
      h("h2", { class: "panel-title", id: `${key}-title` }, t(`pet.section_${key}`)),
      h("div", { class: "form-grid" }, content),
    );
  }

  function body() {
    const today = wallClock(clockNow(), zone).day;
    return h(
      "form",
      { class: "form card-form", key: "form", novalidate: true, on: { submit: save } },
      typed.restored ? restoredNote(() => typed.discard()) : null,
      section(
        "who",
        field(bound("name", { required: true, maxlength: "80" })),
        field(bound("breed", { maxlength: "80" })),
        choice({
          name: "type",
          label: t("field.type"),
          options: petTypes.map((type) => ({
            value: type,
            label: t(`type.${type}`),
            picture: type === "other" ? "paw" : type,
          })),
          current: typed.values.type,
          on: (type) => {
            typed.set("type", type);
            render();
          },
        }),
        field(bound("birth_date", { type: "date", max: today })),
      ),
      section(
        "beware",
        field(bound("allergies", { rows: "2", hint: t("field.allergies_hint") })),
        field(bound("behaviour", { rows: "2", hint: t("field.behaviour_hint") })),
        field(bound("health_issues", { rows: "2" })),
        field(bound("rabies_vaccinated_on", { type: "date", max: today })),
      ),
      section(
        "grooming",
        length(),
        field(bound("preferences", { rows: "2", hint: t("field.preferences_hint") })),
        field(bound("notes", { rows: "3" })),
      ),
      typed.failure ? formError(errorText(typed.failure)) : null,
      formButtons({ busy: typed.busy, cancel: back(), onCancel: () => typed.done() }),
    );
  }

  function render() {
    const title = t(id ? "pet.edit" : "pet.new");
    patchPage(
      main,
      pageHead({
        title,
        eyebrow: card ? card.name : client ? personName(client) : shell.session.salon.name,
        back: back(),
        backLabel: t("common.back"),
      }),
      problem ? errorBanner(problem) : typed ? body() : skeleton("card", 3),
    );
    shell.setTitle(title);
  }

  const leaving = (event) => {
    if (typed?.dirty() && !typed.busy) event.preventDefault();
  };
  addEventListener("beforeunload", leaving);
  render();
  load();
  return {
    refresh() {},
    tick() {},
    close: () => removeEventListener("beforeunload", leaving),
  };
}
