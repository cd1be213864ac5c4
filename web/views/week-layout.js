/*
 * week-layout.js: where the visits of a week go: side by side where they share time, and the hours the
 * grid has to cover. Pure arithmetic on wall-clock minutes.
 */
import { isOff } from "../lib/status.js";
import { minutesOf } from "../lib/time.js";

const DAY_MINUTES = 24 * 60;

/* Minutes of the wall clock a visit covers in its own day; one that runs past midnight ends there. */
export function span(visit) {
  const from = minutesOf(visit.start_local);
  const to = minutesOf(visit.end_local);
  return { from, to: to > from ? to : DAY_MINUTES };
}

/* [{visit, from, to, lane, lanes}]: visits that touch each other share the width in equal lanes. */
export function lanes(visits) {
  const placed = [];
  let cluster = [];
  let clusterEnd = -1;
  const close = () => {
    const count = Math.max(0, ...cluster.map((item) => item.lane + 1));
    for (const item of cluster) item.lanes = count;
    cluster = [];
  };
  for (const visit of visits.filter((v) => !isOff(v))) {
    const item = { visit, ...span(visit), lane: 0, lanes: 1 };
    if (item.from >= clusterEnd) close();
    const taken = new Set(
      cluster.filter((other) => other.to > item.from).map((other) => other.lane),
    );
    while (taken.has(item.lane)) item.lane += 1;
    cluster.push(item);
    placed.push(item);
    clusterEnd = Math.max(clusterEnd, item.to);
  }
  close();
  return placed;
}

/* First and last full hour that the week needs: opening hours and every visit. */
export function hoursOf(days) {
  const from = [];
  const to = [];
  for (const day of days) {
    if (day.open) from.push(minutesOf(day.open));
    if (day.close) to.push(minutesOf(day.close));
    for (const visit of day.events) {
      if (isOff(visit)) continue;
      from.push(span(visit).from);
      to.push(span(visit).to);
    }
  }
  const first = Math.floor(Math.min(...from, 9 * 60) / 60);
  const last = Math.ceil(Math.max(...to, 17 * 60) / 60);
  return { first, last };
}
