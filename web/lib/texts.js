/*
 * texts.js: what there is to say about a text message, in words: its state, why there is none, what
 * went wrong. Knows nothing of pages.
 */
import { dayShort, has, moneyText, t } from "./i18n.js";

export const textIcons = {
  planned: "clock",
  sending: "hourglass",
  accepted: "check",
  sent: "check",
  delivered: "done",
  undelivered: "alert",
  failed: "alert",
  unknown: "alert",
  cancelled: "cancel",
  received: "inbox",
  none: "minus",
};

/* "2026-11-23 14:00" of the salon's clock: "14:00" today, "23 lis, 14:00" otherwise. */
export function whenText(local, today) {
  if (!local) return "";
  const [day, time] = [local.slice(0, 10), local.slice(11)];
  return day === today ? time : t("moment.other_day", { day: dayShort(day), time });
}

export function stateText(state) {
  return t(has(`text.state.${state}`) ? `text.state.${state}` : "text.state.other");
}

export function reasonText(reason) {
  return t(has(`text.reason.${reason}`) ? `text.reason.${reason}` : "text.reason.other");
}

/* What Twilio's code means, else its own words. */
export function failureText(message) {
  const key = `text.code.${message.error_code}`;
  return message.error_code && has(key) ? t(key) : (message.error ?? "");
}

/* "1 SMS, 12 z 160 znaków" and, where the price is known, what it costs. */
export function sizeText(size) {
  const parts = [
    t("text.segments", { n: size.segments }),
    t("text.units", { used: size.units, room: size.room * Math.max(1, size.segments) }),
  ];
  if (size.price_minor !== null && size.price_minor !== undefined)
    parts.push(moneyText(size.price_minor, "PLN"));
  return parts.join(" · ");
}

/* One line about the texts of a visit, for its card: {picture, text, bad}, or null. */
export function visitTextLine(visit, today) {
  const list = visit.texts ?? [];
  const told = list.find((text) => text.state !== "none" && text.state !== "planned");
  const one = told ?? list.find((text) => text.state === "planned") ?? list[0];
  if (!one) return null;
  if (one.state === "none") {
    const quiet = ["cancelled", "past", "pending", "off"].includes(one.reason);
    return quiet
      ? null
      : { picture: "message", text: t("text.none", { reason: reasonText(one.reason) }), bad: false };
  }
  const when = whenText(one.at_local, today);
  const bad = ["undelivered", "failed", "unknown"].includes(one.state);
  return { picture: bad ? "alert" : "message", text: `${stateText(one.state)}, ${when}`, bad };
}
