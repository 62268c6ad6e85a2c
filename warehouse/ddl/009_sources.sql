-- More kinds of files and sources: encodings, archives with files in them, texts that were cleaned, addresses that were fetched.
ALTER TABLE raw.delivery ADD COLUMN encoding VARCHAR;
COMMENT ON COLUMN raw.delivery.encoding IS 'Encoding that the file was read in (utf-8, utf-16-le, cp950, big5hkscs, gb18030 ...); null for an archive, and for what is not read yet or was read before this was kept.';

ALTER TABLE raw.brief ADD COLUMN origin_part VARCHAR;
ALTER TABLE raw.brief ADD COLUMN cleaned VARCHAR;
COMMENT ON COLUMN raw.brief.origin_line IS 'Line of that delivery (or of the file in it, or number of the item of a JSON Feed) on which it starts.';
COMMENT ON COLUMN raw.brief.origin_part IS 'File inside the delivery, where that is an archive.';
COMMENT ON COLUMN raw.brief.cleaned IS 'How many marks that nobody sees were taken out of the text before it was stored, by kind (bidi, zero-width, control); null for none.';
COMMENT ON COLUMN raw.rejected.model IS 'The reader (digest, jsonl, feed, page ...) or pandera model that refused it.';

ALTER TABLE raw.delivery ADD COLUMN url VARCHAR;
ALTER TABLE raw.delivery ADD COLUMN publisher VARCHAR;
ALTER TABLE raw.delivery ADD COLUMN briefs INTEGER;
COMMENT ON COLUMN raw.delivery.url IS 'Address that it was fetched from; null for a file of an inbox.';
COMMENT ON COLUMN raw.delivery.publisher IS 'Publisher that the sources file names for it; null where the file itself says so.';
COMMENT ON COLUMN raw.delivery.briefs IS 'Briefs that were read out of it, known before or not; null for what is not read yet or was read before this was kept.';
COMMENT ON COLUMN raw.delivery.origin IS 'File name inside the inbox, or a name made of the source that it was fetched from.';
