/*
 * card-menu.js: what is done to a whole card and not to a field of it: archive, merge with a double,
 * and take either back.
 */
import { send } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { pref, setPref } from "../lib/prefs.js";
import { go } from "../lib/router.js";
import { toast, toastError } from "../lib/toast.js";
import { openPalette } from "./palette.js";
import { errorText } from "./parts.js";

const DAY_MS = 86400000;

/* items: [{picture, text, run or href of a file}] behind the "…" of a card. */
export function openCardMenu(title, items) {
  openDialog({
    title,
    body: (close) =>
      h(
        "div",
        { class: "menu" },
        items
          .filter(Boolean)
          .map(({ picture, text, run, href }) =>
            href && !run
              ? h(
                  "a",
                  { class: "menu-item", href, download: "", on: { click: close } },
                  icon(picture),
                  text,
                )
              : h(
                  "button",
                  {
                    type: "button",
                    class: "menu-item",
                    on: {
                      click: () => {
                        close();
                        run();
                      },
                    },
                  },
                  icon(picture),
                  h("span", null, text),
                ),
          ),
      ),
  });
}

/* Changes fields of the whole card at once, with an undo. path: of the card; done(card) afterwards. */
export async function changeCard(path, card, fields, text, done) {
  const before = Object.fromEntries(Object.keys(fields).map((name) => [name, !fields[name]]));
  try {
    const saved = await send("PATCH", path, { revision: card.revision, ...fields });
    done(saved);
    toast(text, () => changeCard(path, saved, before, t("card.undone"), done));
  } catch (error) {
    toastError(errorText(error));
    if (error.body?.current) done(error.body.current);
  }
}

/* Merges of the last day that were made in this browser: by the id of the card that was kept. */
function merges() {
  try {
    const kept = JSON.parse(pref("merges", "[]"));
    return kept.filter((merge) => Date.now() - merge.at < DAY_MS);
  } catch {
    return [];
  }
}

async function undo(mergeId, done) {
  try {
    await send("POST", `/api/merges/${encodeURIComponent(mergeId)}/undo`);
    setPref("merges", JSON.stringify(merges().filter((merge) => merge.id !== mergeId)));
    toast(t("merge.undone"));
    done();
  } catch (error) {
    toastError(errorText(error));
  }
}

/* Says on the kept card that it was merged, for as long as that can be taken back. */
export function mergedBanner(cardId, done) {
  const merge = merges().find((one) => one.card === cardId);
  if (!merge) return null;
  return h(
    "div",
    { class: "banner", key: "merged" },
    icon("merge"),
    h("p", { class: "banner-text" }, t("merge.done")),
    h(
      "button",
      { type: "button", class: "button", on: { click: () => undo(merge.id, done) } },
      icon("undo"),
      t("merge.undo"),
    ),
  );
}

function movesText(moves) {
  const parts = ["pets", "owners", "appointments", "visits"]
    .filter((kind) => moves[kind] > 0)
    .map((kind) => t(`merge.${kind}`, { n: moves[kind] }));
  return parts.length ? parts : [t("merge.nothing")];
}

/* kind: "client" or "pet"; card: {id, title}, the one that is kept. */
export function startMerge(kind, card, done) {
  const path = `/api/${kind}s/${encodeURIComponent(card.id)}/merge`;
  openPalette({
    title: t(`merge.pick_${kind}`),
    accept: (result) => result.kind === kind && result.id !== card.id,
    onPick: async (other) => {
      try {
        const { moves } = await send("POST", path, { other: other.id, preview: true });
        confirm(other, moves);
      } catch (error) {
        toastError(errorText(error));
      }
    },
  });

  function confirm(other, moves) {
    openDialog({
      title: t("merge.title"),
      kind: "form",
      body: (close) => [
        h(
          "div",
          { class: "merge" },
          h("div", { class: "merge-card" }, h("span", { class: "muted" }, t("merge.gone")), h("b", null, other.title), h("span", null, other.subtitle ?? "")),
          icon("right"),
          h("div", { class: "merge-card merge-kept" }, h("span", { class: "muted" }, t("merge.kept")), h("b", null, card.title), h("span", null, card.subtitle ?? "")),
        ),
        h("p", null, t("merge.text")),
        h(
          "ul",
          { class: "ticks" },
          movesText(moves).map((text) => h("li", null, icon("check"), text)),
        ),
        h(
          "div",
          { class: "form-buttons" },
          h(
            "button",
            { type: "button", class: "button button-primary", on: { click: () => merge(other, close) } },
            icon("merge"),
            t("merge.go"),
          ),
          h("button", { type: "button", class: "button", on: { click: close } }, t("form.cancel")),
        ),
      ],
    });
  }

  async function merge(other, close) {
    try {
      const merged = await send("POST", path, { other: other.id });
      const kept = { id: merged.merge_id, card: card.id, at: Date.now() };
      setPref("merges", JSON.stringify([...merges(), kept]));
      close();
      toast(t("merge.merged", { name: card.title }), () => undo(merged.merge_id, done));
      go(`#/${kind}/${encodeURIComponent(card.id)}`);
      done();
    } catch (error) {
      toastError(errorText(error));
    }
  }
}
