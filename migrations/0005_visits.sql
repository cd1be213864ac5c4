-- 0005: what was done at a visit, what was paid for it, and what two people wrote at the same time.

ALTER TABLE pet_visits ADD COLUMN blade TEXT;         -- the recipe: "7F"
ALTER TABLE pet_visits ADD COLUMN shampoo TEXT;
ALTER TABLE pet_visits ADD COLUMN minutes INTEGER;    -- time it took
ALTER TABLE pet_visits ADD COLUMN price_minor INTEGER; -- taken, in hundredths; NULL: not written down, 0: free
ALTER TABLE pet_visits ADD COLUMN currency TEXT;      -- of the price
ALTER TABLE pet_visits ADD COLUMN paid_by TEXT CHECK (paid_by IN ('cash', 'card', 'transfer', 'other'));
ALTER TABLE pet_visits ADD COLUMN staff_id TEXT;      -- who wrote last
ALTER TABLE pet_visits ADD COLUMN revision INTEGER NOT NULL DEFAULT 1; -- grows with each edit

-- What a person wrote about a visit that somebody else had changed meanwhile: kept until they choose.
CREATE TABLE visit_drafts (
  visit_id    TEXT NOT NULL REFERENCES pet_visits (id) ON DELETE CASCADE,
  staff_id    TEXT NOT NULL REFERENCES staff (id) ON DELETE CASCADE,
  body        TEXT NOT NULL,          -- JSON: the fields as they were sent
  created_at  TEXT NOT NULL,
  PRIMARY KEY (visit_id, staff_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX visit_drafts_staff ON visit_drafts (staff_id);
