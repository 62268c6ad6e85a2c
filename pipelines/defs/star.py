"""The star: every brief that is still to be read, read, judged and loaded; then the facts about the whole."""

from collections.abc import Iterator

import dagster as dg

from pipelines import nightly, seeds
from pipelines.contracts.rows import FACT_TABLES
from pipelines.defs.metadata import listed
from pipelines.defs.resources import Warehouse
from pipelines.store.checks import CHECKS, CheckOutcome, run_check
from pipelines.store.connect import open_warehouse
from pipelines.store.corrections import failed_corrections
from pipelines.store.frames import count

_BOOKKEEPING = ("raw.extraction", "raw.rejected", "raw.correction")
_DIMENSIONS = (
    "star.dim_brief",
    "star.dim_company",
    "star.dim_product",
    "star.dim_publisher",
    "star.dim_unit",
    "star.dim_date",
)
_FACTS = tuple(f"star.{table}" for table in FACT_TABLES)
_TABLES = (*_BOOKKEEPING, *_DIMENSIONS, *_FACTS)


def _key(table: str) -> dg.AssetKey:
    return dg.AssetKey(table.split("."))


@dg.multi_asset(
    specs=[
        dg.AssetSpec(_key(table), deps=[dg.AssetKey(["raw", "brief"])], group_name=table.split(".")[0])
        for table in _TABLES
    ],
    check_specs=[
        *(
            dg.AssetCheckSpec(check.name, asset=_key(check.table), description=check.meaning, blocking=True)
            for check in CHECKS
        ),
        dg.AssetCheckSpec(
            "rows_pass_their_model",
            asset=_key("raw.rejected"),
            description="No row was refused by its pandera model.",
        ),
        dg.AssetCheckSpec(
            "corrections_hold",
            asset=_key("raw.correction"),
            description="Every correction of seeds/corrections finds what it expects. One that does not changes nothing.",
        ),
    ],
)
def star(
    context: dg.AssetExecutionContext, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Reads the briefs on the work list and loads their claims; a batch is a transaction."""
    version = seeds.extractor_version()
    with open_warehouse(warehouse.layout.warehouse) as connection:
        read = nightly.read_briefs(connection, version)
        context.log.info("read %s briefs", read.briefs)
        rows = {table: count(connection, f"SELECT count(*) FROM {table}") for table in _TABLES}
        unfulfilled = failed_corrections(connection)
        outcomes = [run_check(connection, check, version) for check in CHECKS]
    by_check = listed(f"{name}: {n}" for name, n in sorted(read.refused.items()))
    for table in _TABLES:
        metadata: dict[str, dg.MetadataValue | int | str] = {"dagster/row_count": rows[table]}
        if table in _FACTS:
            metadata["added"] = read.claims[table.removeprefix("star.")]
        if table == "raw.extraction":
            metadata |= {"briefs_read": read.briefs, "extractor_version": version}
        if table == "star.dim_brief":
            metadata["repeats"] = read.repeats
        if table == "raw.rejected":
            metadata["by_check"] = by_check
        yield dg.MaterializeResult(asset_key=_key(table), metadata=metadata)
    yield dg.AssetCheckResult(
        asset_key=_key("raw.rejected"),
        check_name="rows_pass_their_model",
        passed=not read.refused,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "refused_rows": sum(read.refused.values()),
            "by_check": by_check,
        },
    )
    yield dg.AssetCheckResult(
        asset_key=_key("raw.correction"),
        check_name="corrections_hold",
        passed=not unfulfilled,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"unfulfilled": listed(unfulfilled)},
    )
    yield from (check_result(outcome) for outcome in outcomes)


def check_result(outcome: CheckOutcome) -> dg.AssetCheckResult:
    """A set check's outcome as Dagster's."""
    return dg.AssetCheckResult(
        asset_key=_key(outcome.check.table),
        check_name=outcome.check.name,
        passed=outcome.passed,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"offences": outcome.offences, "example": outcome.example or "none"},
    )
