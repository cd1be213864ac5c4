/*
 * keep.js: today and tomorrow, kept in this browser for when the box cannot be reached.
 *
 * Only where the browser gives it (a secure context), only those two days, for one day, and
 * nothing after sign-out: it is client data. The service worker keeps the empty shell, this file the days.
 */
import { addDays } from "./time.js";

const CACHE = "barkbook-days";
const AGE_MS = 24 * 3600 * 1000;
const url = (name) => `/kept/${name}`;

function possible() {
  return globalThis.isSecureContext && "caches" in globalThis;
}

async function put(cache, name, value) {
  await cache.put(
    url(name),
    new Response(JSON.stringify(value), { headers: { "Content-Type": "application/json" } }),
  );
}

/* Keeps one answer of /api/day, when it is today's or tomorrow's, and drops every other day. */
export async function keepDay(data) {
  const wanted = [data.today, addDays(data.today, 1)];
  if (!possible() || data.days.length !== 1 || !wanted.includes(data.date)) return;
  try {
    const cache = await caches.open(CACHE);
    for (const request of await cache.keys()) {
      const name = new URL(request.url).pathname.slice("/kept/".length);
      if (name !== "session" && !wanted.includes(name)) await cache.delete(request);
    }
    await put(cache, data.date, { at: Date.now(), data });
  } catch {
    /* full or forbidden: the open page still has its list */
  }
}

export async function keepSession(session) {
  if (!possible()) return;
  try {
    await put(await caches.open(CACHE), "session", { at: Date.now(), data: session });
  } catch {
    /* as above */
  }
}

async function kept(name) {
  if (!possible()) return null;
  try {
    const answer = await (await caches.open(CACHE)).match(url(name));
    if (!answer) return null;
    const entry = await answer.json();
    if (Date.now() - entry.at > AGE_MS) {
      await forget();
      return null;
    }
    return entry;
  } catch {
    return null;
  }
}

export async function keptDay(day) {
  return kept(day);
}

export async function keptSession() {
  return kept("session");
}

/* At sign-out, and when what is kept is a day old. */
export async function forget() {
  try {
    if (possible()) await caches.delete(CACHE);
  } catch {
    /* nothing to forget */
  }
}

/* The worker sees only what is asked after it took over: what the page loaded before it is told here. */
export async function startWorker() {
  try {
    if (!globalThis.isSecureContext || !navigator.serviceWorker) return;
    await navigator.serviceWorker.register("/sw.js", { scope: "/" });
    const { active } = await navigator.serviceWorker.ready;
    const tell = (urls) => urls.length && active.postMessage({ kind: "keep", urls });
    tell([`${location.origin}/`]);
    new PerformanceObserver((list) => {
      const names = list.getEntries().map((entry) => entry.name);
      tell(names.filter((name) => !new URL(name).pathname.startsWith("/api/")));
    }).observe({ type: "resource", buffered: true });
  } catch {
    /* the page works without */
  }
}
