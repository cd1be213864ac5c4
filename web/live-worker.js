/*
 * live-worker.js: one live connection for all tabs of this browser. Without it six open tabs would
 * use up the browser's connections to the box, and the box's places for listeners.
 */
import { openSource } from "./lib/live-source.js";

const ports = new Set();
let stop = null;
let state = "down";

function tell(message) {
  for (const port of ports) port.postMessage(message);
}

function start() {
  if (stop) return;
  stop = openSource(
    () => tell({ kind: "change" }),
    (next) => {
      state = next;
      if (next === "signed-out") halt();
      tell({ kind: "state", state });
    },
  );
}

function halt() {
  stop?.();
  stop = null;
}

addEventListener("connect", ({ ports: [port] }) => {
  ports.add(port);
  port.addEventListener("message", ({ data }) => {
    if (data === "start") {
      ports.add(port); // a page that comes back from the browser's memory had said bye
      start();
      port.postMessage({ kind: "state", state });
    } else if (data === "stop") {
      halt();
    } else if (data === "bye") {
      ports.delete(port);
      if (!ports.size) halt();
    }
  });
  port.start();
});
