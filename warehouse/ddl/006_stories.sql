-- Dates that are found in the text or fall back on the arrival, and briefs that tell one story.
CREATE TABLE raw.brief_dated (
    brief_id     VARCHAR   NOT NULL CHECK (length(brief_id) = 32),
    title        VARCHAR   NOT NULL,
    body         VARCHAR   NOT NULL,
    publisher    VARCHAR,
    published_on DATE,
    date_source  VARCHAR   CHECK (date_source IN ('given', 'page', 'file name', 'text')),
    url          VARCHAR,
    source_id    VARCHAR,
    tag          VARCHAR,
    delivery_id  VARCHAR   NOT NULL,
    origin_line  INTEGER   NOT NULL CHECK (origin_line >= 1),
    received_at  TIMESTAMP NOT NULL,
    CHECK ((published_on IS NULL) = (date_source IS NULL))
);
INSERT INTO raw.brief_dated FROM raw.brief;
DROP TABLE raw.brief;
ALTER TABLE raw.brief_dated RENAME TO brief;
COMMENT ON TABLE  raw.brief IS 'One row per brief (distinct title, body, publisher and stated publication date), as first received.';
COMMENT ON COLUMN raw.brief.brief_id IS 'Hash of title, body, publisher and stated publication date.';
COMMENT ON COLUMN raw.brief.title IS 'Title in its original script.';
COMMENT ON COLUMN raw.brief.body IS 'The original text; all offsets point into it, in code points.';
COMMENT ON COLUMN raw.brief.publisher IS 'Publisher as the source states it; null when it does not.';
COMMENT ON COLUMN raw.brief.published_on IS 'Publication date; null when neither the source nor the file name nor the text gives it.';
COMMENT ON COLUMN raw.brief.date_source IS 'Where published_on comes from: given, page, file name, text.';
COMMENT ON COLUMN raw.brief.url IS 'Address of the original, where given.';
COMMENT ON COLUMN raw.brief.source_id IS 'The source''s own id, where given.';
COMMENT ON COLUMN raw.brief.tag IS 'The digest''s #tag, where given.';
COMMENT ON COLUMN raw.brief.delivery_id IS 'The delivery it first came in.';
COMMENT ON COLUMN raw.brief.origin_line IS 'Line of that delivery on which it starts.';
COMMENT ON COLUMN raw.brief.received_at IS 'When it was first taken in, UTC.';

CREATE TABLE raw.brief_sketch (
    brief_id VARCHAR    NOT NULL CHECK (length(brief_id) = 32),
    bands    UINTEGER[] NOT NULL
);
COMMENT ON TABLE  raw.brief_sketch IS 'One row per brief: what finds briefs with like text (MinHash bands of its Simplified form).';
COMMENT ON COLUMN raw.brief_sketch.brief_id IS 'The brief, raw.brief.';
COMMENT ON COLUMN raw.brief_sketch.bands IS 'Hashes of the bands; briefs that share several are compared in full.';

CREATE TABLE raw.near_duplicate (
    brief_id    VARCHAR NOT NULL,
    other_id    VARCHAR NOT NULL,
    containment DOUBLE  NOT NULL CHECK (containment BETWEEN 0 AND 1),
    CHECK (brief_id < other_id)
);
COMMENT ON TABLE  raw.near_duplicate IS 'One row per pair of briefs that tell the same story in nearly the same words.';
COMMENT ON COLUMN raw.near_duplicate.brief_id IS 'One of the two, the lesser id.';
COMMENT ON COLUMN raw.near_duplicate.other_id IS 'The other.';
COMMENT ON COLUMN raw.near_duplicate.containment IS 'Share of the shorter text''s three-character strings that the longer one has too.';

CREATE TABLE star.dim_brief_told (
    brief_key       VARCHAR NOT NULL CHECK (length(brief_key) = 32),
    brief_id        VARCHAR NOT NULL,
    title           VARCHAR NOT NULL,
    publisher_key   VARCHAR,
    published_on    DATE,
    dated_on        DATE    NOT NULL,
    date_source     VARCHAR NOT NULL CHECK (date_source IN ('given', 'page', 'file name', 'text', 'arrival')),
    date_confidence DOUBLE  NOT NULL CHECK (date_confidence BETWEEN 0 AND 1),
    is_date_suspect BOOLEAN NOT NULL,
    story_id        VARCHAR CHECK (length(story_id) = 32),
    is_first        BOOLEAN,
    url             VARCHAR,
    tag             VARCHAR,
    body_length     INTEGER NOT NULL CHECK (body_length >= 0),
    received_at     TIMESTAMP NOT NULL,
    CHECK ((story_id IS NULL) = (is_first IS NULL)),
    CHECK ((published_on IS NULL) = (date_source = 'arrival'))
);
CREATE MACRO star.arrival_day(received_at) AS (received_at + INTERVAL 8 HOUR)::DATE;
CREATE MACRO star.is_date_suspect(published_on, received_at) AS
    published_on IS NOT NULL AND (published_on < DATE '1990-01-01' OR published_on > star.arrival_day(received_at));
CREATE MACRO star.date_confidence(published_on, date_source, received_at) AS CASE
    WHEN star.is_date_suspect(published_on, received_at) THEN 0.1
    WHEN date_source = 'given' THEN 1.0
    WHEN date_source IN ('page', 'text') THEN 0.9
    WHEN date_source = 'file name' THEN 0.8
    ELSE 0.3
END;
INSERT INTO star.dim_brief_told
SELECT
    brief_key, brief_id, title, publisher_key, published_on, coalesce(published_on, star.arrival_day(received_at)),
    coalesce(date_source, 'arrival'), star.date_confidence(published_on, date_source, received_at),
    star.is_date_suspect(published_on, received_at), NULL, NULL, url, tag, body_length, received_at
FROM star.dim_brief;
DROP TABLE star.dim_brief;
ALTER TABLE star.dim_brief_told RENAME TO dim_brief;
COMMENT ON TABLE star.dim_brief IS 'One row per brief.';
COMMENT ON COLUMN star.dim_brief.brief_key IS 'The brief''s id (its content''s hash) serves as key.';
COMMENT ON COLUMN star.dim_brief.brief_id IS 'Hash of title, body, publisher and stated publication date.';
COMMENT ON COLUMN star.dim_brief.title IS 'Title in its original script.';
COMMENT ON COLUMN star.dim_brief.publisher_key IS 'Who published it, star.dim_publisher.';
COMMENT ON COLUMN star.dim_brief.published_on IS 'Publication date; null when unknown. Relative periods (今年, 上月) are reckoned from it alone.';
COMMENT ON COLUMN star.dim_brief.dated_on IS 'The day to order and count by: published_on, or the day of arrival in Taipei where that is unknown.';
COMMENT ON COLUMN star.dim_brief.date_source IS 'Where dated_on comes from: given, page, file name, text, arrival.';
COMMENT ON COLUMN star.dim_brief.date_confidence IS 'How sure dated_on is the day of publication, 0 to 1, by where it comes from; 0.1 where it is suspect.';
COMMENT ON COLUMN star.dim_brief.is_date_suspect IS 'Whether the publication date lies before 1990 or after the day of arrival.';
COMMENT ON COLUMN star.dim_brief.story_id IS 'The story that it tells: the brief_id of the first of all briefs with nearly the same text.';
COMMENT ON COLUMN star.dim_brief.is_first IS 'Whether it is the first of its story (earliest published); where counting is the question, count these.';
COMMENT ON COLUMN star.dim_brief.url IS 'Address of the original, where given.';
COMMENT ON COLUMN star.dim_brief.tag IS 'The digest''s #tag, where given.';
COMMENT ON COLUMN star.dim_brief.body_length IS 'Length of the body, code points; every offset lies inside.';
COMMENT ON COLUMN star.dim_brief.received_at IS 'When it was first taken in, UTC.';
