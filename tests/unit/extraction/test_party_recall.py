"""Short names in the places where news puts them: nearly every firm is found, whatever words could be cut around it."""

from __future__ import annotations

import pytest

from pipelines.extraction.lexicon import Lexicon, normalize
from pipelines.extraction.parties import PartyReader

#: Text around a name, and the least share of the names of two characters that must be found there. One in twelve of them
#: is also an everyday word (世界, 創意), which needs more than most of these places give.
PLACES = {
    "法人預估{}今年營收80億元,年增一成。": 0.99,
    "其中,{}月產能3萬片。": 0.99,
    "面板大廠{}昨日公布財報。": 0.99,
    "{}股價昨天大漲5%。": 0.99,
    "{}子公司在越南設廠。": 0.99,
    "供應鏈包括{}、台達電、鴻海等。": 0.99,
    "繼台積電之後,{}也宣布擴產。": 0.99,
    "打入輝達與{}供應鏈。": 0.99,
    "由{}獨家供應散熱模組。": 0.9,
    "外資看好{}受惠AI需求。": 0.9,
    "今年以來{}營收逐季成長。": 0.87,
    "外資連三買{}。": 0.9,
}


@pytest.fixture(scope="module")
def names(lexicon: Lexicon) -> dict[str, str]:
    """The listed firms of Taiwan whose name has two characters, with their ids."""
    return {
        c.name_zh_hant: c.company_id
        for c in lexicon.companies.values()
        if c.company_id.startswith("tw-") and len(c.name_zh_hant) == 2
    }


@pytest.mark.parametrize("place", PLACES)
def test_short_names_are_found(place: str, names: dict[str, str], lexicon: Lexicon) -> None:
    reader = PartyReader(lexicon)
    found = 0
    for name, company_id in names.items():
        text = place.replace("{}", name)
        mentions = reader.read(text, normalize(text), "brief")
        found += any(m.company.company_id == company_id for m in mentions)
    assert len(names) > 1000
    assert found / len(names) >= PLACES[place]
