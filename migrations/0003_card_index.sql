-- 0003: the card index at work: search, doubles that were merged, and the history of consents.

-- A card that turned out to be another's double stays, archived, so that its id and its old phone and
-- e-mail still lead to the card that was kept. It never points at a card that points on.
ALTER TABLE clients ADD COLUMN merged_into TEXT REFERENCES clients (id) ON DELETE CASCADE;
ALTER TABLE pets ADD COLUMN merged_into TEXT REFERENCES pets (id) ON DELETE CASCADE;
CREATE INDEX clients_merged ON clients (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX pets_merged ON pets (merged_into) WHERE merged_into IS NOT NULL;

-- Every consent given or taken back. clients.*_consent_at is the last word of each kind.
CREATE TABLE consent_changes (
  id          TEXT PRIMARY KEY,
  client_id   TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  kind        TEXT NOT NULL CHECK (kind IN ('gdpr', 'sms', 'photo')),
  given       INTEGER NOT NULL CHECK (given IN (0, 1)),
  staff_id    TEXT,                     -- who recorded it; NULL: the program (an import)
  created_at  TEXT NOT NULL
) STRICT;
CREATE INDEX consent_changes_client ON consent_changes (client_id, id);

-- Merges of two cards, and what each moved: enough to take it back for a day, then forgotten.
CREATE TABLE card_merges (
  id          TEXT PRIMARY KEY,
  kind        TEXT NOT NULL CHECK (kind IN ('client', 'pet')),
  kept_id     TEXT NOT NULL,
  merged_id   TEXT NOT NULL,
  staff_id    TEXT,
  created_at  TEXT NOT NULL,
  undone_at   TEXT
) STRICT;
CREATE INDEX card_merges_created ON card_merges (created_at);

CREATE TABLE card_merge_moves (
  merge_id  TEXT NOT NULL REFERENCES card_merges (id) ON DELETE CASCADE,
  what      TEXT NOT NULL,              -- kind of move, see salon/merge.h
  ref       TEXT NOT NULL,              -- row or field it is about
  was       TEXT,                       -- of a field: its value before and after
  became    TEXT,
  PRIMARY KEY (merge_id, what, ref)
) STRICT, WITHOUT ROWID;

-- What a card is found by. One search card is a household: a client with their pets, or a pet without an
-- owner. Only salon/search_index.c writes these, since words must be folded; rows go with their client.
CREATE TABLE search_salons (
  number    INTEGER PRIMARY KEY,        -- short name of the salon, for the index below
  salon_id  TEXT NOT NULL UNIQUE REFERENCES salons (id)
) STRICT;

CREATE TABLE search_cards (
  number     INTEGER PRIMARY KEY,
  salon      INTEGER NOT NULL REFERENCES search_salons (number),
  client_id  TEXT UNIQUE REFERENCES clients (id) ON DELETE CASCADE,
  pet_id     TEXT UNIQUE REFERENCES pets (id) ON DELETE CASCADE, -- when it has no owner
  archived   INTEGER NOT NULL,
  sort_key   TEXT NOT NULL,             -- folded surname and name: the order of lists
  text       TEXT NOT NULL              -- folded words by field, see salon/search_text.h
) STRICT;
CREATE INDEX search_cards_list ON search_cards (archived, sort_key, number) WHERE client_id IS NOT NULL;

CREATE TABLE search_words (
  salon  INTEGER NOT NULL,
  word   TEXT NOT NULL,                 -- folded; of a phone also '#' and its digits backwards
  card   INTEGER NOT NULL REFERENCES search_cards (number) ON DELETE CASCADE,
  PRIMARY KEY (salon, word, card DESC)
) STRICT, WITHOUT ROWID;
CREATE INDEX search_words_card ON search_words (card);

-- Cards whose words are out of date, whoever changed them and by whatever means. Triggers cannot fold,
-- but they forget nothing: search_index.c works the list off, within the job that made the change.
CREATE TABLE search_stale (
  kind  TEXT NOT NULL CHECK (kind IN ('client', 'pet')),
  id    TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER clients_added AFTER INSERT ON clients BEGIN
  INSERT OR IGNORE INTO search_stale (kind, id) VALUES ('client', new.id);
END;
CREATE TRIGGER clients_renamed
AFTER UPDATE OF salon_id, name, surname, phone_number, email, archived_at, merged_into ON clients BEGIN
  INSERT OR IGNORE INTO search_stale (kind, id) VALUES ('client', new.id);
END;
CREATE TRIGGER pets_added AFTER INSERT ON pets BEGIN
  INSERT OR IGNORE INTO search_stale (kind, id) VALUES ('pet', new.id);
END;
CREATE TRIGGER pets_renamed
AFTER UPDATE OF salon_id, name, breed, deceased_at, archived_at, merged_into ON pets BEGIN
  INSERT OR IGNORE INTO search_stale (kind, id) VALUES ('pet', new.id);
  INSERT OR IGNORE INTO search_stale (kind, id) SELECT 'client', client_id FROM client_pets WHERE pet_id = new.id;
END;
CREATE TRIGGER client_pets_added AFTER INSERT ON client_pets BEGIN
  INSERT OR IGNORE INTO search_stale (kind, id) VALUES ('client', new.client_id), ('pet', new.pet_id);
END;
CREATE TRIGGER client_pets_changed AFTER UPDATE ON client_pets BEGIN
  INSERT OR IGNORE INTO search_stale (kind, id) VALUES
    ('client', old.client_id), ('pet', old.pet_id), ('client', new.client_id), ('pet', new.pet_id);
END;
CREATE TRIGGER client_pets_removed AFTER DELETE ON client_pets BEGIN
  INSERT OR IGNORE INTO search_stale (kind, id) VALUES ('client', old.client_id), ('pet', old.pet_id);
END;

-- Those that were there before.
INSERT INTO search_stale (kind, id) SELECT 'client', id FROM clients;
INSERT INTO search_stale (kind, id)
  SELECT 'pet', id FROM pets WHERE NOT EXISTS (SELECT 1 FROM client_pets WHERE pet_id = pets.id);
