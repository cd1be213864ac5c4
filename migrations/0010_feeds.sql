-- 0010: private calendars of the staff, and how many clients came in each month.

-- The address of a person's calendar ends in a random token; only its hash is kept.
CREATE TABLE ics_feeds (
  staff_id      TEXT PRIMARY KEY REFERENCES staff (id) ON DELETE CASCADE,
  token_hash    TEXT NOT NULL UNIQUE,   -- SHA-256, hex
  created_at    TEXT NOT NULL,
  last_seen_at  TEXT                    -- when a calendar asked last
) STRICT, WITHOUT ROWID;

CREATE TABLE tally_months (
  month     TEXT NOT NULL,
  salon_id  TEXT NOT NULL,
  active    INTEGER NOT NULL,           -- clients who came
  PRIMARY KEY (month, salon_id)
) STRICT, WITHOUT ROWID;

-- The list of what is out of date learns of months. They are counted after the clients.
CREATE TEMP TABLE tally_stale_before AS SELECT kind, ref FROM tally_stale;
DROP TABLE tally_stale;
CREATE TABLE tally_stale (
  kind  TEXT NOT NULL CHECK (kind IN ('day', 'cash', 'client', 'month', 'pet')),
  ref   TEXT NOT NULL,                  -- UTC day, local day or month, or the card's id
  PRIMARY KEY (kind, ref)
) STRICT, WITHOUT ROWID;
INSERT INTO tally_stale SELECT kind, ref FROM tally_stale_before;
INSERT OR IGNORE INTO tally_stale SELECT DISTINCT 'month', month FROM tally_client_months;
DROP TABLE tally_stale_before;
CREATE INDEX tally_clients_coming ON tally_clients (coming_day, salon_id);
DROP INDEX tally_clients_last;
