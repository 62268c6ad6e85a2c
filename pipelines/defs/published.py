"""Publishing: a version for readers, once the marts are built and every blocking check has passed."""

from datetime import timedelta

import dagster as dg

from pipelines import nightly, seeds
from pipelines.defs.marts import dbt_models
from pipelines.defs.resources import Warehouse
from pipelines.store.connect import open_warehouse
from pipelines.store.frames import count
from pipelines.store.publish import publish

_MARTS = sorted((key for key in dbt_models.keys if key.path[0] == "marts"), key=str)


@dg.asset(
    key=["published", "warehouse"],
    deps=_MARTS,
    group_name="published",
    description="The file that analysts and BI tools open.",
    freshness_policy=dg.FreshnessPolicy.time_window(
        fail_window=timedelta(hours=36), warn_window=timedelta(hours=26)
    ),
)
def published(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """Copies the closed warehouse to a version of its own and moves the readers' link to it.

    Raises `Failure` where a guard is tripped or readers were taken back, and nobody has accepted it.
    """
    layout = warehouse.layout
    with open_warehouse(layout.warehouse) as connection:
        refused = nightly.refusals(connection, layout)
        if refused:
            raise dg.Failure(
                f"publishing is refused: {'; '.join(refused)}. See `briefs diff` and `briefs status`; "
                "let it pass with `briefs accept NAME`, then run again"
            )
        current = nightly.current_fingerprint(connection)
        rows = {key.path[1]: count(connection, f"SELECT count(*) FROM marts.{key.path[1]}") for key in _MARTS}
        connection.execute("CHECKPOINT")
    manifest = publish(layout.warehouse, current, seeds.extractor_version(), rows)
    table = "\n".join(["| mart | rows |", "|---|---|", *(f"| {name} | {n:,} |" for name, n in rows.items())])
    return dg.MaterializeResult(
        metadata={
            "version": manifest.version,
            "fingerprint": manifest.fingerprint,
            "rows": dg.MetadataValue.md(table),
        }
    )
