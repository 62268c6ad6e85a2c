-- What an operator let pass: a guard of publishing, by name, against the version that readers had then.
CREATE TABLE meta.acceptance (
    guard       VARCHAR   NOT NULL,
    version     VARCHAR   NOT NULL,
    moved       DOUBLE    NOT NULL CHECK (moved >= 0),
    accepted_by VARCHAR   NOT NULL,
    accepted_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE meta.acceptance IS 'One row per acceptance of a tripped guard.';
COMMENT ON COLUMN meta.acceptance.guard IS 'Name of the guard in seeds/guards.csv.';
COMMENT ON COLUMN meta.acceptance.version IS 'The published version that it compared with; for no other does the acceptance hold.';
COMMENT ON COLUMN meta.acceptance.moved IS 'The largest share by which something had moved; a larger one needs an acceptance of its own.';
COMMENT ON COLUMN meta.acceptance.accepted_by IS 'User who accepted it.';
COMMENT ON COLUMN meta.acceptance.accepted_at IS 'When, UTC.';
