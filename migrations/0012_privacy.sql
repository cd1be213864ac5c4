-- 0012: who looked at whose card, and clients that were erased.

-- A line for the first time in an hour that somebody opened a card, and for each export and erasure.
CREATE TABLE audit_lines (
  hour      TEXT NOT NULL,              -- 2026-11-22T13, UTC
  staff_id  TEXT NOT NULL,              -- '': the command line
  action    TEXT NOT NULL CHECK (action IN ('read', 'export', 'erase', 'import')),
  kind      TEXT NOT NULL CHECK (kind IN ('client', 'pet', 'clients')),
  ref       TEXT NOT NULL,              -- id of the card; '' for all clients
  at        TEXT NOT NULL,
  PRIMARY KEY (hour, staff_id, action, kind, ref)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_lines_at ON audit_lines (at);

-- Receipts: that somebody was erased, when and by whom, and how much it was; nothing of who it was.
CREATE TABLE erasures (
  id            TEXT PRIMARY KEY,
  client_id     TEXT NOT NULL,          -- the id the card had
  staff_id      TEXT,                   -- NULL: the command line, or a restored backup
  created_at    TEXT NOT NULL,
  cards         INTEGER NOT NULL,       -- with merged doubles
  pets          INTEGER NOT NULL,
  appointments  INTEGER NOT NULL,
  visits        INTEGER NOT NULL,
  photos        INTEGER NOT NULL,
  deliveries    INTEGER NOT NULL
) STRICT;
CREATE INDEX erasures_client ON erasures (client_id);

-- What the erasure under way is about; empty otherwise. becomes: the nameless card that keeps the counts.
CREATE TABLE erase_work (
  kind     TEXT NOT NULL CHECK (kind IN ('card', 'pet', 'email', 'phone', 'event', 'uid')),
  ref      TEXT NOT NULL,
  becomes  TEXT,
  PRIMARY KEY (kind, ref)
) STRICT, WITHOUT ROWID;
