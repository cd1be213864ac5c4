-- 0002: what the reconciler remembers between its runs: how far it has read, which bookings it still
-- has to ask for, and what each run found.

ALTER TABLE reconcile_runs ADD COLUMN requests INTEGER NOT NULL DEFAULT 0;   -- repeated ones included
ALTER TABLE reconcile_runs ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0;    -- rows that were not asked for
ALTER TABLE reconcile_runs ADD COLUMN others INTEGER NOT NULL DEFAULT 0;     -- bookings of which we are only a guest
ALTER TABLE reconcile_runs ADD COLUMN unreadable INTEGER NOT NULL DEFAULT 0; -- rows that could not be understood
ALTER TABLE reconcile_runs ADD COLUMN skew_ms INTEGER NOT NULL DEFAULT 0;    -- Cal.com's clock minus ours
ALTER TABLE reconcile_runs ADD COLUMN initial INTEGER NOT NULL DEFAULT 0;    -- 1: there was no cursor yet

-- One row.
CREATE TABLE reconcile_state (
  id            INTEGER PRIMARY KEY CHECK (id = 1),
  cursor        TEXT,   -- updatedAt of the last row read in order; NULL before the first sweep
  sweep_since   TEXT,   -- a sweep under way, or stopped half way: the lower bound it was asked for, or ''
  sweep_from    TEXT,   -- its window, by start
  sweep_to      TEXT,
  sweep_at      TEXT,   -- everything that starts before it has been read; NULL: no sweep under way
  sweep_date    TEXT,   -- Cal.com's clock when it began
  sweep_newest  TEXT    -- greatest updatedAt it has read
) STRICT;
INSERT INTO reconcile_state (id) VALUES (1);

-- Bookings to be asked for by uid. Kept until answered, so that a crash forgets none.
CREATE TABLE reconcile_asks (
  uid          TEXT PRIMARY KEY,
  reason       TEXT NOT NULL CHECK (reason IN ('linked', 'unseen')), -- named by another booking; ours, but not in a sweep
  made_at      TEXT NOT NULL,
  answered_at  TEXT     -- asked, and still nothing is known of it: not to be asked again soon
) STRICT, WITHOUT ROWID;

-- One row per run and appointment that differed from Cal.com. Not attached to the appointment: what a
-- run found stays true when appointments are merged (appointment_aliases tells where they went).
CREATE TABLE reconcile_findings (
  run_id          TEXT NOT NULL REFERENCES reconcile_runs (id) ON DELETE CASCADE,
  appointment_id  TEXT NOT NULL,
  uid             TEXT NOT NULL, -- booking that told it, the last of them
  kind            TEXT NOT NULL CHECK (kind IN ('created', 'rescheduled', 'cancelled', 'no_show', 'updated')),
  fields          TEXT NOT NULL DEFAULT '', -- names of what differed, comma-separated
  start_was       TEXT,          -- start_time before, where it differed
  found_at        TEXT NOT NULL,
  missed          INTEGER NOT NULL DEFAULT 1, -- 0: its webhook came within two minutes
  settled         INTEGER NOT NULL DEFAULT 0, -- 1: those two minutes are over
  PRIMARY KEY (run_id, appointment_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX reconcile_findings_open ON reconcile_findings (found_at) WHERE settled = 0;
