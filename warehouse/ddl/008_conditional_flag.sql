-- A claim that holds only under a condition (若…則) is flagged; both sides of a contradiction are.
COMMENT ON COLUMN star.fact_capacity.flags IS 'implausible, conflict, hearsay, conditional, derived; mostly empty.';
COMMENT ON COLUMN star.fact_forecast.flags IS 'implausible, conflict, hearsay, conditional, derived; mostly empty.';
COMMENT ON COLUMN star.fact_supply.flags IS 'implausible, conflict, hearsay, conditional, derived; mostly empty.';
COMMENT ON COLUMN star.fact_observation.flags IS 'implausible, conflict, hearsay, conditional, derived; mostly empty.';
