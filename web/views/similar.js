/*
 * similar.js: while a client is typed: who is there already and may be the same, and why.
 */
import { get } from "../lib/api.js";
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { personName } from "./client-fields.js";
import { candidateRow } from "./candidate.js";

const PAUSE_MS = 250;
const WAITS = ["name", "surname", "phone", "email"];

/* {ask(values), view(options), close()}; render is called when the answer is another. */
export function similarClients(render) {
  let found = [];
  let asked = "";
  let timer = 0;
  let closed = false;

  async function run(query) {
    try {
      const { clients } = await get(`/api/clients/similar?${query}`);
      if (closed || query !== asked) return;
      found = clients;
      render();
    } catch {
      /* a warning that cannot be had is no failure */
    }
  }

  function ask(values) {
    const query = new URLSearchParams();
    for (const name of WAITS) if (values[name]?.trim()) query.set(name, values[name].trim());
    if (values.except) query.set("except", values.except);
    const text = query.toString();
    if (text === asked) return;
    asked = text;
    clearTimeout(timer);
    timer = setTimeout(() => run(text), PAUSE_MS);
  }

  /* href(client): where a card is looked at; link(client, petIds): offered when a booking waits. */
  function view({ href, link }) {
    if (!found.length) return null;
    return h(
      "div",
      { class: "similar", role: "status", key: "similar" },
      h("p", { class: "similar-head" }, icon("users"), h("b", null, t("similar.title"))),
      h(
        "ul",
        { class: "candidates" },
        found.map((one) =>
          candidateRow(one, {
            action: link
              ? h(
                  "button",
                  { type: "button", class: "button", on: { click: () => link(one.client, one.pet_ids) } },
                  icon("link"),
                  t("linking.this"),
                )
              : h(
                  "a",
                  { class: "button", href: href(one.client), "aria-label": t("similar.open", { name: personName(one.client) }) },
                  icon("open"),
                  t("similar.go"),
                ),
          }),
        ),
      ),
    );
  }

  return {
    ask,
    view,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
