"""How an asset's page shows lists, and how they are read back."""

from collections.abc import Iterable

import dagster as dg

_MARK = "- "


def listed(lines: Iterable[str], none: str = "none") -> dg.MarkdownMetadataValue:
    """Lines as a list; `none` where there are none."""
    return dg.MetadataValue.md("\n".join(f"{_MARK}{line}" for line in lines) or none)


def lines_of(value: object) -> list[str]:
    """The lines of such a list."""
    return [line.removeprefix(_MARK) for line in str(value or "").splitlines() if line.startswith(_MARK)]
