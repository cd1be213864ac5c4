-- 0011: what the services are called that bookings name by a slug.

CREATE TABLE services (
  slug      TEXT PRIMARY KEY, -- as in calendar_events.service
  name      TEXT NOT NULL,
  named_at  TEXT NOT NULL     -- when Cal.com called it so
) STRICT, WITHOUT ROWID;
