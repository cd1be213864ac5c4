/*
 * photos.js: the photos of one visit: small pictures, before and after, the large one in a dialog; taking
 * new ones with the tablet's camera, with progress; whether the client agreed to any.
 */
import { send } from "../lib/api.js";
import { openDialog } from "../lib/dialog.js";
import { h, icon } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { shrink, upload } from "../lib/picture.js";
import { resource } from "../lib/resource.js";
import { toast, toastError } from "../lib/toast.js";
import { errorText } from "./parts.js";

const KINDS = ["before", "after"];

/* Of one pet's visit: visitId() gives its id (null: none yet), open() makes one and gives its id. render()
 * is called when it has something new. */
export function visitPhotos({ name, visitId, open }, render) {
  let source = null;
  let sending = []; // {key, kind, share, waits}
  let closed = false;
  let count = 0;

  /* The visit may come to be while the page is open. */
  function look() {
    const id = visitId();
    if (!id || closed) return;
    if (!source)
      source = resource(() => `/api/visits/${encodeURIComponent(visitId())}/photos`, render);
    source.load();
  }

  async function sendOne(file, kind) {
    const job = { key: ++count, kind, share: 0, waits: false };
    sending = [...sending, job];
    render();
    try {
      const pictures = await shrink(file);
      if (!pictures) {
        toastError(t("photos.unreadable"));
        return;
      }
      const visit = visitId() ?? (await open());
      const total = pictures.large.size + pictures.small.size;
      const progress = (before, size) => (share, waits) => {
        job.share = (before + share * size) / total;
        job.waits = Boolean(waits);
        if (!closed) render();
      };
      const stopped = () => closed;
      const small = await upload(visit, pictures.small, progress(0, pictures.small.size), stopped);
      const large =
        small && (await upload(visit, pictures.large, progress(pictures.small.size, pictures.large.size), stopped));
      if (!large) return;
      await send("POST", `/api/visits/${encodeURIComponent(visit)}/photos`, {
        sha256: large,
        thumb_sha256: small,
        kind,
      });
    } catch (error) {
      toastError(t("photos.failed", { reason: errorText(error) }));
    } finally {
      sending = sending.filter((other) => other !== job);
      if (!closed) {
        render();
        look();
      }
    }
  }

  function choose(event, kind) {
    for (const file of event.target.files) sendOne(file, kind);
    event.target.value = "";
  }

  async function remove(photo, close) {
    try {
      await send("DELETE", `/api/photos/${encodeURIComponent(photo.id)}`);
      close();
      toast(t("photos.deleted"));
    } catch (error) {
      toastError(errorText(error));
    }
    look();
  }

  function show(photo) {
    const title = t(`photos.${photo.kind}.of`, { name });
    openDialog({
      title,
      kind: "form",
      body: (close) => {
        let sure = false;
        const button = h(
          "button",
          {
            type: "button",
            class: "button",
            on: {
              click: () => {
                if (sure) remove(photo, close);
                sure = true;
                button.lastChild.textContent = t("photos.delete_sure");
              },
            },
          },
          icon("cancel"),
          h("span", null, t("photos.delete")),
        );
        return [
          h("img", { class: "photo-large", src: `/api/photos/${photo.id}`, alt: title }),
          h("div", { class: "form-buttons" }, button),
        ];
      },
    });
  }

  function picture(photo) {
    return h(
      "li",
      { key: photo.id },
      h(
        "button",
        { type: "button", class: "photo", on: { click: () => show(photo) } },
        h("img", {
          src: `/api/photos/${photo.id}/thumb`,
          alt: t(`photos.${photo.kind}.of`, { name }),
          width: "120",
          height: "120",
        }),
        h("span", { "aria-hidden": "true" }, t(`photos.${photo.kind}`)),
      ),
    );
  }

  function onTheWay(job) {
    return h(
      "li",
      { key: `sending-${job.key}`, class: "photo photo-sending" },
      h("progress", { max: "1", value: job.share, "aria-label": t("photos.sending") }),
      h("span", { role: "status" }, t(job.waits ? "photos.waits" : "photos.sending")),
    );
  }

  function taker(kind) {
    return h(
      "label",
      { class: "button photo-take", key: kind },
      h("input", {
        type: "file",
        accept: "image/*",
        multiple: true,
        class: "sr-only",
        "data-photo": kind,
        on: { change: (event) => choose(event, kind) },
      }),
      icon("camera"),
      t(`photos.take.${kind}`),
    );
  }

  return {
    look,
    view() {
      const photos = source?.data?.photos ?? [];
      const consent = source?.data?.consent;
      return h(
        "div",
        { class: "photos", role: "group", "aria-label": t("photos.title"), key: "photos" },
        photos.length || sending.length
          ? h("ul", { class: "photo-list" }, photos.map(picture), sending.map(onTheWay))
          : null,
        h("div", { class: "form-buttons" }, KINDS.map(taker)),
        consent === undefined
          ? null
          : h("p", { class: "field-hint" }, t(consent ? "photos.consent" : "photos.no_consent")),
      );
    },
    close() {
      closed = true;
      source?.close();
    },
  };
}
