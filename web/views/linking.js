/*
 * linking.js: whose appointment it is: link it with a client and pets, for others of the same person
 * too, and take it back.
 */
import { send } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { go, links } from "../lib/router.js";
import { toast, toastError } from "../lib/toast.js";
import { personName } from "./client-fields.js";
import { tick } from "./fields.js";
import { openPalette } from "./palette.js";
import { errorText } from "./parts.js";

const path = (id) => `/api/appointments/${encodeURIComponent(id)}/link`;

export const living = (pets) => (pets ?? []).filter((pet) => !pet.deceased && !pet.archived);

/* Links and says so. others: also the other appointments of that attendee. done(visit) follows, after
 * undoing too. */
export async function linkNow(visit, client, petIds, { others = false, done }) {
  try {
    const linked = await send("POST", path(visit.id), {
      client_id: client.id,
      pet_ids: petIds,
      also_same_attendee: others,
    });
    const more = linked.others ? ` ${t("linking.others_done", { n: linked.others })}` : "";
    // What was linked besides has no list to take it back from: then there is no undo to offer.
    const undo = linked.others ? null : () => unlink(visit, done, true);
    toast(t("linking.done", { name: client.title ?? personName(client) }) + more, undo);
    done(linked);
  } catch (error) {
    toastError(errorText(error));
  }
}

/* quiet: nothing is left of the link, the bookings decide again; else staff have said "not theirs". */
export async function unlink(visit, done, quiet = false) {
  try {
    const free = await send("DELETE", `${path(visit.id)}${quiet ? "?auto=1" : ""}`);
    if (quiet) toast(t("card.undone"));
    else toast(t("linking.undone"), visit.client ? () => linkNow(visit, visit.client, visit.pets.map((pet) => pet.id), { done }) : null);
    done(free);
  } catch (error) {
    toastError(errorText(error));
  }
}

/* Which pets, when that is not plain; then links. chosen: ids that are likely. */
export function linkTo(visit, client, chosen, { done }) {
  const pets = living(client.pets);
  const picked = new Set(chosen?.length ? chosen : pets.length === 1 ? [pets[0].id] : []);
  let others = true;
  openDialog({
    title: t("linking.title", { name: client.title ?? personName(client) }),
    body: (close) => [
      pets.length
        ? h(
            "fieldset",
            { class: "ticks-list" },
            h("legend", null, t("linking.which")),
            pets.map((pet) =>
              tick({
                name: `link-${pet.id}`,
                label: [pet.name, pet.breed].filter(Boolean).join(", "),
                checked: picked.has(pet.id),
                onChange: (on) => (on ? picked.add(pet.id) : picked.delete(pet.id)),
              }),
            ),
          )
        : h("p", { class: "panel-empty" }, t("client.no_pets")),
      tick({
        name: "link-others",
        label: t("linking.others"),
        checked: true,
        onChange: (on) => {
          others = on;
        },
      }),
      h(
        "div",
        { class: "form-buttons" },
        h(
          "button",
          {
            type: "button",
            class: "button button-primary",
            on: {
              click: () => {
                close();
                linkNow(visit, client, [...picked], { others, done });
              },
            },
          },
          icon("link"),
          t("linking.go"),
        ),
        h("button", { type: "button", class: "button", on: { click: close } }, t("form.cancel")),
      ),
    ],
  });
}

/* Somebody else than those proposed: found by search. */
export function pickAndLink(visit, { done }) {
  openPalette({
    title: t("linking.pick"),
    accept: (result) => result.client_id,
    onPick: async (result) => {
      const client =
        result.kind === "client"
          ? result
          : { id: result.client_id, title: result.title, pets: [{ id: result.id, name: result.title, breed: result.breed }] };
      linkTo(visit, client, result.kind === "pet" ? [result.id] : [], { done });
    },
  });
}

/* The three ways, as buttons: for the appointment's page. */
export function linkButtons(visit, { done }) {
  const button = (picture, text, run, primary) =>
    h(
      "button",
      { type: "button", class: `button${primary ? " button-primary" : ""}`, on: { click: run } },
      icon(picture),
      text,
    );
  return h(
    "div",
    { class: "form-buttons link-buttons" },
    button("search", t(visit.client ? "linking.change" : "linking.pick"), () => pickAndLink(visit, { done }), !visit.client),
    visit.client
      ? button("unlinked", t("linking.undo"), () => unlink(visit, done))
      : button("plus", t("linking.make"), () => go(links.clientNew(visit.id))),
  );
}
