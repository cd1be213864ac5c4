/*
 * places.js: every page there is, in the order of the rail. A new page is one entry here, its module,
 * and its name in the texts ("nav.NAME" when it has a place in the rail).
 *
 *   load    the module, with open(main, route, shell)
 *   styles  sheets besides those of the first page
 *   parent  which entry of the rail is lit while a page without one is shown
 *   nav     its place in the rail: {href, picture}, and
 *             bar    also in the bar at the foot of a phone (five fit; the rest is listed in "more")
 *             key    the key that leads there
 *             owner  for owners only
 */
import { links } from "../lib/router.js";
import * as day from "./day.js";

const BOOK = "/css/book.css";
const FORMS = "/css/fields.css";
const MESSAGES = "/css/messages.css";
const PAGES = "/css/pages.css";
const CARDS = "/css/cards.css";
const SEARCH = "/css/search.css";

export const pages = {
  day: {
    load: async () => day,
    styles: [],
    nav: { href: links.day(), picture: "today", bar: true, key: "t" },
  },
  week: {
    load: () => import("./week.js"),
    styles: ["/css/week.css", FORMS, BOOK],
    nav: { href: links.week(), picture: "week", bar: true, key: "w" },
  },
  book: {
    load: () => import("./book.js"),
    styles: [PAGES, FORMS, BOOK],
    nav: { href: links.book(), picture: "plus", bar: true, key: "b" },
  },
  clients: {
    load: () => import("./clients.js"),
    styles: [FORMS, CARDS, SEARCH],
    nav: { href: links.clients(), picture: "cards", bar: true, key: "c" },
  },
  unlinked: {
    load: () => import("./unlinked.js"),
    styles: [FORMS, CARDS],
    nav: { href: links.unlinked(), picture: "link", key: "l" },
  },
  messages: {
    load: () => import("./messages.js"),
    styles: [PAGES, FORMS, MESSAGES],
    nav: { href: links.messages(), picture: "message", key: "m" },
  },
  numbers: {
    load: () => import("./numbers.js"),
    styles: [PAGES, "/css/numbers.css", FORMS],
    nav: { href: links.numbers(), picture: "chart", owner: true, key: "n" },
  },
  settings: {
    load: () => import("./settings.js"),
    styles: [PAGES, FORMS, CARDS],
    nav: { href: links.settings(), picture: "gear", owner: true },
  },
  sync: {
    load: () => import("./sync.js"),
    styles: [PAGES, FORMS],
    nav: { href: links.sync(), picture: "sync", key: "s" },
  },
  more: {
    load: () => import("./more.js"),
    styles: [PAGES, FORMS],
    nav: { href: links.more(), picture: "dots", bar: true },
  },
  account: {
    load: () => import("./account.js"),
    styles: [PAGES, "/css/people.css", FORMS],
    parent: "more",
  },
  people: {
    load: () => import("./people.js"),
    styles: [PAGES, "/css/people.css", FORMS],
    parent: "more",
  },
  import: {
    load: () => import("./import.js"),
    styles: [PAGES, FORMS, CARDS],
    parent: "settings",
  },
  client: {
    load: () => import("./client.js"),
    styles: [PAGES, FORMS, CARDS],
    parent: "clients",
  },
  "client-new": { load: () => import("./client-form.js"), styles: [FORMS, CARDS], parent: "clients" },
  "client-edit": { load: () => import("./client-form.js"), styles: [FORMS, CARDS], parent: "clients" },
  pet: {
    load: () => import("./pet.js"),
    styles: [PAGES, FORMS, CARDS, "/css/visit.css"],
    parent: "clients",
  },
  "pet-new": { load: () => import("./pet-form.js"), styles: [FORMS, CARDS], parent: "clients" },
  "pet-edit": { load: () => import("./pet-form.js"), styles: [FORMS, CARDS], parent: "clients" },
  textSettings: {
    load: () => import("./message-settings.js"),
    styles: [PAGES, FORMS, MESSAGES],
    parent: "messages",
  },
  print: { load: () => import("./print.js"), styles: ["/css/print.css"], parent: "day" },
  appointment: {
    load: () => import("./appointment.js"),
    styles: [PAGES, "/css/visit.css", FORMS, CARDS, BOOK],
    parent: "day",
  },
};

/* The rail's entries for this person: [{page, href, picture, bar, key}]. */
export function places(user) {
  return Object.entries(pages)
    .filter(([, { nav }]) => nav && (!nav.owner || user.role === "owner"))
    .map(([page, { nav }]) => ({ page, ...nav }));
}
