"""Intake: the files of the inbox, the briefs in them, what was refused."""

from collections.abc import Iterator

import dagster as dg

from pipelines import nightly
from pipelines.defs.metadata import listed
from pipelines.defs.resources import Warehouse
from pipelines.store.arrivals import unusual_arrivals
from pipelines.store.connect import open_warehouse
from pipelines.store.frames import count


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["raw", "delivery"],
            group_name="raw",
            description="Files as received, before anything is read out of them.",
        ),
        dg.AssetSpec(
            ["raw", "brief"],
            group_name="raw",
            deps=[["raw", "delivery"]],
            description="Briefs as first received.",
        ),
    ],
    check_specs=[
        dg.AssetCheckSpec(
            "news_arrived",
            asset=dg.AssetKey(["raw", "brief"]),
            description="As many briefs arrived today, from each publisher, as this weekday usually has.",
        )
    ],
)
def intake(warehouse: Warehouse) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Takes in what every source has that has not been taken in before."""
    layout = warehouse.layout
    with open_warehouse(layout.warehouse) as connection:
        nightly.prepare(connection)
        taken = nightly.take_in(connection, layout.ways_in())
        deliveries = count(connection, "SELECT count(*) FROM raw.delivery")
        briefs = count(connection, "SELECT count(*) FROM raw.brief")
        unusual = unusual_arrivals(connection, nightly.taipei_today())
    yield dg.MaterializeResult(
        asset_key=["raw", "delivery"],
        metadata={
            "files": taken.files,
            "dagster/row_count": deliveries,
            "refused": len(taken.refused),
            "reasons": listed(taken.refused, "nothing refused"),
        },
    )
    yield dg.MaterializeResult(
        asset_key=["raw", "brief"],
        metadata={"new": taken.new, "seen_before": taken.seen, "dagster/row_count": briefs},
    )
    yield dg.AssetCheckResult(
        asset_key=["raw", "brief"],
        check_name="news_arrived",
        passed=not unusual,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"unfulfilled": listed(unusual)},
    )
