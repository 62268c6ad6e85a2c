"""Bring the marks of the specs up to date with the extractor.

    python -m tests.specs.refresh                  what is newly found loses its mark; what is lost is listed only
    python -m tests.specs.refresh --accept-losses  what is lost is marked too
    python -m tests.specs.refresh claims           claims/*.jsonl alone; `briefs` for briefs.jsonl alone

Run it after a change of the extractor or the lexicon, read what it lists, commit the result with the change. It touches
the marks alone (`known_gap`, `surplus`, `companies_missed`, `companies_extra`), never an expected claim. Ends with 1
while there are losses that nobody has accepted.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from pipelines import seeds
from pipelines.extraction.engine import Extractor
from tests.conftest import SPECS, read_spec
from tests.unit.extraction.brief_specs import KINDS, NameKey, compare, name_key
from tests.unit.extraction.claim_specs import brief_of, cases, files, shortfalls
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


def refresh_case(case: dict[str, Any], extractor: Extractor, key: NameKey, accept: bool) -> list[str]:
    """Set the mark of one case in place; what was lost, as lines to show."""
    lines = shortfalls(case, extractor.extract(brief_of(case)), key)
    if not lines:
        case.pop("known_gap", None)
    elif case.get("known_gap"):
        return []
    elif accept:
        case["known_gap"] = True
    return lines


def refresh_claims(extractor: Extractor, key: NameKey, accept: bool) -> int:
    """Refresh claims/*.jsonl, say what was lost and how many cases hold; the number of cases lost."""
    lost = 0
    for file in files():
        specs = cases(file)
        for number, case in enumerate(specs, 1):
            losses = refresh_case(case, extractor, key, accept)
            lost += bool(losses)
            sys.stdout.writelines(f"{file.stem}-{number} {case['text'][:30]} | {loss}\n" for loss in losses)
        _write(file, specs)
        marked = sum(bool(case.get("known_gap")) for case in specs)
        sys.stdout.write(f"{file.stem:12}{marked:4} of {len(specs)} cases are marked as gaps\n")
    return lost


def refresh_briefs(extractor: Extractor, key: NameKey, accept: bool) -> int:
    """Refresh briefs.jsonl, say what was lost and how much is found by kind; the number of losses."""
    specs = read_spec("briefs")
    lost = 0
    for spec in specs:
        losses = refresh(spec, extractor, key, accept)
        lost += len(losses)
        sys.stdout.writelines(f"{spec['title'][:24]} | {loss}\n" for loss in losses)
    _write(SPECS / "briefs.jsonl", specs)
    total: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for spec in specs:
        for kind in KINDS:
            required = [claim for claim in spec[kind] if not claim.get("optional")]
            total[kind] += len(required)
            found[kind] += sum(not claim.get("known_gap") for claim in required)
    sys.stdout.write("".join(f"{kind:12}{found[kind]:4} of {total[kind]} found in full\n" for kind in KINDS))
    sys.stdout.write(f"surplus     {sum(spec['surplus'] for spec in specs):4}\n")
    return lost


def _write(file: Path, specs: list[dict[str, Any]]) -> None:
    lines = [json.dumps(spec, ensure_ascii=False) + "\n" for spec in specs]
    file.write_text("".join(lines), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Refresh the specs that are asked for, all by default."""
    accept = "--accept-losses" in arguments
    asked = [argument for argument in arguments if argument in SUITES] or list(SUITES)
    lexicon = seeds.load_lexicon()
    extractor, key = Extractor(lexicon, "specs"), name_key(lexicon)
    lost = sum(SUITES[suite](extractor, key, accept) for suite in asked)
    if lost:
        sys.stdout.write(f"{lost} losses {'accepted' if accept else '(--accept-losses marks them)'}\n")
    return 1 if lost and not accept else 0


SUITES = {"briefs": refresh_briefs, "claims": refresh_claims}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
