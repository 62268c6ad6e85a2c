"""Parties: the companies that a brief names, known, unknown and anonymous, and the words that refer back to them."""

from pipelines.extraction.parties.mention import Mention, Reference
from pipelines.extraction.parties.reader import PartyReader

__all__ = ["Mention", "PartyReader", "Reference"]
