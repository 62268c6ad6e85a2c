"""The table of supply rules: each row reads its own example, and none takes long over a hard text."""

from __future__ import annotations

import re
import time

import pytest

from pipelines.extraction.claims.supply.rules import SupplyRule, compile_rules
from pipelines.extraction.claims.supply.words import SupplyWords
from pipelines.extraction.lexicon import Lexicon, normalize
from pipelines.seeds import load_lexicon

ROWS = load_lexicon().supply_rules
#: In the examples the heavenly stems stand for companies, and 五成 for a quantity.
_STEMS = re.compile("[甲乙丙丁]")


def _masked(example: str) -> str:
    return _STEMS.sub("Ⓒ", normalize(example)).replace("五成", "Ⓠ")


@pytest.fixture(scope="module")
def rules(lexicon: Lexicon) -> dict[str, SupplyRule]:
    return {rule.name: rule for rule in compile_rules(lexicon, SupplyWords(lexicon))}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_rule_reads_its_own_example(row, rules: dict[str, SupplyRule]) -> None:
    assert rules[row.name].pattern.search(_masked(row.example))


def test_names_are_unique() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_no_pattern_backtracks_over_a_long_clause(rules: dict[str, SupplyRule]) -> None:
    hard = [
        "Ⓒ为" * 400,
        "Ⓒ、" * 400 + "供应",
        "向Ⓒ等" + "主要客户" * 300,
        "是Ⓒ的" + "供应" * 400,
        "将" + "产品" * 400 + "交由Ⓒ",
    ]
    began = time.process_time()
    for rule in rules.values():
        for text in hard:
            list(rule.pattern.finditer(text))
    assert time.process_time() - began < 2
