/*
 * api.js: the one place that talks to the box. Answers become objects, failures become ApiError
 * (the box said no) or OfflineError (the box did not answer).
 */

import { clockHint } from "./time.js";

const TIMEOUT_MS = 10000;

export class ApiError extends Error {
  constructor(status, body, retryAfter) {
    super(body?.error?.message ?? `HTTP ${status}`);
    this.status = status;
    this.code = body?.error?.code ?? "internal";
    this.field = body?.error?.field ?? null;
    this.body = body; // of a conflict: what the box has instead
    this.retryAfter = retryAfter;
  }
}

export class OfflineError extends Error {}

let signedOut = () => {};

/* Called whenever the box says that nobody is signed in. */
export function onSignedOut(callback) {
  signedOut = callback;
}

async function request(method, path, { body, etag } = {}) {
  const headers = { Accept: "application/json" };
  if (etag) headers["If-None-Match"] = etag;
  if (method !== "GET") headers["X-BarkBook"] = "1";
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  let json = null;
  try {
    answer = await fetch(path, {
      method,
      headers,
      cache: "no-store",
      credentials: "same-origin",
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout?.(TIMEOUT_MS),
    });
    if (answer.status !== 304 && answer.status !== 204)
      json = await answer.json().catch(() => null);
  } catch (cause) {
    throw new OfflineError(path, { cause });
  }
  const date = answer.headers.get("Date");
  if (date) clockHint(date);
  // A proxy in front of a stopped box answers for it.
  if ([502, 504].includes(answer.status)) throw new OfflineError(path);
  if (answer.status === 401 && !(method === "POST" && path === "/api/session")) signedOut();
  if (!answer.ok && answer.status !== 304) {
    throw new ApiError(answer.status, json, Number(answer.headers.get("Retry-After")) || null);
  }
  return { status: answer.status, etag: answer.headers.get("ETag"), data: json };
}

export async function get(path) {
  return (await request("GET", path)).data;
}

/* data is null when nothing changed since etag. */
export async function getIfChanged(path, etag) {
  const answer = await request("GET", path, { etag });
  return { changed: answer.status !== 304, etag: answer.etag ?? etag, data: answer.data };
}

export async function send(method, path, body = {}) {
  return (await request(method, path, { body })).data;
}
