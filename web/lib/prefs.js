/*
 * prefs.js: small choices of this browser (theme, shortcuts, what was seen). Never client data.
 * A browser that refuses storage keeps them until the page is closed.
 */

const PREFIX = "barkbook.";
const memory = new Map();

export function pref(name, fallback = null) {
  try {
    return localStorage.getItem(PREFIX + name) ?? memory.get(name) ?? fallback;
  } catch {
    return memory.get(name) ?? fallback;
  }
}

export function setPref(name, value) {
  memory.set(name, value);
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    /* memory has it */
  }
}

/* Did the box say, when it was last asked, that it remembers this browser as a shared tablet? The
 * cookie that makes it one is out of scripts' reach. */
export function isTablet() {
  return pref("tablet") === "yes";
}

export function setTablet(yes) {
  setPref("tablet", yes ? "yes" : null);
}
