/*
 * message-write.js: texts that a person writes: one to a client, one to everybody of a day. What it
 * will read like, how many segments it takes and what it costs stands there while one types; sending
 * sends exactly that.
 */
import { send } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { h, icon, patch } from "../lib/dom.js";
import { moneyText, t } from "../lib/i18n.js";
import { wishId } from "../lib/order.js";
import { needStyle } from "../lib/style.js";
import { reasonText, sizeText, whenText } from "../lib/texts.js";
import { toast } from "../lib/toast.js";
import { field, formError, tick } from "./fields.js";
import { errorText } from "./parts.js";

const PAUSE_MS = 250;

/* Asks for the preview of what was typed last, once the typing rests. ask() gives [path, body] or null. */
export function livePreview(ask, onUpdate) {
  const self = { data: null, error: null, changed, close };
  let timer = 0;
  let ticket = 0;

  async function run() {
    const mine = ++ticket;
    const question = ask();
    if (!question) {
      self.data = null;
      onUpdate();
      return;
    }
    try {
      const data = await send("POST", ...question);
      if (mine !== ticket) return;
      self.data = data;
      self.error = null;
    } catch (error) {
      if (mine !== ticket) return;
      self.error = errorText(error);
    }
    onUpdate();
  }

  function changed() {
    clearTimeout(timer);
    timer = setTimeout(run, PAUSE_MS);
  }

  function close() {
    clearTimeout(timer);
    ticket += 1;
  }

  return self;
}

/* The words as they will arrive, and what they cost. */
export function previewBox(preview) {
  const data = preview.data;
  return h(
    "div",
    { class: "text-preview", key: "preview", "aria-live": "polite" },
    h("p", { class: "text-preview-label" }, t("text.preview")),
    data?.problem ? h("p", { class: "field-error" }, icon("alert"), h("span", null, data.problem)) : null,
    data?.text ? h("p", { class: "text-bubble" }, data.text) : null,
    data?.text ? h("p", { class: "text-size" }, sizeText(data.size)) : null,
    data?.text && data.size.ucs2 ? h("p", { class: "field-hint" }, t("text.ucs2")) : null,
    preview.error ? h("p", { class: "field-error" }, icon("alert"), h("span", null, preview.error)) : null,
  );
}

/* A dialog with a text to write; parts(state) says what stands under it. */
async function openWriter({ title, lead, above, ask, parts, submit }) {
  await Promise.all([needStyle("/css/fields.css"), needStyle("/css/messages.css")]);
  const slot = h("div");
  const state = { text: "", plain: null, busy: false, failure: null, batch: wishId() };
  const preview = livePreview(() => (state.text.trim() ? ask(state) : null), render);
  state.preview = preview;
  state.changed = () => {
    state.batch = wishId();
    preview.changed();
    render();
  };

  async function go(event) {
    event.preventDefault();
    if (state.busy || !state.text.trim()) return;
    state.busy = true;
    state.failure = null;
    render();
    try {
      await submit(state);
      close();
    } catch (error) {
      state.failure = error.field === "text" ? error.message : (error.shown ?? errorText(error));
      state.busy = false;
      preview.changed();
      render();
    }
  }

  function render() {
    patch(
      slot,
      h(
        "form",
        { class: "form", novalidate: true, key: "form", on: { submit: go } },
        lead ? h("p", { class: "muted", key: "lead" }, lead) : null,
        above?.(state),
        field({
          name: "text",
          label: t("text.words"),
          rows: 4,
          maxlength: 1600,
          required: true,
          hint: t("text.fields_hint"),
          on: {
            input: (event) => {
              state.text = event.target.value;
              state.changed();
            },
          },
        }),
        tick({
          name: "plain",
          label: t("text.plain"),
          hint: t("text.plain_hint"),
          checked: state.plain ?? preview.data?.plain ?? false,
          onChange: (on) => {
            state.plain = on;
            state.changed();
          },
        }),
        parts(state, preview),
        state.failure ? formError(state.failure) : null,
      ),
    );
  }

  render();
  const { close } = openDialog({ title, kind: "form", body: slot, onClose: () => preview.close() });
  slot.querySelector("textarea")?.focus();
}

function sendButton(state, ready, label) {
  return h(
    "div",
    { class: "form-buttons", key: "buttons" },
    h(
      "button",
      {
        type: "submit",
        class: "button button-primary",
        "aria-disabled": state.busy || !ready ? "true" : null,
      },
      icon("message"),
      state.busy ? t("form.busy") : label,
    ),
  );
}

function hours(data) {
  return data && !data.now
    ? h("p", { class: "field-hint", key: "hours" }, t("text.later", { when: whenText(data.due_local, "") }))
    : null;
}

const words = (state) => ({
  text: state.text,
  ...(state.plain === null ? {} : { plain: state.plain }),
});

/* To one client: {client} or {event}, and their name. */
export function openText({ client, event, name }, onSent) {
  const whom = event ? { event_id: event } : { client_id: client };
  return openWriter({
    title: t("text.write_to", { name }),
    ask: (state) => ["/api/messages/preview", { ...whom, ...words(state) }],
    parts(state, preview) {
      const data = preview.data;
      const obstacle = data?.obstacle ?? null;
      return [
        previewBox(preview),
        obstacle ? formError(t("text.none", { reason: reasonText(obstacle) })) : null,
        hours(data),
        sendButton(state, data && !data.problem && !obstacle, t("text.send")),
      ];
    },
    async submit(state) {
      const data = state.preview.data;
      if (!data || data.problem || data.obstacle) throw Object.assign(new Error(), { shown: t("text.not_ready") });
      const answer = await send("POST", "/api/messages", {
        ...whom,
        ...words(state),
        batch_id: state.batch,
      });
      toast(
        answer.now
          ? t("text.going", { name })
          : t("text.going_later", { name, when: whenText(answer.due_local, "") }),
      );
      onSent?.();
    },
  });
}

function person(row) {
  const name = row.client ? [row.client.name, row.client.surname].filter(Boolean).join(" ") : t("text.stranger");
  return h(
    "li",
    { class: "text-person", key: row.event_id },
    icon(row.obstacle ? "minus" : "check"),
    h("span", null, h("b", null, name), ` ${row.start_local.slice(11)}`),
    row.obstacle ? h("span", { class: "text-why" }, reasonText(row.obstacle)) : null,
  );
}

/* To everybody of a day: who, who not and why, and what it costs, before it can be sent. */
export function openDayText(today, onSent) {
  let date = today;
  return openWriter({
    title: t("messages.day"),
    lead: t("messages.day_lead"),
    above: (state) =>
      field({
        name: "date",
        label: t("messages.day_which"),
        type: "date",
        min: today,
        value: date,
        on: {
          change: (event) => {
            date = event.target.value || today;
            state.changed();
          },
        },
      }),
    ask: (state) => ["/api/messages/bulk", { date, ...words(state) }],
    parts(state, preview) {
      const data = preview.data;
      if (!data)
        return preview.error
          ? h("p", { class: "field-error", key: "error" }, icon("alert"), h("span", null, preview.error))
          : null;
      const first = data.people.find((row) => row.text);
      return [
        first
          ? h(
              "div",
              { class: "text-preview", key: "preview" },
              h("p", { class: "text-preview-label" }, t("text.preview")),
              h("p", { class: "text-bubble" }, first.text),
              h("p", { class: "text-size" }, sizeText(first.size)),
            )
          : null,
        h(
          "p",
          { key: "sum", class: "text-sum", "aria-live": "polite" },
          [
            t("messages.day_people", { n: data.recipients }),
            t("text.segments", { n: data.segments }),
            data.price_minor === null ? null : moneyText(data.price_minor, "PLN"),
          ]
            .filter(Boolean)
            .join(" · "),
        ),
        data.skipped ? h("p", { key: "skipped", class: "muted" }, t("messages.day_skipped", { n: data.skipped })) : null,
        h("ul", { class: "text-people", key: "people" }, data.people.map(person)),
        hours(data),
        data.recipients
          ? sendButton(state, true, t("messages.day_send", { n: data.recipients }))
          : null,
      ];
    },
    async submit(state) {
      const data = state.preview.data;
      if (!data?.recipients) throw Object.assign(new Error(), { shown: t("text.not_ready") });
      const answer = await send("POST", "/api/messages/bulk", {
        date,
        ...words(state),
        send: true,
        expect: data.recipients,
        batch_id: state.batch,
      });
      toast(t("messages.day_sent", { n: answer.recipients }));
      onSent?.();
    },
  });
}
