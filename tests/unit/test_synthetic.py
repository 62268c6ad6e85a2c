"""Synthetic briefs: the same for a seed, and what they claim is what is read out of them."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice
from pathlib import Path

from pipelines import seeds
from pipelines.extraction.engine import Extractor
from pipelines.extraction.lexicon import Lexicon
from pipelines.extraction.model import SupplyClaim
from pipelines.sources.inbox import Delivery, read_delivery
from pipelines.synthetic import PER_FILE, Synthetic, Truth, generate, write
from pipelines.text.brief import Brief

NAMES = seeds.synthetic_names()


def read(extractor: Extractor, synthetic: Synthetic) -> list[Truth]:
    brief = Brief(synthetic.title, synthetic.text, synthetic.source, synthetic.published, "given")
    found = []
    for claim in extractor.extract(brief).claims:
        if isinstance(claim, SupplyClaim):
            customer = claim.customer.name if claim.customer else None
            found.append(
                Truth("supply", None, claim.supplier.name, customer, claim.item, status=claim.status)
            )
        else:
            a = claim.amount
            found.append(
                Truth(
                    claim.kind, claim.metric, claim.company.name if claim.company else None, None, claim.subject,
                    float(a.low) if a.low is not None else None, a.unit, a.per, claim.direction,
                    None if claim.metric == "utilization" else claim.status,
                )
            )  # fmt: skip
    return found


def test_what_is_read_out_of_them_is_what_they_claim(lexicon: Lexicon) -> None:
    extractor = Extractor(lexicon, "v1")
    missed: Counter[Truth] = Counter()
    added: Counter[Truth] = Counter()
    claims = 0
    for synthetic in generate(300, 11, NAMES):
        stated, found = Counter(synthetic.claims), Counter(read(extractor, synthetic))
        missed += stated - found
        added += found - stated
        claims += len(synthetic.claims)
    assert missed.total() <= 0.05 * claims, missed.most_common(5)
    assert added.total() <= 0.05 * claims, added.most_common(5)


def test_a_seed_gives_the_same_briefs_and_another_one_others() -> None:
    assert list(generate(20, 1, NAMES)) == list(generate(20, 1, NAMES))
    assert list(islice(generate(50, 1, NAMES), 20)) == list(generate(20, 1, NAMES)), (
        "more are more of the same"
    )
    assert {b.text for b in generate(20, 1, NAMES)}.isdisjoint({b.text for b in generate(20, 2, NAMES)})


def test_they_are_an_inbox_with_their_truth_beside_it(tmp_path: Path) -> None:
    made = list(generate(PER_FILE + 3, 1, NAMES))
    assert write(iter(made), tmp_path / "to") == sum(len(b.claims) for b in made)
    files = sorted(p for p in (tmp_path / "to").iterdir() if p.is_file())
    readings = [read_delivery(Delivery(p.name, p.read_bytes())) for p in files]
    assert [len(r.briefs) for r in readings] == [PER_FILE, 3]
    assert [r.rejected for r in readings] == [(), ()]
    last = json.loads((tmp_path / "to" / "truth" / "briefs-00001.jsonl").read_text("utf-8").splitlines()[-1])
    assert last["title"] == made[-1].title == readings[1].briefs[-1].brief.title
    assert [Truth(**claim) for claim in last["claims"]] == list(made[-1].claims)
