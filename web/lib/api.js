/*
 * api.js: the one place that talks to the box. Answers become objects, failures become ApiError
 * (the box said no) or OfflineError (the box did not answer).
 */

import { clockHint } from "./time.js";

const TIMEOUT_MS = 10000;
const FILE_TIMEOUT_MS = 180000;

export class ApiError extends Error {
  constructor(status, body, retryAfter) {
    super(body?.error?.message ?? `HTTP ${status}`);
    this.status = status;
    this.code = body?.error?.code ?? "internal";
    this.field = body?.error?.field ?? null;
    this.reason = body?.error?.reason ?? null; // why Cal.com was not moved to do it
    this.detail = body?.error?.detail ?? null; // in Cal.com's own words
    this.body = body; // of a conflict: what the box has instead
    this.retryAfter = retryAfter;
    this.body = body; // what came with the refusal: what is there now, after a conflict
  }
}

export class OfflineError extends Error {}

/* Where 401 means a wrong password or PIN, not that nobody is signed in. */
const doors = ["POST /api/session", "POST /api/session/pin"];
/* Gives this browser another session: what was asked meanwhile may find the old one gone. */
const ROTATES = "POST /api/session/password";
let rotating = null;
let rotations = 0;
let signedOut = () => {};

/* Called whenever the box says that nobody is signed in. */
export function onSignedOut(callback) {
  signedOut = callback;
}

async function request(method, path, options = {}) {
  const what = `${method} ${path}`;
  const before = rotations;
  const asked = exchange(method, path, options);
  if (what === ROTATES) {
    rotating = asked
      .catch(() => {})
      .finally(() => {
        rotating = null;
        rotations += 1;
      });
  }
  let answer = await asked;
  if (answer.status === 401 && !doors.includes(what)) {
    await rotating;
    if (what !== ROTATES && rotations !== before) answer = await exchange(method, path, options);
    if (answer.status === 401) signedOut();
  }
  return judged(answer);
}

function judged(answer) {
  if (!answer.ok) throw new ApiError(answer.status, answer.data, answer.retryAfter);
  return answer;
}

/* body: an object; file with its type: sent as it is. */
async function exchange(method, path, { body, etag, file, type, timeout = TIMEOUT_MS }) {
  const headers = { Accept: "application/json" };
  if (etag) headers["If-None-Match"] = etag;
  if (method !== "GET") headers["X-BarkBook"] = "1";
  if (body !== undefined || file) headers["Content-Type"] = type ?? "application/json";
  let answer;
  let json = null;
  try {
    answer = await fetch(path, {
      method,
      headers,
      cache: "no-store",
      credentials: "same-origin",
      body: file ?? (body === undefined ? undefined : JSON.stringify(body)),
      signal: AbortSignal.timeout?.(timeout),
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
  return {
    status: answer.status,
    ok: answer.ok || answer.status === 304,
    etag: answer.headers.get("ETag"),
    retryAfter: Number(answer.headers.get("Retry-After")) || null,
    data: json,
  };
}

export async function get(path, options = {}) {
  return (await request("GET", path, options)).data;
}

/* data is null when nothing changed since etag. */
export async function getIfChanged(path, etag) {
  const answer = await request("GET", path, { etag });
  return { changed: answer.status !== 304, etag: answer.etag ?? etag, data: answer.data };
}

export async function send(method, path, body = {}, options = {}) {
  return (await request(method, path, { ...options, body })).data;
}

/* Sends a whole file; type: its media type. */
export async function sendFile(path, file, type) {
  return (await request("POST", path, { file, type, timeout: FILE_TIMEOUT_MS })).data;
}
