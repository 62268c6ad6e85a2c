-- What came in, as it came in, and what was refused and why.
CREATE SCHEMA IF NOT EXISTS raw;

CREATE TABLE raw.delivery (
    delivery_id  VARCHAR   NOT NULL CHECK (length(delivery_id) = 32),
    origin       VARCHAR   NOT NULL,
    content      BLOB      NOT NULL,
    size_bytes   BIGINT    NOT NULL CHECK (size_bytes >= 0),
    received_at  TIMESTAMP NOT NULL
);
COMMENT ON TABLE  raw.delivery IS 'One row per distinct file received (its name and bytes); stored before anything is read out of it.';
COMMENT ON COLUMN raw.delivery.delivery_id IS 'Hash of the origin''s file name and the bytes.';
COMMENT ON COLUMN raw.delivery.origin IS 'File name inside the inbox.';
COMMENT ON COLUMN raw.delivery.content IS 'The bytes as received.';
COMMENT ON COLUMN raw.delivery.size_bytes IS 'Length of content in bytes.';
COMMENT ON COLUMN raw.delivery.received_at IS 'When it was first taken in, UTC.';

CREATE TABLE raw.brief (
    brief_id     VARCHAR   NOT NULL CHECK (length(brief_id) = 32),
    title        VARCHAR   NOT NULL,
    body         VARCHAR   NOT NULL,
    publisher    VARCHAR,
    published_on DATE,
    date_source  VARCHAR   CHECK (date_source IN ('given', 'file name')),
    url          VARCHAR,
    source_id    VARCHAR,
    tag          VARCHAR,
    delivery_id  VARCHAR   NOT NULL,
    origin_line  INTEGER   NOT NULL CHECK (origin_line >= 1),
    received_at  TIMESTAMP NOT NULL,
    CHECK ((published_on IS NULL) = (date_source IS NULL))
);
COMMENT ON TABLE  raw.brief IS 'One row per brief (distinct title, body, publisher and publication date), as first received.';
COMMENT ON COLUMN raw.brief.brief_id IS 'Hash of title, body, publisher and publication date.';
COMMENT ON COLUMN raw.brief.title IS 'Title in its original script.';
COMMENT ON COLUMN raw.brief.body IS 'The original text; all offsets point into it, in code points.';
COMMENT ON COLUMN raw.brief.publisher IS 'Publisher as the source states it; null when it does not.';
COMMENT ON COLUMN raw.brief.published_on IS 'Publication date; null when neither the source nor the file name gives it.';
COMMENT ON COLUMN raw.brief.date_source IS 'Where published_on comes from: given, file name.';
COMMENT ON COLUMN raw.brief.url IS 'Address of the original, where given.';
COMMENT ON COLUMN raw.brief.source_id IS 'The source''s own id, where given.';
COMMENT ON COLUMN raw.brief.tag IS 'The digest''s #tag, where given.';
COMMENT ON COLUMN raw.brief.delivery_id IS 'The delivery it first came in.';
COMMENT ON COLUMN raw.brief.origin_line IS 'Line of that delivery on which it starts.';
COMMENT ON COLUMN raw.brief.received_at IS 'When it was first taken in, UTC.';

CREATE TABLE raw.extraction (
    brief_id          VARCHAR   NOT NULL,
    extractor_version VARCHAR   NOT NULL,
    extracted_at      TIMESTAMP NOT NULL,
    claims            INTEGER   NOT NULL CHECK (claims >= 0),
    rejected          INTEGER   NOT NULL CHECK (rejected >= 0)
);
COMMENT ON TABLE  raw.extraction IS 'One row per brief and extractor version that has read it; the work list is what is missing here.';
COMMENT ON COLUMN raw.extraction.brief_id IS 'The brief.';
COMMENT ON COLUMN raw.extraction.extractor_version IS 'Version of code and lexicon that read it.';
COMMENT ON COLUMN raw.extraction.extracted_at IS 'When, UTC.';
COMMENT ON COLUMN raw.extraction.claims IS 'Claims that passed validation.';
COMMENT ON COLUMN raw.extraction.rejected IS 'Rows that did not and stand in raw.rejected.';

CREATE TABLE raw.rejected (
    rejected_id       VARCHAR   NOT NULL CHECK (length(rejected_id) = 32),
    stage             VARCHAR   NOT NULL CHECK (stage IN ('intake', 'validation')),
    model             VARCHAR   NOT NULL,
    check_name        VARCHAR   NOT NULL,
    value             VARCHAR,
    reason            VARCHAR   NOT NULL,
    brief_id          VARCHAR,
    delivery_id       VARCHAR,
    origin            VARCHAR,
    origin_line       INTEGER,
    content           VARCHAR,
    extractor_version VARCHAR,
    rejected_at       TIMESTAMP NOT NULL
);
COMMENT ON TABLE  raw.rejected IS 'One row per refused file, line or claim row and failed check: nothing is dropped without its reason.';
COMMENT ON COLUMN raw.rejected.rejected_id IS 'Hash of what was refused and why.';
COMMENT ON COLUMN raw.rejected.stage IS 'intake: a file or line of a delivery; validation: a row between extraction and store.';
COMMENT ON COLUMN raw.rejected.model IS 'The reader (digest, jsonl) or pandera model that refused it.';
COMMENT ON COLUMN raw.rejected.check_name IS 'The check that failed.';
COMMENT ON COLUMN raw.rejected.value IS 'The value that failed it.';
COMMENT ON COLUMN raw.rejected.reason IS 'What is wrong and the cure, in words.';
COMMENT ON COLUMN raw.rejected.brief_id IS 'The brief, where it is one.';
COMMENT ON COLUMN raw.rejected.delivery_id IS 'The delivery, for a refused file or line.';
COMMENT ON COLUMN raw.rejected.origin IS 'File name of the delivery.';
COMMENT ON COLUMN raw.rejected.origin_line IS 'Line in that file.';
COMMENT ON COLUMN raw.rejected.content IS 'The refused line or row itself (rows as JSON).';
COMMENT ON COLUMN raw.rejected.extractor_version IS 'Version that made the row, for validation.';
COMMENT ON COLUMN raw.rejected.rejected_at IS 'When, UTC.';
