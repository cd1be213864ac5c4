/*
 * unsent.js: what a person typed and the box has not confirmed yet, on this device until it has. So
 * words outlive a reload, a sign-out, an empty battery and a box that is away. Kept under the person's
 * id: whoever signs in next on a shared tablet is not shown it. Gone once the box has it.
 */

const PREFIX = "barkbook.unsent.";
const memory = new Map();

const place = (person, key) => `${PREFIX}${person}.${key}`;

/* The fields as they were typed, or null. */
export function unsent(person, key) {
  const name = place(person, key);
  try {
    const text = localStorage.getItem(name);
    return text ? JSON.parse(text) : (memory.get(name) ?? null);
  } catch {
    return memory.get(name) ?? null;
  }
}

/* fields {} or null: nothing waits any more. */
export function setUnsent(person, key, fields) {
  const name = place(person, key);
  const none = !fields || !Object.keys(fields).length;
  if (none) memory.delete(name);
  else memory.set(name, { ...fields });
  try {
    if (none) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(fields));
  } catch {
    /* memory has it */
  }
}
