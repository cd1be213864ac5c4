/*
 * shell.js: the frame around every page: rail, one page at a time, live news, shortcuts. A page is a
 * module with open(main, route, shell) that answers {refresh(reason), tick(), close(), route?(route),
 * settle?()}: settle sends what was just typed, when the person leaves.
 */
import { send } from "../lib/api.js";
import { closeDialogs } from "../lib/dialog.js";
import { h, icon, patch } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { bindKeys } from "../lib/keys.js";
import { liveStart } from "../lib/live.js";
import { isTablet } from "../lib/prefs.js";
import { go, links, readRoute, replace } from "../lib/router.js";
import { needStyle } from "../lib/style.js";
import { toastError, undoLast } from "../lib/toast.js";
import { errorText } from "./parts.js";
import { pages, places } from "./places.js";

const TICK_MS = 15000;
const SETTLE_MS = 3000;

/* On a shared tablet the next person is one tap away. */
function railFoot(user, leave) {
  return isTablet()
    ? h(
        "button",
        { type: "button", class: "rail-link rail-foot", key: "foot", on: { click: leave } },
        icon("lock"),
        h("span", null, t("lock.go")),
        h("span", { class: "sr-only" }, t("lock.now", { name: user.name })),
      )
    : null;
}

function rail(current, user, { leave, search }) {
  return h(
    "nav",
    { class: "rail", "aria-label": t("nav.label"), key: "rail" },
    h("a", { class: "rail-logo", href: links.day(), "aria-label": t("nav.home") }, icon("logo")),
    h(
      "button",
      { type: "button", class: "rail-link rail-search", key: "search", on: { click: search } },
      icon("search"),
      h("span", null, t("nav.search")),
    ),
    h(
      "ul",
      { class: "rail-list" },
      places(user).map(({ page, href, picture, bar }) =>
        h(
          "li",
          { key: page, class: bar ? null : "rail-wide" },
          h(
            "a",
            { class: "rail-link", href, "aria-current": page === current ? "page" : null },
            icon(picture),
            h("span", null, t(`nav.${page}`)),
          ),
        ),
      ),
    ),
    railFoot(user, leave),
  );
}

export function openShell(app, session, { signedOut, usePassword, languageChanged }) {
  let page = null;
  let pageName = null;
  let ticket = 0;
  const main = h("main", { id: "main", class: "page", tabindex: "-1" });
  const frame = h("div", { class: "frame" });
  const skip = h("a", { class: "skip", href: "#main", on: { click: toMain } }, t("nav.skip"));
  const railSlot = h("div", { class: "rail-slot" });
  const madeUp = session.demo ? h("p", { class: "demo-strip" }, t("demo.strip")) : "";
  frame.append(skip, railSlot, madeUp, main);
  patch(app);
  app.append(frame);

  const shell = {
    session,
    leave,
    search,
    usePassword, // signs the same person in again, by the password
    languageChanged,
    tabletChanged: () => drawRail(),
    setTitle(text) {
      document.title = `${text} – ${session.salon.name || t("app.name")}`;
    },
    announce(text) {
      document.getElementById("announcer").textContent = text;
    },
  };

  /* Ends the session: whoever comes next begins with today. What was just typed goes in before. */
  async function leave() {
    const settled = Promise.resolve(page?.settle?.()).catch(() => {}); // it stays on this device then
    await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, SETTLE_MS))]);
    try {
      await send("DELETE", "/api/session");
    } catch (error) {
      if (error.status !== 401) {
        toastError(errorText(error));
        return;
      }
    }
    replace(links.day());
    signedOut();
  }

  function drawRail() {
    const { name } = readRoute();
    const known = Object.hasOwn(pages, name) ? name : "day";
    patch(railSlot, rail(pages[known].parent ?? known, session.user, { leave, search }));
  }

  function toMain(event) {
    event.preventDefault();
    main.focus();
  }

  async function show(first) {
    const route = readRoute();
    const name = Object.hasOwn(pages, route.name) ? route.name : "day";
    closeDialogs();
    drawRail();
    if (name === pageName && page?.route) {
      page.route(route);
      return;
    }
    const mine = ++ticket;
    const { load, styles } = pages[name];
    const [module] = await Promise.all([load(), ...styles.map(needStyle)]);
    if (mine !== ticket) return;
    page?.close();
    patch(main);
    main.className = `page page-${name}`;
    pageName = name;
    scrollTo(0, 0);
    page = module.open(main, route, shell);
    // A new page is read from its heading on; the first one is left where the browser put the focus.
    if (!first) (main.querySelector("h1") ?? main).focus({ preventScroll: true });
  }

  const unbind = bindKeys({
    ...Object.fromEntries(
      places(session.user)
        .filter(({ key }) => key)
        .map(({ key, href }) => [key, () => go(href)]),
    ),
    u: () => undoLast(),
    "/": () => search(),
    "?": async () => (await import("./shortcuts.js")).openShortcuts(session.user),
  });
  async function search() {
    const { openPalette } = await import("./palette.js");
    if (document.querySelector("dialog[open]")) return;
    const here = places(session.user).map(({ page: name, href, picture }) => ({
      title: t(`nav.${name}`),
      href,
      picture,
    }));
    openPalette({
      places: [...here, { title: t("client.new"), href: links.clientNew(), picture: "plus" }],
    });
  }

  /* With Ctrl it works while somebody types, too. */
  function onCtrlK(event) {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    search();
  }
  document.addEventListener("keydown", onCtrlK);
  const onHash = () => show(false);
  const timer = setInterval(() => page?.tick?.(), TICK_MS);
  addEventListener("hashchange", onHash);
  show(true);
  liveStart((reason) => page?.refresh(reason));

  return {
    close() {
      ticket += 1;
      page?.close();
      unbind();
      clearInterval(timer);
      removeEventListener("hashchange", onHash);
      document.removeEventListener("keydown", onCtrlK);
    },
  };
}
