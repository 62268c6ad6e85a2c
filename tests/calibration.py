"""Does `confidence` keep its word? Among claims of about 0.9, about nine in ten should be right in every field.

    python -m tests.calibration --scorer score.py --gold DIR [--gold DIR ...]

Each DIR holds annotated briefs: `inbox/`, `gold.jsonl` and `aliases.json`, as the scorer of the warehouse contract reads
them; the scorer itself decides which claims are right. Prints the reliability table, how often claims are right that have
a feature, and the table once more with weights that were fitted without the folder that they are then tried on.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import ModuleType

from pipelines import seeds
from pipelines.extraction.claims.confidence import WEIGHTS, features
from pipelines.extraction.engine import Extractor
from pipelines.sources.inbox import read_delivery, read_inbox
from tests.unit.extraction.brief_specs import KINDS, kind_of, row_of

BINS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 1.01)
_STEPS, _RATE, _PENALTY = 3000, 1.0, 1.0


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim of an annotated brief: the folder, its features, the confidence that it has, and whether it is right."""

    folder: str
    features: tuple[str, ...]
    confidence: float
    is_right: bool


def judged(folder: Path, scorer: ModuleType, extractor: Extractor) -> Iterator[Judged]:
    """The claims of a folder's briefs, without those that the annotation leaves open."""
    golds = {
        scorer.norm(gold["title"]): gold
        for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()
        if line.strip() and (gold := json.loads(line))
    }
    aliases: dict[str, list[str]] = defaultdict(list)
    aliases |= json.loads((folder / "aliases.json").read_text("utf-8"))
    names = scorer.Names(aliases)
    for delivery in read_inbox(folder / "inbox"):
        for read in read_delivery(delivery).briefs:
            gold = golds.get(scorer.norm(read.brief.title))
            if gold is None:
                continue
            claims = extractor.extract(read.brief).claims
            for kind in KINDS:
                own = [claim for claim in claims if kind_of(claim) == kind]
                rows = [
                    row_of(c) | {"sentence": c.evidence.sentence.of(read.brief.body), "title": gold["title"]}
                    for c in own
                ]
                links = {
                    j: (i, level) for i, j, level in scorer.pair(kind, gold.get(kind) or [], rows, names)
                }
                for j, claim in enumerate(own):
                    i, level = links.get(j, (None, 0))
                    if i is None or not gold[kind][i].get("optional"):
                        yield Judged(
                            folder.name, tuple(features(claim)), claim.evidence.confidence, level == 3
                        )


def reliability(pairs: Sequence[tuple[float, bool]]) -> list[str]:
    """Bins of confidence: how many claims, their mean confidence, the share that is right."""
    lines = [f"{'confidence':14} {'n':>5} {'mean':>6} {'right':>6}"]
    for low, high in pairwise(BINS):
        inside = [(sure, right) for sure, right in pairs if low <= sure < high]
        if inside:
            mean, right = (sum(values) / len(inside) for values in zip(*inside, strict=True))
            lines.append(f"{low:.2f} .. {min(high, 1):.2f}   {len(inside):5} {mean:6.2f} {right:6.2f}")
    brier = sum((sure - right) ** 2 for sure, right in pairs) / len(pairs)
    return [*lines, f"{len(pairs)} claims, mean squared error {brier:.3f}"]


def fitted(claims: Sequence[Judged]) -> dict[str, float]:
    """Weights for these claims: logistic regression by gradient, held towards zero but for the two bases."""
    weights = dict.fromkeys(WEIGHTS, 0.0)
    for _ in range(_STEPS):
        gradient = {
            name: 0.0 if name in ("quantity", "supply") else _PENALTY * weight
            for name, weight in weights.items()
        }
        for claim in claims:
            error = _sure(weights, claim) - claim.is_right
            for name in claim.features:
                gradient[name] += error
        weights = {name: weight - _RATE * gradient[name] / len(claims) for name, weight in weights.items()}
    return weights


def _sure(weights: Mapping[str, float], claim: Judged) -> float:
    return 1 / (1 + math.exp(-sum(weights[name] for name in claim.features)))


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, action="append", required=True)
    parser.add_argument("--scorer", type=Path, required=True)
    asked = parser.parse_args()
    spec = importlib.util.spec_from_file_location("scorer", asked.scorer)
    if spec is None or spec.loader is None:
        parser.error(f"{asked.scorer} is no Python file")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    extractor = Extractor(seeds.load_lexicon(), "calibration")
    claims = [claim for folder in asked.gold for claim in judged(folder, scorer, extractor)]
    print("\n".join(["As it is", *reliability([(c.confidence, c.is_right) for c in claims])]))
    anew = fitted(claims)
    print(f"\n{'feature':22} {'n':>5} {'right':>6} {'weight':>7} {'anew':>6}")
    for name, weight in WEIGHTS.items():
        own = [c.is_right for c in claims if name in c.features]
        share = f"{sum(own) / len(own):6.2f}" if own else f"{'':6}"
        print(f"{name:22} {len(own):5} {share} {weight:+7.1f} {anew[name]:+6.1f}")
    folders = dict.fromkeys(c.folder for c in claims)
    if len(folders) < 2:
        return
    held_out = []
    for name in folders:
        weights = fitted([c for c in claims if c.folder != name])
        held_out += [(_sure(weights, c), c.is_right) for c in claims if c.folder == name]
    print("\n".join(["", "Each folder by weights fitted on the others", *reliability(held_out)]))


if __name__ == "__main__":
    main()
