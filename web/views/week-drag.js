/*
 * week-drag.js: a visit dragged to another place in the week asks for that time; nothing moves before
 * the form that opens is sent. By mouse only: the same form is on the visit's page for everybody.
 */
import { clockNow, timeOf } from "../lib/time.js";
import { openMove } from "./visit-orders.js";

const STEP = 15; // minutes

/* What Cal.com could move: it knows it, it is to come, and it is not off. */
export function isMovable(visit) {
  return Boolean(
    visit.uid &&
      !visit.uid.startsWith("local:") &&
      visit.status !== "cancelled" &&
      Date.parse(visit.start) > clockNow(),
  );
}

export function weekDrag(zone, done) {
  let dragged = null; // {visit, grip: pixels from its upper edge}

  return {
    /* For the link of a visit. */
    handle(visit) {
      if (!isMovable(visit)) return { dragstart: (event) => event.preventDefault() };
      return {
        dragstart(event) {
          dragged = {
            visit,
            grip: event.clientY - event.currentTarget.getBoundingClientRect().top,
          };
          event.dataTransfer.effectAllowed = "move";
          event.dataTransfer.setData("text/plain", visit.id);
        },
        dragend() {
          dragged = null;
        },
      };
    },
    /* For the track of a day that shows the hours first to last. */
    target(date, { first, last }) {
      return {
        dragover(event) {
          if (dragged) event.preventDefault();
        },
        drop(event) {
          if (!dragged) return;
          event.preventDefault();
          const { visit, grip } = dragged;
          dragged = null;
          const box = event.currentTarget.getBoundingClientRect();
          const share = (event.clientY - grip - box.top) / box.height;
          const minutes = first * 60 + share * (last - first) * 60;
          const start = Math.min(Math.max(Math.round(minutes / STEP) * STEP, 0), 24 * 60 - STEP);
          openMove(visit, zone, done, { date, time: timeOf(start) });
        },
      };
    },
  };
}
