-- A capacity claim always says whether it is of today, planned or past; its model asks for it, and so does the table.
ALTER TABLE star.fact_capacity ALTER COLUMN status SET NOT NULL;
