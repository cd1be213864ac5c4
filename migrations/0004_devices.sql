-- 0004: tablets that people share, and the PINs with which they take turns on them.

CREATE TABLE devices (
  token_hash    TEXT PRIMARY KEY,       -- SHA-256 of the device's cookie, hex
  name          TEXT NOT NULL DEFAULT '', -- as its owner calls it: "tablet at the desk"
  created_at    TEXT NOT NULL,
  created_by    TEXT REFERENCES staff (id) ON DELETE SET NULL,
  last_seen_at  TEXT NOT NULL           -- last sign-in by PIN, or a PIN set
) STRICT;

-- A PIN is good on one device only. Its hash is keyed with the device's cookie, which is not in here: a
-- stolen database cannot be searched for four digits.
CREATE TABLE device_pins (
  device_hash  TEXT NOT NULL REFERENCES devices (token_hash) ON DELETE CASCADE,
  staff_id     TEXT NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
  pin_hash     TEXT NOT NULL,           -- HMAC-SHA256, hex
  tries        INTEGER NOT NULL DEFAULT 0, -- wrong ones since the last right one or the last password
  created_at   TEXT NOT NULL,
  PRIMARY KEY (device_hash, staff_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX device_pins_staff ON device_pins (staff_id);

-- 1: opened by a PIN; such a session does not manage accounts.
ALTER TABLE sessions ADD COLUMN by_pin INTEGER NOT NULL DEFAULT 0;
