/*
 * keys.js: shortcuts of one key. They can be switched off (some people's fingers and voice software
 * set them off by accident), and never act while somebody types.
 */
import { pref, setPref } from "./prefs.js";

const bindings = new Map(); // key → handler(event), the current page's over the shell's

export function keysEnabled() {
  return pref("keys", "on") === "on";
}

export function keysEnable(on) {
  setPref("keys", on ? "on" : "off");
}

export function bindKeys(map) {
  for (const [key, handler] of Object.entries(map)) bindings.set(key, handler);
  return () => {
    for (const [key, handler] of Object.entries(map)) {
      if (bindings.get(key) === handler) bindings.delete(key);
    }
  };
}

function typing(target) {
  return target.closest?.("input, textarea, select, [contenteditable], [data-arrows]");
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!keysEnabled() || typing(event.target) || document.querySelector("dialog[open]")) return;
  const handler = bindings.get(event.key);
  if (!handler) return;
  event.preventDefault();
  handler(event);
});
