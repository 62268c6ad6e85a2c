"""What a row must be before it is stored: pandera models over polars frames, one file a table."""
