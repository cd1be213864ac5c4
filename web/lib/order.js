/*
 * order.js: asks the box to change something at Cal.com, once, however often a button is pressed and
 * whatever becomes of the answer. A wish has an id; asking again with the same id only asks how it is
 * going.
 */
import { ApiError, get, OfflineError, send } from "./api.js";

const SEND_MS = 40000; // the box itself waits up to twenty seconds for Cal.com
const AGAIN_MS = 2000;
const PATIENCE_MS = 180000;

/* Not crypto.randomUUID(): it is missing where the page came over plain http. */
export function wishId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const open = (answer) => answer.state === "sending" || answer.state === "unsure";

/* Same words, same id: until it is refused or something else is wanted. */
export function makeWishes() {
  let last = null;
  return {
    idFor(body) {
      const words = JSON.stringify(body);
      if (last?.words !== words) last = { words, id: wishId() };
      return last.id;
    },
    forget() {
      last = null;
    },
  };
}

/* The answer once it is done; throws what was said against it, or OfflineError when the box cannot say.
 * onWait() is called when it is not known yet. */
export async function carryOut(path, body, wishes, onWait = () => {}) {
  const id = wishes.idFor({ path, ...body });
  const end = Date.now() + PATIENCE_MS;
  let answer = null;
  try {
    answer = await send("POST", path, { request_id: id, ...body }, { timeout: SEND_MS });
  } catch (error) {
    if (!(error instanceof OfflineError)) {
      wishes.forget();
      throw error;
    }
  }
  while (!answer || open(answer)) {
    if (Date.now() > end) throw new OfflineError(path);
    onWait();
    await pause(AGAIN_MS);
    try {
      answer = await get(`/api/bookings/${id}`);
    } catch (error) {
      if (error instanceof OfflineError) continue;
      wishes.forget();
      // The box never got it.
      if (error instanceof ApiError && error.status === 404) throw new OfflineError(path);
      throw error;
    }
  }
  wishes.forget();
  return answer;
}
