/*
 * autosave.js: keeps one visit's typed words safe: on this device at once, in the box a moment later.
 * Two people may write at the same time: what does not touch each other is put together, what does is
 * shown side by side for the person to choose. Nothing typed is ever dropped by itself.
 */
import { ApiError, OfflineError, send } from "./api.js";
import { language } from "./i18n.js";
import { clockNow } from "./time.js";
import { sentFields, shownField, typedFields } from "./visit-fields.js";
import { setUnsent, unsent } from "./unsent.js";

const PAUSE_MS = 700;
const RETRY_MS = 5000;

/* key names the place on this device; create() opens the visit in the box. onChange() after each step. */
export function autosave({ person, key, create, onChange }) {
  const self = {
    visit: null, // as the box has it
    typed: unsent(person, key) ?? {},
    theirs: null, // of a conflict: what the box has instead
    state: "rest", // rest, waiting, saving, saved, offline, wrong, conflict, failed
    wrong: [],
    error: null,
    savedAt: 0,
    value,
    type,
    adopt,
    choose,
    save,
    close,
  };
  let timer = 0;
  let running = null;
  let closed = false;

  function value(field) {
    return self.typed[field] ?? shownField(self.visit, field, language());
  }

  function step(state, error = null) {
    self.state = state;
    self.error = error;
    if (!closed) onChange();
  }

  function later(ms) {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(save, ms);
  }

  function type(field, text) {
    self.typed[field] = text;
    setUnsent(person, key, self.typed);
    if (self.state === "conflict") return onChange();
    step("waiting");
    later(PAUSE_MS);
  }

  /* Fields that both sides changed, and not to the same. */
  function clashes(theirs) {
    return Object.keys(self.typed).filter((field) => {
      const now = shownField(theirs, field, language());
      return now !== shownField(self.visit, field, language()) && now !== self.typed[field];
    });
  }

  function conflict(theirs) {
    const fields = clashes(theirs);
    if (!fields.length) {
      self.visit = theirs;
      return false;
    }
    self.theirs = { visit: theirs, fields };
    step("conflict");
    return true;
  }

  /* The box told what it has: after a load, or because somebody else wrote. */
  function adopt(visit) {
    if (running || self.state === "conflict") return;
    if (!visit) {
      if (Object.keys(self.typed).length && self.state === "rest") step("waiting"), later(0);
      return;
    }
    if (self.visit && visit.revision < self.visit.revision) return;
    if (visit.draft && !self.visit && !Object.keys(self.typed).length) {
      self.typed = typedFields(visit.draft.fields, language());
      setUnsent(person, key, self.typed);
      const fields = Object.keys(self.typed).filter(
        (field) => self.typed[field] !== shownField(visit, field, language()),
      );
      self.visit = visit;
      if (fields.length) {
        self.theirs = { visit, fields };
        step("conflict");
        return;
      }
    }
    if (self.visit && visit.revision !== self.visit.revision && conflict(visit)) return;
    self.visit = visit;
    if (Object.keys(self.typed).length && self.state === "rest") {
      step("waiting");
      later(0);
    } else onChange();
  }

  /* "mine", "theirs" or "both" (the notes below each other). */
  function choose(which) {
    const { visit, fields } = self.theirs;
    for (const field of fields) {
      if (which === "theirs") delete self.typed[field];
      if (which === "both" && field === "notes")
        self.typed.notes = `${visit.notes ?? ""}\n${self.typed.notes}`.trim();
    }
    self.visit = visit;
    self.theirs = null;
    setUnsent(person, key, self.typed);
    step("waiting");
    if (visit.draft && !Object.keys(self.typed).length)
      send("DELETE", `/api/visits/${encodeURIComponent(visit.id)}/draft`).catch(() => {});
    save();
  }

  function confirmed(sent, visit) {
    self.visit = visit;
    for (const [field, text] of Object.entries(sent))
      if (self.typed[field] === text) delete self.typed[field];
    setUnsent(person, key, self.typed);
    self.savedAt = clockNow();
  }

  async function write() {
    const { body, wrong } = sentFields(self.typed);
    self.wrong = wrong;
    if (!Object.keys(body).length) return step(wrong.length ? "wrong" : self.savedAt ? "saved" : "rest");
    const sent = Object.fromEntries(
      Object.entries(self.typed).filter(([field]) => !wrong.includes(field)),
    );
    step("saving");
    if (!self.visit) {
      const made = await create();
      const clash = Object.keys(self.typed).some((field) => shownField(made, field, language()));
      self.visit = { revision: 0 };
      if (clash && conflict(made)) return null;
      self.visit = made;
    }
    const path = `/api/visits/${encodeURIComponent(self.visit.id)}`;
    try {
      confirmed(sent, await send("PATCH", path, { revision: self.visit.revision, ...body }));
    } catch (error) {
      if (error.status !== 409 || !error.body?.current) throw error;
      if (conflict(error.body.current)) return null;
      return write();
    }
    return step(wrong.length ? "wrong" : Object.keys(self.typed).length ? "waiting" : "saved");
  }

  async function attempt() {
    try {
      await write();
      if (self.state === "waiting") later(PAUSE_MS);
    } catch (error) {
      if (error instanceof OfflineError) {
        step("offline");
        later(RETRY_MS);
      } else if (error instanceof ApiError) step("failed", error);
      else throw error;
    }
  }

  /* Now, not in a moment. */
  function save() {
    clearTimeout(timer);
    if (self.state === "conflict" || !Object.keys(self.typed).length) return Promise.resolve();
    running ??= attempt().finally(() => {
      running = null;
    });
    return running;
  }

  function close() {
    save();
    closed = true;
    clearTimeout(timer);
  }

  return self;
}
