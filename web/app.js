/*
 * app.js: the start of the page: language, who is signed in, and then the shell or a door (first run,
 * sign-in). Holds nothing of the salon's.
 */
import { get, OfflineError, onSignedOut } from "./lib/api.js";
import { closeDialogs } from "./lib/dialog.js";
import { h, patch } from "./lib/dom.js";
import { faviconCount } from "./lib/favicon.js";
import { language, loadLanguage, pickLanguage, t } from "./lib/i18n.js";
import { forget, keepSession, keptSession, startWorker } from "./lib/keep.js";
import { liveStop } from "./lib/live.js";
import { pref, setPref } from "./lib/prefs.js";
import { readRoute } from "./lib/router.js";
import { needStyle } from "./lib/style.js";
import { toastClear } from "./lib/toast.js";
import { openShell } from "./views/shell.js";

const RETRY_MS = 3000;
const app = document.getElementById("app");
let shell = null;

function leaveShell() {
  shell?.close();
  shell = null;
  liveStop();
  closeDialogs();
  toastClear();
  faviconCount(0);
  patch(app);
}

async function useLanguage(lang) {
  setPref("lang", lang);
  if (lang !== language() || !document.documentElement.dataset.ready) {
    await loadLanguage(lang);
    document.documentElement.dataset.ready = "yes";
  }
}

async function enter(session) {
  leaveShell();
  await useLanguage(session.user.language);
  setPref("known", "yes");
  keepSession(session);
  shell = openShell(app, session, {
    // News that came meanwhile may have found the session gone first.
    signedOut: () => shell && signIn(),
    usePassword: () => signIn(session.user.name),
    languageChanged: enter,
  });
}

/* name: that person, by the password, though this is a tablet with PINs. */
async function signIn(name = null) {
  leaveShell();
  setPref("known", null);
  await forget();
  const [{ openSignIn }] = await Promise.all([
    import("./views/signin.js"),
    needStyle("/css/door.css"),
    needStyle("/css/fields.css"),
  ]);
  await openSignIn(app, { name, enter, useLanguage });
}

async function firstRun(state) {
  leaveShell();
  const [{ openSetup }] = await Promise.all([
    import("./views/setup.js"),
    needStyle("/css/door.css"),
    needStyle("/css/fields.css"),
  ]);
  openSetup(app, { state, token: readRoute().query.get("token"), enter, useLanguage });
}

/* The box does not answer and nothing is kept: say so, if there are words to say it with, and come in
 * by itself once it does. */
function waitForBox() {
  if (document.documentElement.dataset.ready) {
    needStyle("/css/door.css");
    patch(
      app,
      h(
        "main",
        { class: "door" },
        h(
          "div",
          { class: "door-card" },
          h("h1", null, t("offline.title")),
          h("p", null, t("offline.nothing")),
        ),
      ),
    );
  }
  setTimeout(start, RETRY_MS);
}

async function start() {
  try {
    const state = await get("/api/state");
    await useLanguage(pickLanguage(pref("lang"), state.language));
    if (state.setup_needed) return await firstRun(state);
    if (!state.signed_in) return await signIn();
    return await enter(await get("/api/session"));
  } catch (error) {
    if (!(error instanceof OfflineError)) throw error;
    await useLanguage(pickLanguage(pref("lang"), navigator.language)).catch(() => {});
    const kept = await keptSession();
    return kept ? enter(kept.data) : waitForBox();
  }
}

onSignedOut(() => {
  if (shell) signIn();
});
addEventListener("hashchange", () => {
  if (!shell && readRoute().name === "setup") start();
});
start();
startWorker();
