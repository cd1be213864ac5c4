/*
 * router.js: what the address after # means. #/day/2026-11-23 is {name: "day", rest: ["2026-11-23"]}.
 */

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a mistyped address is an unknown one, not a crash
  }
}

export function readRoute(hash = location.hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [name, ...rest] = path.split("/").filter(Boolean).map(decoded);
  return { name: name ?? "day", rest, query: new URLSearchParams(query) };
}

export const links = {
  day: (day) => (day ? `#/day/${day}` : "#/"),
  week: (day) => (day ? `#/week/${day}` : "#/week"),
  print: (day) => `#/print/${day}`,
  appointment: (id) => `#/appointment/${encodeURIComponent(id)}`,
  book: (query) => (query ? `#/book?${query}` : "#/book"),
  numbers: () => "#/numbers",
  clients: () => "#/clients",
  client: (id) => `#/client/${encodeURIComponent(id)}`,
  clientEdit: (id) => `#/client-edit/${encodeURIComponent(id)}`,
  clientNew: (from) => `#/client-new${from ? `?from=${encodeURIComponent(from)}` : ""}`,
  pet: (id) => `#/pet/${encodeURIComponent(id)}`,
  petEdit: (id) => `#/pet-edit/${encodeURIComponent(id)}`,
  petNew: (client) => `#/pet-new/${encodeURIComponent(client)}`,
  unlinked: () => "#/unlinked",
  importing: () => "#/import",
  settings: () => "#/settings",
  sync: () => "#/sync",
  messages: () => "#/messages",
  textSettings: () => "#/textSettings",
  more: () => "#/more",
  account: () => "#/account",
  people: () => "#/people",
};

export function go(hash) {
  location.hash = hash;
}

/* Same page, other address, no step to go back to. */
export function replace(hash) {
  history.replaceState(null, "", hash);
}
