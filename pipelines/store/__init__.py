"""The warehouse: a DuckDB file with one writer, its schema, what is loaded into it, and the versions readers get."""
