/*
 * status.js: what state a visit is in for the people at the desk, and what they do next.
 *
 * The desk's own word comes before what Cal.com and the clock say; only a cancellation stands above
 * it, until the animal is in the salon.
 */

export const deskStatuses = [
  "confirmed",
  "arrived",
  "in_progress",
  "ready",
  "picked_up",
  "no_show",
];

const icons = {
  pending: "hourglass",
  scheduled: "clock",
  completed: "done",
  cancelled: "cancel",
  rebook: "rotate",
  no_show: "absent",
  confirmed: "check",
  arrived: "door",
  in_progress: "scissors",
  ready: "bell",
  picked_up: "home",
};

const inSalon = ["arrived", "in_progress", "ready"];

export function statusOf(visit) {
  if (visit.status === "cancelled" && ![...inSalon, "picked_up"].includes(visit.desk_status)) {
    return visit.awaiting_rebook ? "rebook" : "cancelled";
  }
  return visit.desk_status ?? visit.status;
}

export function statusIcon(status) {
  return icons[status] ?? "clock";
}

/* waiting: still to come; salon: in the house; done: over; off: not going to happen. */
export function groupOf(visit) {
  const status = statusOf(visit);
  if (inSalon.includes(status)) return "salon";
  if (["completed", "picked_up"].includes(status)) return "done";
  if (["cancelled", "rebook", "no_show"].includes(status)) return "off";
  return "waiting";
}

export const isOff = (visit) => ["cancelled", "rebook"].includes(statusOf(visit));

const steps = {
  scheduled: "arrived",
  confirmed: "arrived",
  arrived: "in_progress",
  in_progress: "ready",
  ready: "picked_up",
};

/* The one step that a tap on the card takes, or null. Nobody arrives on another day than today. */
export function nextStep(visit, day, today) {
  const status = statusOf(visit);
  if (day > today) return ["pending", "scheduled"].includes(status) ? "confirmed" : null;
  if (day < today) return null;
  if (status === "pending") return "confirmed";
  return steps[status] ?? null;
}
