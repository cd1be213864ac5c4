-- 0008: what the box does for itself, and how it went the last time.

CREATE TABLE upkeep (
  job      TEXT PRIMARY KEY,            -- backup, backup_copy, backup_command, quick_check, disk, tunnel …
  status   TEXT NOT NULL CHECK (status IN ('ok', 'warn', 'bad')),
  outcome  TEXT NOT NULL,               -- word the pages have a sentence for: backup_failed, disk_low …
  detail   TEXT,                        -- a sentence or a path; nothing personal
  value    INTEGER NOT NULL DEFAULT 0,  -- what the sentence counts
  at       TEXT NOT NULL,               -- the last try
  ok_at    TEXT,                        -- the last that went well
  bad_at   TEXT                         -- since when it goes wrong without a break
) STRICT, WITHOUT ROWID;

-- How far retention has come: everything made before it has been dealt with.
CREATE TABLE retention_marks (
  what  TEXT PRIMARY KEY,               -- payloads
  upto  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
