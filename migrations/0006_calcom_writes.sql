-- 0006: what BarkBook asked Cal.com to change. A row is on disk before the request leaves: whatever happens
-- then, what became of it can be looked up, and nothing is asked for twice.

CREATE TABLE calcom_writes (
  id          TEXT PRIMARY KEY,         -- made by the page for one press of a button; in the metadata of a new booking
  kind        TEXT NOT NULL CHECK (kind IN ('book', 'reschedule', 'cancel', 'confirm', 'decline', 'no_show')),
  state       TEXT NOT NULL CHECK (state IN ('sending', 'unsure', 'done', 'refused', 'failed')),
  digest      TEXT NOT NULL,            -- of what is asked: the same id with something else is a mistake
  event_id    TEXT,                     -- appointment it is about, or that it made
  uid         TEXT,                     -- booking it is about, or that it made
  client_id   TEXT,                     -- of a new booking
  event_type  INTEGER,                  -- of a new booking, Cal.com's number
  start_time  TEXT,                     -- wanted start
  absent      INTEGER,                  -- of no_show: 1 absent, 0 taken back
  reason      TEXT,                     -- why it was not done: a word that the pages turn into a sentence
  detail      TEXT,                     -- Cal.com's own words
  staff_id    TEXT REFERENCES staff (id) ON DELETE SET NULL,
  looks       INTEGER NOT NULL DEFAULT 0, -- how often Cal.com was asked what became of it
  created_at  TEXT NOT NULL,
  ended_at    TEXT
) STRICT;
CREATE INDEX calcom_writes_open ON calcom_writes (created_at) WHERE state IN ('sending', 'unsure');
CREATE INDEX calcom_writes_ended ON calcom_writes (ended_at) WHERE ended_at IS NOT NULL;
