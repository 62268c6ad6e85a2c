-- What was believed when, corrections by analysts, and originals that are kept before they are read.
CREATE TABLE raw.delivery_kept (
    delivery_id  VARCHAR   NOT NULL CHECK (length(delivery_id) = 32),
    origin       VARCHAR   NOT NULL,
    content      BLOB      NOT NULL,
    size_bytes   BIGINT    NOT NULL CHECK (size_bytes >= 0),
    sha256       VARCHAR   NOT NULL CHECK (length(sha256) = 64),
    received_at  TIMESTAMP NOT NULL,
    read_at      TIMESTAMP
);
INSERT INTO raw.delivery_kept
SELECT delivery_id, origin, content, size_bytes, sha256(content), received_at, received_at FROM raw.delivery;
DROP TABLE raw.delivery;
ALTER TABLE raw.delivery_kept RENAME TO delivery;
COMMENT ON TABLE  raw.delivery IS 'One row per distinct file received (its name and bytes); stored before anything is read out of it.';
COMMENT ON COLUMN raw.delivery.delivery_id IS 'Hash of the origin''s file name and the bytes.';
COMMENT ON COLUMN raw.delivery.origin IS 'File name inside the inbox.';
COMMENT ON COLUMN raw.delivery.content IS 'The bytes as received.';
COMMENT ON COLUMN raw.delivery.size_bytes IS 'Length of content in bytes.';
COMMENT ON COLUMN raw.delivery.sha256 IS 'SHA-256 of content.';
COMMENT ON COLUMN raw.delivery.received_at IS 'When it was first taken in, UTC.';
COMMENT ON COLUMN raw.delivery.read_at IS 'When its briefs were read out of it, UTC; null while it waits.';

CREATE TABLE raw.correction (
    correction_id VARCHAR   NOT NULL CHECK (length(correction_id) = 32),
    origin        VARCHAR   NOT NULL,
    origin_line   INTEGER   NOT NULL CHECK (origin_line >= 2),
    action        VARCHAR   NOT NULL CHECK (action IN ('drop', 'change', 'add', 'merge', 'rename', 'promote', 'reject')),
    brief_id      VARCHAR,
    company_id    VARCHAR,
    content       VARCHAR   NOT NULL,
    reason        VARCHAR   NOT NULL,
    author        VARCHAR   NOT NULL,
    decided_on    DATE      NOT NULL,
    state         VARCHAR   NOT NULL CHECK (state IN ('waiting', 'applied', 'failed')),
    message       VARCHAR,
    known_from    TIMESTAMP NOT NULL,
    known_to      TIMESTAMP,
    CHECK ((brief_id IS NULL) <> (company_id IS NULL)),
    CHECK (known_to IS NULL OR known_from <= known_to)
);
COMMENT ON TABLE raw.correction IS 'One row per correction of seeds/corrections and interval in which it stood there.';
COMMENT ON COLUMN raw.correction.correction_id IS 'Hash of all that the line says.';
COMMENT ON COLUMN raw.correction.origin IS 'File in seeds/corrections.';
COMMENT ON COLUMN raw.correction.origin_line IS 'Line in that file, as last seen.';
COMMENT ON COLUMN raw.correction.action IS 'For a claim: drop, change, add; for a company: merge, rename, promote, reject.';
COMMENT ON COLUMN raw.correction.brief_id IS 'The brief whose claim it corrects; null for a company.';
COMMENT ON COLUMN raw.correction.company_id IS 'The company that it corrects; null for a claim.';
COMMENT ON COLUMN raw.correction.content IS 'The line''s cells as JSON.';
COMMENT ON COLUMN raw.correction.reason IS 'Why, in the analyst''s words.';
COMMENT ON COLUMN raw.correction.author IS 'Who decided.';
COMMENT ON COLUMN raw.correction.decided_on IS 'When it was decided.';
COMMENT ON COLUMN raw.correction.state IS 'waiting: not tried yet; applied; failed: what it expects does not hold, nothing was changed by it.';
COMMENT ON COLUMN raw.correction.message IS 'What did not hold and the cure; null unless failed.';
COMMENT ON COLUMN raw.correction.known_from IS 'When it was first seen, UTC.';
COMMENT ON COLUMN raw.correction.known_to IS 'When it was no longer there, UTC; null while it is.';

CREATE TABLE raw.correction_use (
    correction_id VARCHAR NOT NULL,
    brief_id      VARCHAR NOT NULL
);
COMMENT ON TABLE raw.correction_use IS 'One row per correction and brief whose rows it changed when the brief was last loaded.';
COMMENT ON COLUMN raw.correction_use.correction_id IS 'The correction, raw.correction.';
COMMENT ON COLUMN raw.correction_use.brief_id IS 'The brief.';

ALTER TABLE star.dim_company ADD COLUMN corrected_by VARCHAR;
ALTER TABLE star.dim_company ADD COLUMN correction_reason VARCHAR;
ALTER TABLE star.fact_capacity ADD COLUMN corrected_by VARCHAR;
ALTER TABLE star.fact_capacity ADD COLUMN correction_reason VARCHAR;
ALTER TABLE star.fact_forecast ADD COLUMN corrected_by VARCHAR;
ALTER TABLE star.fact_forecast ADD COLUMN correction_reason VARCHAR;
ALTER TABLE star.fact_supply ADD COLUMN corrected_by VARCHAR;
ALTER TABLE star.fact_supply ADD COLUMN correction_reason VARCHAR;
ALTER TABLE star.fact_observation ADD COLUMN corrected_by VARCHAR;
ALTER TABLE star.fact_observation ADD COLUMN correction_reason VARCHAR;
ALTER TABLE star.fact_company_mention ADD COLUMN corrected_by VARCHAR;
ALTER TABLE star.fact_company_mention ADD COLUMN correction_reason VARCHAR;
COMMENT ON COLUMN star.dim_company.corrected_by IS 'Who corrected this company; null for what no correction touches.';
COMMENT ON COLUMN star.dim_company.correction_reason IS 'Why it was corrected.';
COMMENT ON COLUMN star.fact_capacity.corrected_by IS 'Who corrected it; null for what stands as it was read.';
COMMENT ON COLUMN star.fact_capacity.correction_reason IS 'Why it was corrected.';
COMMENT ON COLUMN star.fact_forecast.corrected_by IS 'Who corrected it; null for what stands as it was read.';
COMMENT ON COLUMN star.fact_forecast.correction_reason IS 'Why it was corrected.';
COMMENT ON COLUMN star.fact_supply.corrected_by IS 'Who corrected it; null for what stands as it was read.';
COMMENT ON COLUMN star.fact_supply.correction_reason IS 'Why it was corrected.';
COMMENT ON COLUMN star.fact_observation.corrected_by IS 'Who corrected it; null for what stands as it was read.';
COMMENT ON COLUMN star.fact_observation.correction_reason IS 'Why it was corrected.';
COMMENT ON COLUMN star.fact_company_mention.corrected_by IS 'Who corrected it; null for what stands as it was read.';
COMMENT ON COLUMN star.fact_company_mention.correction_reason IS 'Why it was corrected.';
COMMENT ON COLUMN star.fact_capacity.extractor_version IS 'Version of code and lexicon that first read it so.';
COMMENT ON COLUMN star.fact_forecast.extractor_version IS 'Version of code and lexicon that first read it so.';
COMMENT ON COLUMN star.fact_supply.extractor_version IS 'Version of code and lexicon that first read it so.';
COMMENT ON COLUMN star.fact_observation.extractor_version IS 'Version of code and lexicon that first read it so.';
COMMENT ON COLUMN star.fact_company_mention.extractor_version IS 'Version of code and lexicon that first read it so.';

-- What a table with known_from and known_to said at the end of a day (UTC): FROM star.as_known_on('star.fact_supply', DATE '2026-11-01').
CREATE MACRO star.as_known_on(relation, day) AS TABLE
    SELECT * FROM query_table(relation)
    WHERE known_from < day + INTERVAL 1 DAY AND (known_to IS NULL OR known_to >= day + INTERVAL 1 DAY);
