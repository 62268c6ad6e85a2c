-- Files that were fetched: where from and who publishes them; and how many briefs each file held.
ALTER TABLE raw.delivery ADD COLUMN url VARCHAR;
ALTER TABLE raw.delivery ADD COLUMN publisher VARCHAR;
ALTER TABLE raw.delivery ADD COLUMN briefs INTEGER;
COMMENT ON COLUMN raw.delivery.url IS 'Address that it was fetched from; null for a file of an inbox.';
COMMENT ON COLUMN raw.delivery.publisher IS 'Publisher that the sources file names for it; null where the file itself says so.';
COMMENT ON COLUMN raw.delivery.briefs IS 'Briefs that were read out of it, known before or not; null for what is not read yet or was read before this was kept.';
COMMENT ON COLUMN raw.delivery.origin IS 'File name inside the inbox, or a name made of the source that it was fetched from.';
