-- 0007: sums kept ready, so that a page of numbers need not walk through every appointment. They follow
-- from calendar_events and pet_visits alone. Triggers only note what is out of date, whoever changed it;
-- salon/tally.c works that list off. Days, hours and months are the salon's local ones; utc_day is what a
-- trigger can tell without knowing the zone. salon_id '' is "no salon".

CREATE TABLE tally_stale (
  kind  TEXT NOT NULL CHECK (kind IN ('day', 'cash', 'client', 'pet')),
  ref   TEXT NOT NULL,                  -- UTC day, local day, or the card's id
  PRIMARY KEY (kind, ref)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally_hours (
  utc_day      TEXT NOT NULL,
  day          TEXT NOT NULL,
  hour         INTEGER NOT NULL,
  salon_id     TEXT NOT NULL,
  outcome      TEXT NOT NULL,           -- open, done, no_show, cancelled, late_cancelled: see tally.sql.def
  currency     TEXT NOT NULL,
  count        INTEGER NOT NULL,
  unpriced     INTEGER NOT NULL,        -- whose booking names no price
  price_minor  INTEGER NOT NULL,
  untaken      INTEGER NOT NULL,        -- of which no price taken was written down
  PRIMARY KEY (utc_day, day, hour, salon_id, outcome, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally_services (
  utc_day      TEXT NOT NULL,
  day          TEXT NOT NULL,
  salon_id     TEXT NOT NULL,
  service      TEXT NOT NULL,
  outcome      TEXT NOT NULL,
  currency     TEXT NOT NULL,
  count        INTEGER NOT NULL,
  minutes      INTEGER NOT NULL,
  price_minor  INTEGER NOT NULL,
  PRIMARY KEY (utc_day, day, salon_id, service, outcome, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally_cash (
  day          TEXT NOT NULL,           -- of the visit
  salon_id     TEXT NOT NULL,
  currency     TEXT NOT NULL,
  paid_by      TEXT NOT NULL,           -- '': not said
  count        INTEGER NOT NULL,
  price_minor  INTEGER NOT NULL,
  PRIMARY KEY (day, salon_id, currency, paid_by)
) STRICT, WITHOUT ROWID;

-- Clients and pets that came at least once.
CREATE TABLE tally_clients (
  client_id   TEXT PRIMARY KEY,
  salon_id    TEXT NOT NULL,
  visits      INTEGER NOT NULL,
  first_day   TEXT NOT NULL,
  last_day    TEXT NOT NULL,
  coming_day  TEXT NOT NULL             -- of the last appointment that was not called off
) STRICT, WITHOUT ROWID;
CREATE INDEX tally_clients_first ON tally_clients (first_day, salon_id, last_day);
CREATE INDEX tally_clients_last ON tally_clients (last_day, salon_id, coming_day);

CREATE TABLE tally_client_months (
  month      TEXT NOT NULL,             -- 2026-11, in which the client came
  client_id  TEXT NOT NULL,
  salon_id   TEXT NOT NULL,
  PRIMARY KEY (month, client_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tally_client_months_client ON tally_client_months (client_id);

CREATE TABLE tally_pets (
  pet_id         TEXT PRIMARY KEY,
  salon_id       TEXT NOT NULL,
  visits         INTEGER NOT NULL,
  first_day      TEXT NOT NULL,
  last_day       TEXT NOT NULL,
  coming_day     TEXT NOT NULL,
  interval_days  INTEGER,               -- median between visits; NULL: came once
  due_day        TEXT                   -- last_day and the interval
) STRICT, WITHOUT ROWID;
CREATE INDEX tally_pets_due ON tally_pets (due_day, coming_day, salon_id) WHERE due_day IS NOT NULL;
CREATE INDEX tally_pets_visits ON tally_pets (visits, salon_id, interval_days);
CREATE INDEX pet_visits_date ON pet_visits (visit_date);

CREATE TRIGGER tally_event_added AFTER INSERT ON calendar_events BEGIN
  INSERT OR IGNORE INTO tally_stale (kind, ref) VALUES ('day', substr(new.start_time, 1, 10));
  INSERT OR IGNORE INTO tally_stale (kind, ref) SELECT 'client', new.client_id WHERE new.client_id IS NOT NULL;
END;
CREATE TRIGGER tally_event_changed AFTER UPDATE OF start_time, status, desk_status, client_id, duration_minutes,
  price_minor, currency, service, title, salon_id ON calendar_events BEGIN
  INSERT OR IGNORE INTO tally_stale (kind, ref)
    VALUES ('day', substr(old.start_time, 1, 10)), ('day', substr(new.start_time, 1, 10));
  INSERT OR IGNORE INTO tally_stale (kind, ref) SELECT 'client', new.client_id WHERE new.client_id IS NOT NULL;
  INSERT OR IGNORE INTO tally_stale (kind, ref) SELECT 'client', old.client_id WHERE old.client_id IS NOT NULL;
  INSERT OR IGNORE INTO tally_stale (kind, ref) SELECT 'pet', pet_id FROM event_pets WHERE event_id = new.id;
END;
CREATE TRIGGER tally_event_removed AFTER DELETE ON calendar_events BEGIN
  INSERT OR IGNORE INTO tally_stale (kind, ref) VALUES ('day', substr(old.start_time, 1, 10));
  INSERT OR IGNORE INTO tally_stale (kind, ref) SELECT 'client', old.client_id WHERE old.client_id IS NOT NULL;
END;
CREATE TRIGGER tally_pet_added AFTER INSERT ON event_pets BEGIN
  INSERT OR IGNORE INTO tally_stale (kind, ref) VALUES ('pet', new.pet_id);
END;
CREATE TRIGGER tally_pet_changed AFTER UPDATE ON event_pets BEGIN
  INSERT OR IGNORE INTO tally_stale (kind, ref) VALUES ('pet', old.pet_id), ('pet', new.pet_id);
END;
CREATE TRIGGER tally_pet_removed AFTER DELETE ON event_pets BEGIN
  INSERT OR IGNORE INTO tally_stale (kind, ref) VALUES ('pet', old.pet_id);
END;
CREATE TRIGGER tally_visit_added AFTER INSERT ON pet_visits BEGIN
  INSERT OR IGNORE INTO tally_stale (kind, ref) VALUES ('cash', new.visit_date), ('pet', new.pet_id);
  INSERT OR IGNORE INTO tally_stale (kind, ref)
    SELECT 'day', substr(start_time, 1, 10) FROM calendar_events WHERE id = new.event_id;
END;
CREATE TRIGGER tally_visit_changed AFTER UPDATE OF pet_id, event_id, visit_date, price_minor, currency, paid_by
  ON pet_visits BEGIN
  INSERT OR IGNORE INTO tally_stale (kind, ref) VALUES ('cash', old.visit_date), ('cash', new.visit_date),
    ('pet', old.pet_id), ('pet', new.pet_id);
  INSERT OR IGNORE INTO tally_stale (kind, ref)
    SELECT 'day', substr(start_time, 1, 10) FROM calendar_events WHERE id IN (old.event_id, new.event_id);
END;
CREATE TRIGGER tally_visit_removed AFTER DELETE ON pet_visits BEGIN
  INSERT OR IGNORE INTO tally_stale (kind, ref) VALUES ('cash', old.visit_date), ('pet', old.pet_id);
  INSERT OR IGNORE INTO tally_stale (kind, ref)
    SELECT 'day', substr(start_time, 1, 10) FROM calendar_events WHERE id = old.event_id;
END;

-- Those that were there before.
INSERT OR IGNORE INTO tally_stale (kind, ref) SELECT DISTINCT 'day', substr(start_time, 1, 10) FROM calendar_events;
INSERT OR IGNORE INTO tally_stale (kind, ref) SELECT DISTINCT 'cash', visit_date FROM pet_visits;
INSERT OR IGNORE INTO tally_stale (kind, ref)
  SELECT DISTINCT 'client', client_id FROM calendar_events WHERE client_id IS NOT NULL;
INSERT OR IGNORE INTO tally_stale (kind, ref) SELECT DISTINCT 'pet', pet_id FROM event_pets;
INSERT OR IGNORE INTO tally_stale (kind, ref) SELECT DISTINCT 'pet', pet_id FROM pet_visits;
