"""One claim for each delivery, where several sentences say parts of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from pipelines.extraction.claims.supply.items import ItemReader
from pipelines.extraction.model import Company, SupplyClaim


def merged(claims: Iterable[SupplyClaim], items: ItemReader) -> list[SupplyClaim]:
    """The claims in their order; those of one supplier and customer whose items agree become one.

    A claim without an item, or with one like 晶片, joins the nearest claim before it that names the pair.
    """
    found: list[SupplyClaim] = []
    places: dict[tuple[Company, Company | None], list[int]] = {}
    for claim in claims:
        pair = places.setdefault((claim.supplier, claim.customer), [])
        same = next((i for i in reversed(pair) if _agree(found[i], claim, items)), None)
        if same is None:
            pair.append(len(found))
            found.append(claim)
        else:
            found[same] = _joined(found[same], claim, items)
    said = {(c.supplier, c.item) for c in found if c.customer is not None}
    return [c for c in found if c.customer is not None or not _is_said_better(c, said, items)]


def _is_said_better(
    claim: SupplyClaim, said: Collection[tuple[Company, str | None]], items: ItemReader
) -> bool:
    """Whether a claim without a customer has a fellow with the same supplier and item that names one."""
    return any(
        supplier == claim.supplier and items.is_same(item or "", claim.item or "") for supplier, item in said
    )


def _agree(first: SupplyClaim, second: SupplyClaim, items: ItemReader) -> bool:
    """Whether two claims of a pair speak of one item: the members of one list, and a later model of it, do not."""
    if first.item == second.item or first.item is None or second.item is None:
        return True
    if first.evidence.sentence == second.evidence.sentence and first.evidence.rule == second.evidence.rule:
        return False
    if items.is_generic(first.item) or items.is_generic(second.item):
        return True
    return items.is_same(first.item, second.item) and {first.status, second.status} != {"active", "planned"}


def _joined(known: SupplyClaim, new: SupplyClaim, items: ItemReader) -> SupplyClaim:
    names = sorted(
        {item for item in (known.item, new.item) if item}, key=lambda i: (items.is_generic(i), -len(i))
    )
    models = [model for claim in (known, new) for model in (claim.model or "").split("、") if model]
    status = new.status if new.status in ("trial", "ended") or known.status == "negotiating" else known.status
    if known.status == "planned" and new.status == "active":
        status = "active"
    flags = tuple(dict.fromkeys((*known.evidence.flags, *new.evidence.flags)))
    return replace(
        known,
        evidence=replace(known.evidence, flags=flags, confidence=max(known.evidence.confidence, new.evidence.confidence)),
        item=names[0] if names else None,
        model="、".join(dict.fromkeys(models)) or None,
        role=known.role or new.role,
        status=status,
        share_low=known.share_low if known.share_low is not None or known.share_high is not None else new.share_low,
        share_high=known.share_high if known.share_low is not None or known.share_high is not None else new.share_high,
        period=known.period if known.period.end or known.period.start else new.period,
    )  # fmt: skip
