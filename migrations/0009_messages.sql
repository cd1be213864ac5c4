-- 0009: text messages: what is to go out, what went out and how it ended, and what came back.

CREATE TABLE messages (
  id            TEXT PRIMARY KEY,
  direction     TEXT NOT NULL CHECK (direction IN ('out', 'in')),
  kind          TEXT NOT NULL CHECK (kind IN ('day_before', 'same_day', 'manual', 'bulk', 'reply')),
  salon_id      TEXT,
  event_id      TEXT REFERENCES calendar_events (id) ON DELETE SET NULL,
  client_id     TEXT REFERENCES clients (id) ON DELETE SET NULL,
  start_time    TEXT,                   -- of the visit it speaks of; NULL: of none, or of a visit that was merged away
  state         TEXT NOT NULL CHECK (state IN ('planned', 'sending', 'accepted', 'sent', 'delivered', 'undelivered',
                                               'failed', 'cancelled', 'unknown', 'received')),
  reason        TEXT,                   -- of cancelled: see salon/message_plan.h; staff: taken back by hand
  due_at        TEXT,                   -- not before
  latest_at     TEXT,                   -- not after
  phone         TEXT,                   -- E.164; of a planned one it is read from the card when it is sent
  body          TEXT,                   -- as sent; NULL while it is planned from a template
  segments      INTEGER,
  attempts      INTEGER NOT NULL DEFAULT 0,
  attempted_at  TEXT,                   -- of the last request; committed before it is made
  look_at       TEXT,                   -- when to ask the provider next what became of it
  looks         INTEGER NOT NULL DEFAULT 0, -- questions since the last request that did not find it
  sid           TEXT UNIQUE,            -- the provider's name of it
  error_code    INTEGER,                -- the provider's
  error         TEXT,                   -- of the last request, for people
  answer        TEXT CHECK (answer IN ('yes', 'no', 'stop', 'start', 'other')), -- of a reply
  handled_at    TEXT,                   -- staff has seen to it
  handled_by    TEXT,
  staff_id      TEXT,                   -- who wrote it
  batch_id      TEXT,                   -- one order of a person, who may press twice
  created_at    TEXT NOT NULL,
  updated_at    TEXT NOT NULL
) STRICT;
-- At most one text of a kind for each time of an appointment, whatever happens.
CREATE UNIQUE INDEX messages_once ON messages (event_id, kind, start_time) WHERE kind IN ('day_before', 'same_day');
CREATE INDEX messages_event ON messages (event_id, kind, start_time) WHERE event_id IS NOT NULL;
CREATE UNIQUE INDEX messages_batch ON messages (batch_id, client_id) WHERE batch_id IS NOT NULL;
CREATE INDEX messages_planned ON messages (due_at) WHERE state = 'planned';
CREATE INDEX messages_look ON messages (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX messages_updated ON messages (created_at, id);
CREATE INDEX messages_client ON messages (client_id, created_at) WHERE client_id IS NOT NULL;
CREATE INDEX messages_phone ON messages (phone, created_at) WHERE phone IS NOT NULL;
-- What waits for a person: few, however long the salon is open.
CREATE INDEX messages_open ON messages (created_at)
  WHERE handled_at IS NULL AND state IN ('undelivered', 'failed', 'unknown', 'received', 'cancelled');

-- Numbers that asked for no more texts. A number, not a card: the next card with it is meant as well.
CREATE TABLE message_opt_outs (
  phone       TEXT PRIMARY KEY,         -- E.164
  created_at  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
