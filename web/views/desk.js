/*
 * desk.js: what the front desk says about a visit. A tap shows at once, is sent, and can be taken
 * back; when it could not be saved the page says so and shows what is true.
 */
import { send } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { go, links } from "../lib/router.js";
import { deskStatuses, statusIcon, statusOf } from "../lib/status.js";
import { toast, toastError } from "../lib/toast.js";
import { errorText, phoneLink, visitName } from "./parts.js";

/* store: {update(visit)} puts a visit back into what the page shows. */
export async function setDesk(visit, status, store, undoing = false) {
  const before = visit.desk_status;
  store.update({ ...visit, desk_status: status });
  try {
    const saved = await send("PATCH", `/api/appointments/${encodeURIComponent(visit.id)}/desk`, {
      status,
    });
    store.update({ ...visit, ...saved });
    const state = t(`status.${statusOf({ ...visit, desk_status: status })}`);
    if (undoing) toast(t("desk.undone", { name: visitName(visit), state }));
    else
      toast(t("desk.set", { name: visitName(visit), state }), () =>
        setDesk({ ...visit, ...saved }, before, store, true),
      );
  } catch (error) {
    store.update(visit);
    toastError(t("desk.failed", { name: visitName(visit), reason: errorText(error) }));
  }
}

/* Every status and the few other things, behind the card's "…". */
export function openDeskMenu(visit, store) {
  const current = statusOf(visit);
  openDialog({
    title: visitName(visit),
    body: (close) => {
      const choose = (status) => () => {
        close();
        setDesk(visit, status, store);
      };
      const choice = (status) =>
        h(
          "button",
          {
            type: "button",
            class: `menu-item menu-status badge-${status}`,
            "data-desk": status,
            "aria-pressed": visit.desk_status === status ? "true" : "false",
            on: { click: choose(status) },
          },
          icon(statusIcon(status)),
          h("span", null, t(`status.${status}`)),
          current === status ? icon("check") : null,
        );
      return [
        h("p", { class: "menu-lead" }, `${visit.start_local}–${visit.end_local}`),
        h(
          "div",
          { class: "menu menu-grid", role: "group", "aria-label": t("desk.label") },
          deskStatuses.map(choice),
        ),
        h(
          "div",
          { class: "menu" },
          visit.desk_status
            ? h(
                "button",
                {
                  type: "button",
                  class: "menu-item",
                  "data-desk": "clear",
                  on: { click: choose(null) },
                },
                icon("undo"),
                h("span", null, t("desk.clear")),
              )
            : null,
          h(
            "button",
            {
              type: "button",
              class: "menu-item",
              on: {
                click: () => {
                  close();
                  go(links.appointment(visit.id));
                },
              },
            },
            icon("open"),
            h("span", null, t("desk.open")),
          ),
          phoneLink(visit, "menu-item"),
        ),
      ];
    },
  });
}
