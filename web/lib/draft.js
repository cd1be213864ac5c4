/*
 * draft.js: what is typed into a form, kept until it is saved or thrown away on purpose: it survives
 * every redraw, a failed save, and a walk to another page and back (not a closed browser: it may hold
 * a client's data). Knows nothing of what the fields mean.
 */
import { ApiError } from "./api.js";

const drafts = new Map(); // key → values

/* key: of the person and the form (whoever is next at this tablet must not find what the last one typed); base: {field: value} as it was; render: draws the page anew. */
export function draft({ key, base, render }) {
  const self = {
    base,
    values: { ...base, ...drafts.get(key) },
    restored: drafts.has(key),
    errors: {},
    failure: null,
    busy: false,
    set,
    changed,
    dirty: () => Object.keys(changed()).length > 0,
    discard,
    save,
    done: () => drafts.delete(key),
  };

  function changed() {
    const names = Object.keys(self.values).filter((name) => self.values[name] !== self.base[name]);
    return Object.fromEntries(names.map((name) => [name, self.values[name]]));
  }

  function keep() {
    if (self.dirty()) drafts.set(key, { ...self.values });
    else drafts.delete(key);
  }

  function set(name, value) {
    self.values[name] = value;
    if (self.errors[name]) {
      delete self.errors[name];
      render();
    }
    keep();
  }

  function discard() {
    drafts.delete(key);
    self.values = { ...self.base };
    self.errors = {};
    self.failure = null;
    self.restored = false;
    render();
  }

  /* Runs ask(); a refusal that names a field goes there, worded by problem(field, error); any other
   * is handed on. True when it was saved. */
  async function save(ask, { problem, refused }) {
    if (self.busy) return false;
    Object.assign(self, { busy: true, failure: null, errors: {} });
    render();
    try {
      await ask();
      drafts.delete(key);
      return true;
    } catch (error) {
      const known = error instanceof ApiError && error.field && problem(error.field, error);
      if (known) self.errors = { [error.field]: known };
      else if (!refused?.(error)) self.failure = error;
      return false;
    } finally {
      self.busy = false;
      render();
    }
  }

  return self;
}
