/*
 * candidate.js: one client among those it may be: name, phone, pets, and why we think so.
 */
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { links } from "../lib/router.js";
import { personName } from "./client-fields.js";
import { listText } from "./parts.js";

const pictures = { phone: "phone", email: "mail", name: "user", pet_name: "paw" };

export function petNames(pets) {
  const living = pets.filter((pet) => !pet.deceased && !pet.archived);
  return listText((living.length ? living : pets).map((pet) => pet.name));
}

/* one: {client, why, pet_ids}; pets: what to show in their place; action: what can be done. */
export function candidateRow({ client, why }, { pets, action }) {
  return h(
    "li",
    { class: "candidate", key: client.id },
    h(
      "div",
      { class: "candidate-who" },
      h("a", { class: "candidate-name", href: links.client(client.id) }, personName(client)),
      client.phone_display ? h("span", { class: "muted" }, client.phone_display) : null,
      !pets && client.pets?.length ? h("span", { class: "candidate-pets" }, icon("paw"), petNames(client.pets)) : null,
      h(
        "span",
        { class: "candidate-why" },
        (why ?? []).map((reason) =>
          h("span", { class: "chip", key: reason }, icon(pictures[reason] ?? "info"), t(`why.${reason}`)),
        ),
      ),
    ),
    pets ?? null,
    action,
  );
}
