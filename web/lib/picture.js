/*
 * picture.js: a photo from the camera made small and silent (no place, time or camera in it) before it
 * leaves the device, and sent in pieces that go on after a lost connection.
 */
import { ApiError, OfflineError } from "./api.js";

const LARGE = 1600; // longest edge, in pixels
const SMALL = 320;
const PIECE = 128 * 1024;
const PIECE_TIMEOUT_MS = 30000;
const WAITS_MS = [500, 1000, 2000, 4000, 8000];
const APP1 = 0xe1;
const START_OF_SCAN = 0xda;

/* The JPEG without its APP1 segments: some browsers write EXIF even for a drawing. */
export function withoutApp1(bytes) {
  const parts = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== START_OF_SCAN) {
    const end = at + 2 + bytes[at + 2] * 256 + bytes[at + 3];
    if (bytes[at + 1] !== APP1) parts.push(bytes.subarray(at, end));
    at = end;
  }
  parts.push(bytes.subarray(at));
  return new Blob(parts, { type: "image/jpeg" });
}

async function drawn(bitmap, edge, quality) {
  const scale = Math.min(1, edge / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
  return withoutApp1(new Uint8Array(await blob.arrayBuffer()));
}

/* {large, small} as Blobs; null when the file is no picture that this browser can read. */
export async function shrink(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
  try {
    return { large: await drawn(bitmap, LARGE, 0.85), small: await drawn(bitmap, SMALL, 0.8) };
  } finally {
    bitmap.close();
  }
}

async function ask(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      body,
      headers: method === "PUT" ? { "X-BarkBook": "1", "Content-Type": "image/jpeg" } : {},
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout?.(PIECE_TIMEOUT_MS),
    });
  } catch (cause) {
    throw new OfflineError(path, { cause });
  }
  const json = await answer.json().catch(() => null);
  if ([502, 503, 504].includes(answer.status)) throw new OfflineError(path);
  if (!answer.ok && answer.status !== 409) throw new ApiError(answer.status, json, null);
  return json;
}

function randomName() {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

/* Sends a picture to a visit; its name in the box. onProgress gets the share that has come, stopped() says
 * whether anybody still wants it. Goes on after a lost connection for as long as somebody does. */
export async function upload(visitId, blob, onProgress, stopped) {
  const path = `/api/visits/${encodeURIComponent(visitId)}/uploads/${randomName()}`;
  let received = 0;
  let failures = 0;
  while (!stopped()) {
    try {
      if (failures) received = (await ask("GET", path)).received;
      const piece = blob.slice(received, received + PIECE);
      const said = await ask("PUT", `${path}?size=${blob.size}&offset=${received}`, piece);
      received = said.received;
      failures = 0;
      onProgress(received / blob.size);
      if (said.sha256) return said.sha256;
    } catch (error) {
      if (!(error instanceof OfflineError)) throw error;
      const wait = WAITS_MS[Math.min(failures, WAITS_MS.length - 1)];
      failures += 1;
      onProgress(received / blob.size, true);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
  return null;
}
