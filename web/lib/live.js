/*
 * live.js: keeps the page current. Changes come over the shared live connection; while that is not
 * there the page polls; every five minutes it asks anyway; and it asks when it comes back into view.
 */
import { openSource } from "./live-source.js";

const POLL_MS = 10000;
const REFRESH_MS = 300000;

let onChange = () => {};
let state = "down";
let running = null;

function viaWorker() {
  const worker = new SharedWorker("/live-worker.js", { type: "module", name: "barkbook-live" });
  worker.port.addEventListener("message", ({ data }) => {
    if (data.kind === "change") onChange("live");
    else state = data.state;
  });
  // A browser that has SharedWorker but cannot load this one listens by itself.
  worker.addEventListener("error", () => {
    if (running?.worker === worker) running = direct();
  });
  worker.port.start();
  worker.port.postMessage("start");
  const bye = () => worker.port.postMessage("bye");
  addEventListener("pagehide", bye);
  return { worker, stop: () => worker.port.postMessage("stop") };
}

function direct() {
  const stop = openSource(
    () => onChange("live"),
    (next) => {
      state = next;
    },
  );
  return { worker: null, stop };
}

/* callback(reason) is called for every reason to look again: live, poll, refresh or visible. */
export function liveStart(callback) {
  onChange = callback;
  if (!running) running = typeof SharedWorker === "function" ? viaWorker() : direct();
  else running.worker?.port.postMessage("start");
}

export function liveStop() {
  running?.stop();
  if (!running?.worker) running = null;
  onChange = () => {};
}

export function liveState() {
  return state;
}

setInterval(() => {
  if (state !== "live" && !document.hidden) onChange("poll");
}, POLL_MS);
setInterval(() => onChange("refresh"), REFRESH_MS);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) onChange("visible");
});
addEventListener("online", () => onChange("visible"));
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  running?.worker?.port.postMessage("start");
  onChange("visible");
});
