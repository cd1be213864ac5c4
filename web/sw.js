/*
 * sw.js: keeps the empty shell (pages, styles, texts; never an answer of the API), so that the page
 * opens when the box is down. Asks the box first each time, so an upgrade shows at once.
 * Also drops the kept days when they are a day old, should no page come to do it.
 */

const SHELL = "barkbook-shell-1";
const DAYS = "barkbook-days";
const AGE_MS = 24 * 3600 * 1000;
const WAIT_MS = 4000;

addEventListener("install", () => skipWaiting());

addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("barkbook-shell-") && name !== SHELL) await caches.delete(name);
      }
      await clients.claim();
    })(),
  );
});

async function dropOldDays() {
  const cache = await caches.open(DAYS);
  for (const request of await cache.keys()) {
    const entry = await (await cache.match(request))?.json().catch(() => null);
    if (!entry || Date.now() - entry.at > AGE_MS) await cache.delete(request);
  }
}

/* A release names its files anew (?v=…): once the new one is in, the last one's copies go. */
async function store(cache, key, answer) {
  await cache.put(key, answer);
  const wanted = new URL(key.url ?? key, location.origin).search;
  for (const other of await cache.keys(key, { ignoreSearch: true })) {
    if (new URL(other.url).search !== wanted) await cache.delete(other);
  }
}

async function fromBoxFirst(request) {
  const cache = await caches.open(SHELL);
  const key = request.mode === "navigate" ? "/" : request;
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(WAIT_MS) });
    if (answer.ok) await store(cache, key, answer.clone());
    return answer;
  } catch (cause) {
    const copy = await cache.match(key);
    if (copy) return copy;
    throw cause;
  }
}

function ours(url) {
  return (
    url.origin === location.origin && !/^\/(api|healthz|metrics|kept|manual)(\/|$)/.test(url.pathname)
  );
}

async function keepMissing(urls) {
  const cache = await caches.open(SHELL);
  for (const url of new Set(urls)) {
    if (ours(new URL(url)) && !(await cache.match(url))) await cache.add(url).catch(() => {});
  }
}

addEventListener("message", (event) => {
  if (event.data?.kind === "keep") event.waitUntil(keepMissing(event.data.urls));
});

addEventListener("fetch", (event) => {
  if (event.request.method !== "GET" || !ours(new URL(event.request.url))) return;
  if (event.request.mode === "navigate") event.waitUntil(dropOldDays());
  event.respondWith(fromBoxFirst(event.request));
});
