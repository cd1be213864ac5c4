/*
 * place.js: what a person is looking at stays where it is while the page changes above it. Browsers
 * can do this by themselves, but not all do and none does it inside every layout, so it is switched
 * off in the styles and done here.
 */
import { patch } from "./dom.js";

const WITNESSES = 3;

/* What must not move: what has the focus, else the rows in sight below what sticks to the top. */
function anchorsIn(main) {
  const top = main.querySelector(".page-head")?.getBoundingClientRect().bottom ?? 0;
  const inSight = (element) => {
    const box = element.getBoundingClientRect();
    return box.bottom > top && box.top < innerHeight;
  };
  const focused = document.activeElement;
  if (focused && focused !== main && main.contains(focused) && inSight(focused)) return [focused];
  return [...main.querySelectorAll("li[id]")].filter(inSight).slice(0, WITNESSES);
}

/* patch() for a whole page. At the very top nothing is held, so that news above can be seen. A row
 * that was itself moved elsewhere is outvoted by those around it. */
export function patchPage(main, ...nodes) {
  const anchors = scrollY > 0 ? anchorsIn(main) : [];
  const before = anchors.map((element) => element.getBoundingClientRect().top);
  patch(main, ...nodes);
  const moves = anchors
    .map((element, i) =>
      element.isConnected ? element.getBoundingClientRect().top - before[i] : null,
    )
    .filter((move) => move !== null)
    .sort((a, b) => a - b);
  const move = moves[Math.floor((moves.length - 1) / 2)] ?? 0;
  if (Math.abs(move) >= 1) scrollBy({ top: move, behavior: "instant" });
}
