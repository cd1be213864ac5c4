-- 0001: the salon's card index, the appointments, and what Cal.com said about them.
-- Instants are TEXT in UTC with milliseconds (2026-11-22T13:00:00.000Z), so that they sort as text;
-- ids are UUID text, version 7 where we make them, so that new rows land at the right edge of an index.

CREATE TABLE salons (
  id                TEXT PRIMARY KEY,   -- UUID
  name              TEXT NOT NULL DEFAULT '',
  address           TEXT,
  nip               TEXT,               -- Polish tax number
  cal_com_username  TEXT,               -- organizer.username of this salon's bookings
  created_at        TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at        TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;

-- People who sign in.
CREATE TABLE staff (
  id             TEXT PRIMARY KEY,
  salon_id       TEXT REFERENCES salons (id), -- NULL: every salon (the owner)
  name           TEXT NOT NULL COLLATE NOCASE UNIQUE,
  role           TEXT NOT NULL CHECK (role IN ('owner', 'staff')),
  password_hash  TEXT NOT NULL,         -- pbkdf2-sha256$iterations$salt$hash
  language       TEXT NOT NULL DEFAULT 'pl' CHECK (language IN ('pl', 'en')),
  disabled_at    TEXT,
  created_at     TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at     TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;

CREATE TABLE sessions (
  token_hash    TEXT PRIMARY KEY,       -- SHA-256 of the cookie, hex: the table alone signs nobody in
  staff_id      TEXT NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
  created_at    TEXT NOT NULL,
  last_seen_at  TEXT NOT NULL,
  expires_at    TEXT NOT NULL,
  address       TEXT,                   -- of the sign-in
  user_agent    TEXT
) STRICT;
CREATE INDEX sessions_staff ON sessions (staff_id);

-- What the owner sets in the pages, and small facts of the appliance (instance id, cursors).
CREATE TABLE settings (
  key         TEXT PRIMARY KEY,
  value       TEXT NOT NULL,
  updated_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT, WITHOUT ROWID;

CREATE TABLE clients (
  id                TEXT PRIMARY KEY,
  salon_id          TEXT NOT NULL REFERENCES salons (id),
  name              TEXT NOT NULL,
  surname           TEXT NOT NULL DEFAULT '',
  phone_number      TEXT,               -- E.164
  email             TEXT,
  address           TEXT,
  notes             TEXT,
  gdpr_consent_at   TEXT,               -- NULL: no consent
  sms_consent_at    TEXT,
  photo_consent_at  TEXT,
  archived_at       TEXT,
  contact_at        TEXT,               -- when staff last changed phone, e-mail or whose pets they are
  revision          INTEGER NOT NULL DEFAULT 1, -- grows with each edit: optimistic locking
  created_at        TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at        TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;
CREATE INDEX clients_phone ON clients (phone_number) WHERE phone_number IS NOT NULL;
CREATE INDEX clients_email ON clients (lower(email)) WHERE email IS NOT NULL;

CREATE TABLE pets (
  id                        TEXT PRIMARY KEY,
  salon_id                  TEXT NOT NULL REFERENCES salons (id),
  name                      TEXT NOT NULL,
  type                      TEXT NOT NULL DEFAULT 'dog', -- dog, cat, other
  breed                     TEXT,
  birth_date                TEXT,       -- 2021-05-01
  health_issues             TEXT,
  allergies                 TEXT,
  behaviour                 TEXT,
  preferences               TEXT,
  notes                     TEXT,
  default_duration_minutes  INTEGER,
  rabies_vaccinated_on      TEXT,
  deceased_at               TEXT,
  archived_at               TEXT,
  revision                  INTEGER NOT NULL DEFAULT 1,
  created_at                TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at                TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;

CREATE TABLE client_pets (
  client_id   TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  pet_id      TEXT NOT NULL REFERENCES pets (id) ON DELETE CASCADE,
  PRIMARY KEY (client_id, pet_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX client_pets_pet ON client_pets (pet_id);

-- Appointments: one row per visit the salon expects, whatever Cal.com called it meanwhile. The columns up
-- to location, and the links, are a projection of bookings that sync/appointment.c alone writes; desk_* and
-- staff's own links are theirs, and sync leaves them alone.
CREATE TABLE calendar_events (
  id                TEXT PRIMARY KEY,   -- never changes, also over reschedules
  cal_com_event_id  TEXT UNIQUE,        -- uid of the booking that is current; local:<uuid> for walk-ins
  salon_id          TEXT REFERENCES salons (id), -- NULL: the owner's "no salon" list
  client_id         TEXT REFERENCES clients (id),
  pet_id            TEXT REFERENCES pets (id),   -- the first; event_pets has all
  title             TEXT,
  description       TEXT,
  start_time        TEXT NOT NULL,
  end_time          TEXT NOT NULL,
  duration_minutes  INTEGER NOT NULL,   -- end minus start
  status            TEXT NOT NULL CHECK (status IN ('pending', 'scheduled', 'completed', 'cancelled', 'no_show')),
  cancel_reason     TEXT,
  cancelled_by      TEXT,
  awaiting_rebook   INTEGER NOT NULL DEFAULT 0, -- the host asked for another time and none is known yet
  attendee_name     TEXT,
  attendee_email    TEXT,
  attendee_phone    TEXT,               -- E.164 when it is a number
  location          TEXT,
  meeting_url       TEXT,
  service           TEXT,               -- event type: slug, else its number
  price_minor       INTEGER,            -- in hundredths
  currency          TEXT,               -- upper case
  link_source       TEXT CHECK (link_source IN ('staff', 'metadata', 'predecessor', 'contact')),
  link_reason       TEXT,               -- why client or pet is missing: see sync/link.h
  link_at           TEXT,               -- when the link was last decided
  link_by           TEXT,               -- staff id, for link_source staff
  link_evidence     TEXT,               -- digest of what the automatic link was decided on
  desk_status       TEXT CHECK (desk_status IN ('confirmed', 'arrived', 'in_progress', 'ready', 'picked_up', 'no_show')),
  desk_at           TEXT,
  desk_by           TEXT,               -- staff id
  created_at        TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at        TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  synced_at         TEXT                -- last change that came from Cal.com; moves only with one
) STRICT;
CREATE INDEX calendar_events_start ON calendar_events (start_time);
-- Only what is still to come is in it: the minute's completion by time reads its left edge.
CREATE INDEX calendar_events_open ON calendar_events (end_time) WHERE status = 'scheduled';
CREATE INDEX calendar_events_client ON calendar_events (client_id, start_time) WHERE client_id IS NOT NULL;
CREATE INDEX calendar_events_unlinked ON calendar_events (start_time) WHERE client_id IS NULL OR pet_id IS NULL;

CREATE TABLE event_pets (
  event_id  TEXT NOT NULL REFERENCES calendar_events (id) ON DELETE CASCADE,
  pet_id    TEXT NOT NULL REFERENCES pets (id),
  PRIMARY KEY (event_id, pet_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_pets_pet ON event_pets (pet_id, event_id);

-- Ids of appointments that were merged into another; both are still answered.
CREATE TABLE appointment_aliases (
  alias_id    TEXT PRIMARY KEY,
  event_id    TEXT NOT NULL REFERENCES calendar_events (id) ON DELETE CASCADE,
  created_at  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX appointment_aliases_event ON appointment_aliases (event_id);

-- One row per uid Cal.com ever used: the last known state of that booking, each fact with the moment it
-- was true. A row may exist before anything but its name is known (a predecessor not seen yet, a no-show
-- that overtook its booking).
CREATE TABLE bookings (
  uid             TEXT PRIMARY KEY,
  chain_id        TEXT NOT NULL,        -- the appointment's id, also before its row exists
  number          INTEGER,              -- Cal.com's bookingId
  made_at         TEXT,                 -- earliest moment it is known to have existed
  starts_at       TEXT,                 -- both or none
  ends_at         TEXT,
  title           TEXT,
  description     TEXT,
  attendee_name   TEXT,
  attendee_email  TEXT,
  attendee_phone  TEXT,
  location        TEXT,
  meeting_url     TEXT,
  service         TEXT,
  price           TEXT,                 -- "18000 PLN"
  client_ref      TEXT,                 -- metadata barkbookClientId, untrusted
  pet_refs        TEXT,                 -- metadata barkbookPetId, untrusted, may list several
  organizer       TEXT,                 -- username
  cancel_kind     TEXT CHECK (cancel_kind IN ('cancelled', 'rejected')),
  cancel_reason   TEXT,
  cancelled_by    TEXT,
  rebook          TEXT,                 -- '1': the host asked the guest to choose another time
  absents         TEXT,                 -- JSON: [[email, absent 0/1, as_of, rank], …] per attendee
  stamps          TEXT NOT NULL DEFAULT '', -- as_of and rank of every fact above, see sync/booking_store.c
  erased          INTEGER NOT NULL DEFAULT 0, -- 1: client erased; only times and status are kept from then on
  created_at      TEXT NOT NULL,
  updated_at      TEXT NOT NULL
) STRICT;
CREATE INDEX bookings_chain ON bookings (chain_id);

-- Every "this booking replaced that one" ever said. The set only grows, which is why arrival order
-- cannot matter.
CREATE TABLE booking_links (
  predecessor_uid  TEXT NOT NULL,
  successor_uid    TEXT NOT NULL,
  PRIMARY KEY (predecessor_uid, successor_uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX booking_links_successor ON booking_links (successor_uid, predecessor_uid);

-- An appointment's history: a row per changed field, none for its creation.
CREATE TABLE event_changes (
  id          TEXT PRIMARY KEY,
  event_id    TEXT NOT NULL REFERENCES calendar_events (id) ON DELETE CASCADE,
  field       TEXT NOT NULL,
  old_value   TEXT,
  new_value   TEXT,
  cause       TEXT NOT NULL CHECK (cause IN ('delivery', 'reconcile', 'staff', 'clock', 'booking')),
  cause_id    TEXT,                     -- webhook_logs, reconcile_runs or staff id
  created_at  TEXT NOT NULL
) STRICT;
CREATE INDEX event_changes_event ON event_changes (event_id, id);

-- Authentic deliveries only. A refused one is counted in webhook_rejects.
CREATE TABLE webhook_logs (
  id                TEXT PRIMARY KEY,
  webhook_type      TEXT NOT NULL CHECK (webhook_type IN ('calcom', 'twilio')),
  status            TEXT NOT NULL CHECK (status IN ('processing', 'success', 'ignored', 'duplicate', 'error')),
  error_message     TEXT,
  trigger_event     TEXT,
  cal_com_event_id  TEXT,               -- uid the delivery is about
  event_id          TEXT,               -- appointment it ended in
  action            TEXT,               -- created, updated, rescheduled, …
  body_key          TEXT UNIQUE,        -- createdAt of the envelope and SHA-256 of the raw body
  repeat_count      INTEGER NOT NULL DEFAULT 0, -- identical bodies that came later
  repeated_at       TEXT,
  duration_ms       INTEGER,            -- in the writer: applying and storing
  created_at        TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  processed_at      TEXT,
  payload           TEXT                -- as received, secrets cut out; NULL once cut by age or erasure
) STRICT;
CREATE INDEX webhook_logs_created ON webhook_logs (created_at);
CREATE INDEX webhook_logs_error ON webhook_logs (created_at) WHERE status = 'error';

-- Refused requests: a bounded table, a row per kind of refusal, minute and address, oldest overwritten.
CREATE TABLE webhook_rejects (
  id          INTEGER PRIMARY KEY,
  minute      TEXT NOT NULL,            -- start of the minute
  reason      TEXT NOT NULL,            -- signature, type, rate, size, method, address
  address     TEXT NOT NULL,
  count       INTEGER NOT NULL DEFAULT 1,
  UNIQUE (minute, reason, address)
) STRICT;

CREATE TABLE pet_visits (
  id          TEXT PRIMARY KEY,
  pet_id      TEXT NOT NULL REFERENCES pets (id),
  event_id    TEXT REFERENCES calendar_events (id),
  visit_date  TEXT NOT NULL,            -- local date, 2026-11-22
  notes       TEXT,
  created_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  updated_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;
CREATE INDEX pet_visits_pet ON pet_visits (pet_id, visit_date);
CREATE INDEX pet_visits_event ON pet_visits (event_id) WHERE event_id IS NOT NULL;

CREATE TABLE visit_photos (
  id          TEXT PRIMARY KEY,
  visit_id    TEXT NOT NULL REFERENCES pet_visits (id) ON DELETE CASCADE,
  sha256      TEXT NOT NULL,            -- of the stored file, photos/ab/cd…
  kind        TEXT NOT NULL DEFAULT 'after' CHECK (kind IN ('before', 'after')),
  created_at  TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
) STRICT;
CREATE INDEX visit_photos_visit ON visit_photos (visit_id);

-- One row per run of the reconciler, written when it starts and with every page.
CREATE TABLE reconcile_runs (
  id           TEXT PRIMARY KEY,
  kind         TEXT NOT NULL CHECK (kind IN ('incremental', 'sweep', 'single')),
  cause        TEXT NOT NULL,           -- start, interval, cli, button, hint, nightly
  status       TEXT NOT NULL CHECK (status IN ('running', 'complete', 'stopped', 'failed')),
  started_at   TEXT NOT NULL,
  ended_at     TEXT,
  pages        INTEGER NOT NULL DEFAULT 0,
  seen         INTEGER NOT NULL DEFAULT 0,
  created      INTEGER NOT NULL DEFAULT 0,
  updated      INTEGER NOT NULL DEFAULT 0,
  rescheduled  INTEGER NOT NULL DEFAULT 0,
  cancelled    INTEGER NOT NULL DEFAULT 0,
  no_show      INTEGER NOT NULL DEFAULT 0,
  missed       INTEGER NOT NULL DEFAULT 0, -- changes that no webhook had brought
  cursor       TEXT,                    -- after the last page that was committed
  error        TEXT
) STRICT;
CREATE INDEX reconcile_runs_started ON reconcile_runs (started_at);

INSERT INTO salons (id, name) VALUES (
  lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' ||
        substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))), '');
