"""Bring the marks of briefs.jsonl up to date with the extractor.

    python -m tests.specs.refresh                  what is newly found loses its mark; what is lost is listed only
    python -m tests.specs.refresh --accept-losses  what is lost is marked too

Run it after a change of the extractor or the lexicon, read what it lists, commit the result with the change. It touches
the marks alone (`known_gap`, `surplus`, `companies_missed`, `companies_extra`), never an expected claim. Ends with 1
while there are losses that nobody has accepted.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Any

from pipelines import seeds
from pipelines.extraction.engine import Extractor
from tests.conftest import SPECS, read_spec
from tests.unit.extraction.brief_specs import KINDS, NameKey, compare, name_key
from tests.unit.extraction.sample_briefs import read_samples

LINE = "{kind}: {evidence}"


def refresh(spec: dict[str, Any], extractor: Extractor, key: NameKey, accept: bool) -> list[str]:
    """Set the marks of one spec in place; the losses, as lines to show."""
    outcome = compare(spec, extractor.extract(read_samples()[spec["title"]]), key)
    losses = []
    for kind in KINDS:
        for claim, reached in zip(spec[kind], outcome.reached[kind], strict=True):
            if claim.get("optional"):
                continue
            if reached:
                claim.pop("known_gap", None)
            elif not claim.get("known_gap"):
                losses.append(LINE.format(kind=kind, evidence=claim["evidence"]))
                if accept:
                    claim["known_gap"] = True
    if outcome.surplus > spec["surplus"]:
        losses.append(f"surplus: {spec['surplus']} -> {outcome.surplus}")
    if accept or outcome.surplus < spec["surplus"]:
        spec["surplus"] = outcome.surplus
    for mark in ("companies_missed", "companies_extra"):
        found = list(getattr(outcome, mark))
        losses.extend(f"{mark}: {name}" for name in found if name not in spec[mark])
        spec[mark] = found if accept else [name for name in found if name in spec[mark]]
    return losses


def main(arguments: list[str]) -> int:
    """Refresh all specs, say what was lost and how much is found by kind."""
    accept = "--accept-losses" in arguments
    lexicon = seeds.load_lexicon()
    extractor, key = Extractor(lexicon, "specs"), name_key(lexicon)
    specs = read_spec("briefs")
    lost = 0
    for spec in specs:
        losses = refresh(spec, extractor, key, accept)
        lost += len(losses)
        sys.stdout.writelines(f"{spec['title'][:24]} | {loss}\n" for loss in losses)
    lines = [json.dumps(spec, ensure_ascii=False) + "\n" for spec in specs]
    (SPECS / "briefs.jsonl").write_text("".join(lines), encoding="utf-8")
    total: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for spec in specs:
        for kind in KINDS:
            required = [claim for claim in spec[kind] if not claim.get("optional")]
            total[kind] += len(required)
            found[kind] += sum(not claim.get("known_gap") for claim in required)
    sys.stdout.write("".join(f"{kind:12}{found[kind]:4} of {total[kind]} found in full\n" for kind in KINDS))
    sys.stdout.write(f"surplus     {sum(spec['surplus'] for spec in specs):4}\n")
    if lost:
        sys.stdout.write(f"{lost} losses {'accepted' if accept else '(--accept-losses marks them)'}\n")
    return 1 if lost and not accept else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
