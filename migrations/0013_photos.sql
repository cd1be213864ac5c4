-- 0013: photos of visits: each with its small picture, and who took it.

ALTER TABLE visit_photos ADD COLUMN thumb_sha256 TEXT; -- of the small picture's file
ALTER TABLE visit_photos ADD COLUMN staff_id TEXT;
CREATE INDEX visit_photos_file ON visit_photos (sha256);
CREATE INDEX visit_photos_thumb ON visit_photos (thumb_sha256) WHERE thumb_sha256 IS NOT NULL;
