"""Ways in: files of an inbox, read into briefs. What cannot be read is kept with its reason."""
