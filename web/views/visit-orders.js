/*
 * visit-orders.js: what an appointment's page asks of Cal.com: another time, a cancellation, a request
 * confirmed or declined, an absence and taking it back; and the way to book again.
 */
import { get } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { h, icon, patch } from "../lib/dom.js";
import { dayText, t, weekdayText } from "../lib/i18n.js";
import { carryOut, makeWishes } from "../lib/order.js";
import { links } from "../lib/router.js";
import { clockNow, wallClock } from "../lib/time.js";
import { toast } from "../lib/toast.js";
import { orderBanner, waitBanner } from "./order-words.js";
import { visitName } from "./parts.js";
import { slotPicker } from "./slots.js";

const ASK_MS = 25000;
const address = (visit, what) => `/api/appointments/${encodeURIComponent(visit.id)}/${what}`;

/* A dialog that asks, sends once, and stays open with the reason when it was refused. content(form) makes
 * what is asked; body() is what is sent, or null while something is missing. */
function orderDialog({ visit, what, key = what, title, lead, go, kind = "menu", content, body, done, refused }) {
  const wishes = makeWishes();
  const slot = h("div");
  let sending = false;
  let waiting = false;
  let failure = null;

  async function submit(event) {
    event.preventDefault();
    const wanted = body();
    if (sending || !wanted) return;
    sending = true;
    failure = null;
    render();
    try {
      const answer = await carryOut(address(visit, what), wanted, wishes, () => {
        waiting = true;
        render();
      });
      dialog.close();
      toast(t(`order.done.${key}`, { name: visitName(visit) }));
      done(answer.appointment);
      return;
    } catch (error) {
      failure = error;
      refused?.(error);
    }
    sending = false;
    waiting = false;
    render();
  }

  function render() {
    patch(
      slot,
      h(
        "form",
        { class: "order-form", novalidate: true, on: { submit } },
        lead ? h("p", { key: "lead" }, lead) : null,
        content?.(render),
        waiting ? waitBanner() : null,
        failure ? orderBanner(failure) : null,
        h(
          "div",
          { class: "form-buttons", key: "buttons" },
          h(
            "button",
            {
              type: "submit",
              class: "button button-primary",
              "aria-disabled": sending || !body() ? "true" : null,
            },
            t(sending ? "book.busy" : go),
          ),
        ),
      ),
    );
  }

  const dialog = openDialog({ title, kind, body: slot });
  render();
  return { render };
}

function reasonField(label, hold) {
  return h(
    "label",
    { key: "reason" },
    label,
    h("textarea", {
      rows: "3",
      maxlength: "480",
      name: "reason",
      value: hold.text,
      on: {
        input: (event) => {
          hold.text = event.target.value;
        },
      },
    }),
  );
}

function askWithReason(visit, what, done) {
  const hold = { text: "" };
  orderDialog({
    visit,
    what,
    done,
    title: t(`order.${what}.title`, { name: visitName(visit) }),
    lead: t(`order.${what}.lead`),
    go: `order.${what}.go`,
    content: () => reasonField(t("order.reason"), hold),
    body: () => ({ reason: hold.text.trim() }),
  });
}

function askPlainly(visit, what, key, body, done) {
  orderDialog({
    visit,
    what,
    key: what === "no-show" ? "absent" : what,
    done,
    title: t(`order.${key}.title`, { name: visitName(visit) }),
    lead: t(`order.${key}.lead`),
    go: `order.${key}.go`,
    body: () => body,
  });
}

/* date and time: what is suggested, from a drag; else a free time is picked. */
export function openMove(visit, zone, done, wanted = null) {
  const hold = { text: "" };
  const own = { date: wanted?.date ?? "", time: wanted?.time ?? "" };
  let type = null;
  let form = null;
  const picker = slotPicker({
    zone,
    prefer: wanted,
    from: wanted?.date ?? wallClock(Date.parse(visit.start), zone).day,
    render: () => form?.render(),
    wish: () =>
      type
        ? {
            eventType: type.id,
            length: type.lengths.includes(visit.duration_minutes) && type.lengths.length > 1
              ? visit.duration_minutes
              : null,
            appointment: visit.id,
          }
        : null,
    onPick: (slot) => {
      own.date = slot?.date ?? "";
      own.time = slot?.time ?? "";
    },
  });
  const input = (kind) =>
    h(
      "label",
      { key: kind },
      t(`order.move.${kind}`),
      h("input", {
        type: kind,
        name: kind,
        value: own[kind],
        on: {
          input: (event) => {
            own[kind] = event.target.value;
            picker.forget();
            form.render();
          },
        },
      }),
    );
  form = orderDialog({
    visit,
    what: "reschedule",
    kind: "form",
    done,
    title: t("order.move.title", { name: visitName(visit) }),
    lead: t("order.move.lead"),
    go: "order.move.go",
    content: () => [
      type ? picker.view() : null,
      h("div", { class: "book-repeat", key: "own" }, input("date"), input("time")),
      own.date && own.time
        ? h(
            "p",
            { class: "book-summary", key: "summary" },
            t("order.move.to", {
              when: `${weekdayText(own.date)}, ${dayText(own.date)}, ${own.time}`,
            }),
          )
        : null,
      reasonField(t("order.reason"), hold),
    ],
    body: () =>
      own.date && own.time ? { date: own.date, time: own.time, reason: hold.text.trim() } : null,
    refused: () => picker.load(),
  });
  get("/api/event-types", { timeout: ASK_MS })
    .then(({ event_types: list }) => {
      type = list.find((one) => [one.slug, String(one.id)].includes(visit.service)) ?? null;
      picker.load();
    })
    .catch(() => {}); // then the time is typed in
}

/* The panel with everything that makes sense for this visit now. done(visit) shows what it became. */
export function orderPanel(visit, zone, done) {
  const known = visit.uid && !visit.uid.startsWith("local:");
  const off = visit.status === "cancelled";
  const begun = Date.parse(visit.start) <= clockNow();
  const button = (name, picture, key, on, extra = "") =>
    h(
      "button",
      {
        type: "button",
        class: `button ${extra}`.trim(),
        "data-order": name,
        key: name,
        on: { click: on },
      },
      icon(picture),
      t(key),
    );
  const again = new URLSearchParams();
  if (visit.client) again.set("client", visit.client.id);
  if (visit.pets.length) again.set("pet", visit.pets[0].id);
  if (visit.service) again.set("service", visit.service);
  again.set("length", visit.duration_minutes);
  return h(
    "section",
    { class: "panel", "aria-labelledby": "orders-title", key: "orders" },
    h("h2", { class: "panel-title", id: "orders-title" }, t("order.label")),
    h(
      "div",
      { class: "order-buttons" },
      known && visit.status === "pending"
        ? [
            button("confirm", "check", "order.confirm.go", () =>
              askPlainly(visit, "confirm", "confirm", {}, done),
            ),
            button("decline", "cancel", "order.decline.go", () =>
              askWithReason(visit, "decline", done),
            ),
          ]
        : null,
      known && !off && !begun
        ? button("move", "rotate", "order.move.open", () => openMove(visit, zone, done))
        : null,
      known && !off && begun && visit.status !== "pending"
        ? visit.status === "no_show"
          ? button("came", "undo", "order.came.go", () =>
              askPlainly(visit, "no-show", "came", { absent: false }, done),
            )
          : button("no-show", "absent", "order.absent.go", () =>
              askPlainly(visit, "no-show", "absent", { absent: true }, done),
            )
        : null,
      known && !off && !begun && visit.status !== "pending"
        ? button("cancel", "cancel", "order.cancel.go", () => askWithReason(visit, "cancel", done), "button-danger")
        : null,
      visit.client
        ? h(
            "a",
            { class: "button", "data-order": "again", key: "again", href: links.book(again) },
            icon("plus"),
            t("order.again"),
          )
        : null,
    ),
  );
}
