/*
 * dom.js: makes elements, and brings what is on the page to what a view wants with as few touches
 * as it can.
 *
 * Owns: element creation, event wiring, patching. Text only ever goes in as text nodes, so nothing
 * that came from a booking form can become markup; there is no way here to pass HTML.
 *
 * A view builds the whole tree it wants with h() and hands it to patch(): nodes that are already
 * there stay there, so focus, scroll, selection and half-typed text survive every live change.
 */

const SVG = "http://www.w3.org/2000/svg";
const handlers = new WeakMap(); // element → Map(event type → function), looked up at event time

function dispatch(event) {
  handlers.get(event.currentTarget)?.get(event.type)?.call(event.currentTarget, event);
}

function listen(element, type, handler) {
  let map = handlers.get(element);
  if (!map) handlers.set(element, (map = new Map()));
  if (!map.has(type)) element.addEventListener(type, dispatch);
  map.set(type, handler);
}

/* Properties that mirror state typed by a person; set as properties, and only when a view names them. */
const STATE = ["value", "checked", "selected"];

function setProp(element, name, value) {
  if (name === "on") {
    for (const [type, handler] of Object.entries(value))
      if (handler) listen(element, type, handler);
  } else if (name === "key") {
    element.bbKey = String(value);
  } else if (name === "keep") {
    element.bbKeep = value; // its children belong to somebody else: patch() leaves them alone
  } else if (name === "vars") {
    // Through the object model: a style attribute would be refused by the content security policy.
    for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
  } else if (STATE.includes(name)) {
    element[name] = value;
    (element.bbState ??= {})[name] = value;
  } else if (value === true) {
    element.setAttribute(name, "");
  } else if (value !== false && value !== null && value !== undefined) {
    element.setAttribute(name, String(value));
  }
}

function append(element, child) {
  if (child === null || child === undefined || child === false || child === "") return;
  if (Array.isArray(child)) child.forEach((c) => append(element, c));
  else element.append(child instanceof Node ? child : document.createTextNode(String(child)));
}

/* One element. props: attributes, plus on: {click: f}, key: for patch, keep: for a place that
 * something else fills, vars: {"--x": "1"}, and value/checked as properties. Children: nodes, text, arrays; null and false are left out. */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) setProp(element, name, value);
  append(element, children);
  return element;
}

/* A picture out of the sprite; said aloud only when label is given. */
export function icon(name, label) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("viewBox", "0 0 24 24");
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else {
    svg.setAttribute("aria-hidden", "true");
  }
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

function sameKind(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && a.bbKey === b.bbKey;
}

function patchAttributes(target, source) {
  for (const { name } of [...target.attributes]) {
    if (name !== "style" && !source.hasAttribute(name)) target.removeAttribute(name);
  }
  for (const { name, value } of [...source.attributes]) {
    if (name !== "style" && target.getAttribute(name) !== value) target.setAttribute(name, value);
  }
  if (source.style && target.style.cssText !== source.style.cssText) {
    target.style.cssText = source.style.cssText;
  }
  for (const [name, value] of Object.entries(source.bbState ?? {})) {
    // What a person is typing into is theirs until they leave it.
    if (target[name] !== value && target !== document.activeElement) target[name] = value;
  }
}

function patchHandlers(target, source) {
  const wanted = handlers.get(source);
  const present = handlers.get(target);
  if (present) for (const type of present.keys()) if (!wanted?.has(type)) present.set(type, null);
  if (wanted) for (const [type, handler] of wanted) listen(target, type, handler);
}

function patchNode(target, source) {
  if (target.nodeType === Node.TEXT_NODE) {
    if (target.data !== source.data) target.data = source.data;
    return;
  }
  patchAttributes(target, source);
  patchHandlers(target, source);
  if (!source.bbKeep) patchChildren(target, [...source.childNodes]);
}

function patchChildren(parent, wanted) {
  const keyed = new Map();
  const loose = [];
  for (const node of parent.childNodes) {
    if (node.bbKey !== undefined) keyed.set(node.bbKey, node);
    else loose.push(node);
  }
  const chosen = wanted.map((source) => {
    if (source.bbKey !== undefined) {
      const match = keyed.get(source.bbKey);
      if (!match || !sameKind(match, source)) return null;
      keyed.delete(source.bbKey);
      return match;
    }
    const at = loose.findIndex((node) => sameKind(node, source));
    return at < 0 ? null : loose.splice(0, at + 1)[at];
  });
  const kept = new Set(chosen);
  for (const node of [...parent.childNodes]) if (!kept.has(node)) node.remove();

  let cursor = parent.firstChild;
  wanted.forEach((source, i) => {
    const node = chosen[i];
    if (!node) {
      parent.insertBefore(source, cursor);
      return;
    }
    // One step ahead: the node at the cursor moves away later on its own, instead of every other
    // node moving in front of it.
    if (node !== cursor && cursor && cursor.nextSibling === node) cursor = node;
    if (node === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node, cursor);
    patchNode(node, source);
  });
}

/* Makes the children of parent be those of the given nodes. Focus stays where it was even when the
 * focused element had to be moved. */
export function patch(parent, ...nodes) {
  const focused = document.activeElement;
  const inside = focused && focused !== parent && parent.contains(focused);
  const holder = document.createDocumentFragment();
  append(holder, nodes);
  patchChildren(parent, [...holder.childNodes]);
  if (inside && document.activeElement !== focused && focused.isConnected) {
    focused.focus({ preventScroll: true });
  }
}
