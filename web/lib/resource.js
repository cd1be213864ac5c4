/*
 * resource.js: one thing of the API that a page shows, kept current. It remembers the last good
 * answer and when it came, so that a page can go on showing it while the box is away.
 */
import { ApiError, getIfChanged, OfflineError } from "./api.js";
import { clockSet } from "./time.js";

/* path() gives the address to ask; onUpdate(resource) is called after each answer or failure. */
export function resource(path, onUpdate) {
  const self = {
    data: null,
    at: 0, // when data was last known to be true, by this browser's clock
    offline: false,
    error: null,
    load,
    replace,
    reset,
    close,
  };
  let etag = null;
  let ticket = 0;
  let running = null;
  let again = false;
  let closed = false;

  async function ask(mine) {
    const asked = path();
    try {
      const answer = await getIfChanged(asked, etag);
      if (closed || mine !== ticket) return;
      self.at = Date.now();
      self.offline = false;
      self.error = null;
      etag = answer.etag;
      if (answer.changed) {
        self.data = answer.data;
        if (answer.data.now) clockSet(answer.data.now);
      }
    } catch (error) {
      if (closed || mine !== ticket) return;
      self.offline = error instanceof OfflineError;
      self.error = error instanceof ApiError ? error : null;
      if (!self.offline && !self.error) throw error;
    }
    onUpdate(self);
  }

  async function run() {
    do {
      again = false;
      await ask(ticket);
    } while (again && !closed);
  }

  /* Asks now; calls that come while an answer is on its way are served by one more question. */
  function load() {
    again = true;
    running ??= run().finally(() => {
      running = null;
    });
    return running;
  }

  /* Another thing is wanted from now on (another day); what is on its way is not listened to. */
  function reset(data = null, at = 0) {
    ticket += 1;
    etag = null;
    self.data = data;
    self.at = at;
    self.error = null;
    return load();
  }

  /* What we just changed ourselves, shown before the box tells us. */
  function replace(data) {
    self.data = data;
    etag = null;
    if (running) again = true; // the answer on its way was made before our change
    onUpdate(self);
  }

  function close() {
    closed = true;
  }

  return self;
}
