"""Supply: who delivers what to whom. `rules` are the table, `clauses` find the parties, `topics` carry them on."""

from pipelines.extraction.claims.supply.reader import SupplyReader

__all__ = ["SupplyReader"]
