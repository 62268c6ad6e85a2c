"""Pure extraction: lexicon, numerals, quantities, periods, parties, claims. No files, no clock, no database."""
