-- More kinds of files: their encodings, archives with files in them, and texts that were cleaned.
ALTER TABLE raw.delivery ADD COLUMN encoding VARCHAR;
COMMENT ON COLUMN raw.delivery.encoding IS 'Encoding that the file was read in (utf-8, utf-16-le, cp950, big5hkscs, gb18030 ...); null for an archive, and for what is not read yet or was read before this was kept.';

ALTER TABLE raw.brief ADD COLUMN origin_part VARCHAR;
ALTER TABLE raw.brief ADD COLUMN cleaned VARCHAR;
COMMENT ON COLUMN raw.brief.origin_line IS 'Line of that delivery (or of the file in it, or number of the item of a JSON Feed) on which it starts.';
COMMENT ON COLUMN raw.brief.origin_part IS 'File inside the delivery, where that is an archive.';
COMMENT ON COLUMN raw.brief.cleaned IS 'How many marks that nobody sees were taken out of the text before it was stored, by kind (bidi, zero-width, control); null for none.';
COMMENT ON COLUMN raw.rejected.model IS 'The reader (digest, jsonl, feed, page ...) or pandera model that refused it.';
