/*
 * health-line.js: how true the list is, in one line of plain words, and what is wrong when it is not.
 */
import { h, icon } from "../lib/dom.js";
import { ageText, dayText, has, t } from "../lib/i18n.js";
import { links } from "../lib/router.js";
import { clockNow, wallClock } from "../lib/time.js";

/* The short sentence of one message; part "cure" gives what to do about it. */
export function healthText(message, part = "short") {
  const key = `health.${message.code}.${part}`;
  const params = { n: message.count ?? 0, code: message.code };
  return has(key) ? t(key, params) : t(`health.other.${part}`, params);
}

const order = { bad: 0, warn: 1, ok: 2 };

export function sortedMessages(health) {
  return [...health.messages].sort((a, b) => (order[a.level] ?? 1) - (order[b.level] ?? 1));
}

export function verifiedText(health, zone) {
  if (!health.verified_at) return t("health.not_verified");
  const at = wallClock(Date.parse(health.verified_at), zone);
  const today = wallClock(clockNow(), zone).day;
  const key = health.level === "ok" ? "health.verified" : "health.checked";
  return at.day === today
    ? t(key, { time: at.time })
    : t(`${key}_other`, { day: dayText(at.day), time: at.time });
}

export function webhookText(health) {
  return health.last_webhook_at
    ? t("health.webhook", { age: ageText(clockNow() - Date.parse(health.last_webhook_at)) })
    : t("health.no_webhook");
}

export function healthLine(health, zone) {
  const [worst] = sortedMessages(health);
  const wrong = health.level !== "ok" && worst;
  const facts = [];
  // "Never verified" is said by what is wrong, when anything is.
  if (!wrong || health.verified_at) facts.push(verifiedText(health, zone));
  facts.push(webhookText(health));
  return h(
    "p",
    { class: `health health-${health.level}`, key: "health" },
    icon(health.level === "ok" ? "shield" : health.level === "bad" ? "alert" : "info"),
    h(
      "span",
      { class: "health-text" },
      wrong ? h("strong", { class: "health-wrong" }, healthText(worst)) : null,
      facts.map((fact, i) => [i || wrong ? " · " : null, fact]),
      wrong
        ? [" ", h("a", { class: "health-link", href: links.sync() }, t("health.what_to_do"))]
        : null,
    ),
  );
}
