/*
 * live-source.js: reads /api/live and says when something changed. Runs in a page or in the shared
 * worker, so it touches no document.
 *
 * fetch instead of EventSource: it sees the status (503 means "no place left, poll"), and it notices
 * a silent connection, because the box sends a ping every 15 s.
 *
 * States given to onState: "live", "down" (trying again), "full" (poll meanwhile), "signed-out" (stopped).
 */

const SILENCE_MS = 40000;
const FULL_RETRY_MS = 60000;
const MAX_DELAY_MS = 30000;

async function readStream(answer, onChange, stop) {
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let watchdog;
  const watch = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => reader.cancel(), SILENCE_MS);
  };
  stop.addEventListener("abort", () => reader.cancel());
  watch();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      watch();
      text += decoder.decode(value, { stream: true });
      const blocks = text.split(/\r?\n\r?\n/);
      text = blocks.pop();
      if (blocks.some((block) => /^event:\s*change\b/m.test(block))) onChange();
    }
  } finally {
    clearTimeout(watchdog);
  }
}

/* Starts reading; returns a function that stops it. */
export function openSource(onChange, onState) {
  const stop = new AbortController();
  let timer = null;
  let failures = 0;

  const again = (delay) => {
    if (!stop.signal.aborted) timer = setTimeout(run, delay);
  };

  async function run() {
    let opened = false;
    try {
      const answer = await fetch("/api/live", {
        headers: { Accept: "text/event-stream" },
        cache: "no-store",
        credentials: "same-origin",
        signal: stop.signal,
      });
      if (answer.status === 401) return onState("signed-out");
      if (answer.status === 503 || answer.status === 429) {
        onState("full");
        return again(FULL_RETRY_MS);
      }
      if (!answer.ok) throw new Error(`live: ${answer.status}`);
      opened = true;
      failures = 0;
      onState("live");
      onChange(); // whatever happened while nobody was listening
      await readStream(answer, onChange, stop.signal);
    } catch {
      /* told below */
    }
    if (stop.signal.aborted) return undefined;
    onState("down");
    failures = opened ? 0 : failures + 1;
    const delay = Math.min(MAX_DELAY_MS, 500 * 2 ** failures);
    return again(delay * (0.75 + Math.random() / 2));
  }

  run();
  return () => {
    clearTimeout(timer);
    stop.abort();
  };
}
