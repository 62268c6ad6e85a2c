"""Names that mix Latin and Chinese are written with and without a blank between the two."""

from __future__ import annotations

import pytest

from pipelines import seeds
from pipelines.extraction.lexicon import normalize
from pipelines.extraction.parties import PartyReader


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("SK海力士第三季擴產。", ["SK海力士"]),
        ("SK 海力士第三季擴產。", ["SK海力士"]),
        ("面板由 LG 顯示與三星顯示分食。", ["LG顯示", "三星顯示"]),
        ("面板由 LG 與京東方供貨。", ["LG集團"]),
    ],
)
def test_blank_between_latin_and_chinese(body: str, names: list[str]) -> None:
    mentions = PartyReader(seeds.load_lexicon()).read(body, normalize(body), "b")
    found = [m.company.name for m in mentions if m.company.company_id.startswith(("kr-", "jp-"))]
    assert found == names
