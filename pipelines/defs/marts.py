"""The dbt models: staging views, the marts that readers query, and dbt's tests as checks of them."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
from google.protobuf.json_format import MessageToDict

from pipelines import nightly
from pipelines.dbt_runner import ensure_manifest, run_dbt
from pipelines.defs.resources import Warehouse
from pipelines.store.connect import open_warehouse
from pipelines.store.publish import published_manifest

MANIFEST: Mapping[str, Any] = json.loads(ensure_manifest().read_text(encoding="utf-8"))
#: Unit tests belong to development, not to the night.
_BUILD = ["build", "--exclude-resource-type", "unit_test"]
_CHANGING = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=7), warn_window=timedelta(days=3))


class SchemaKeys(DagsterDbtTranslator):
    """Asset keys are `schema/table`: the words that DuckDB and dbt show."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """`marts/mart_supply_claims` for a model, the declared key for a source."""
        if dbt_resource_props["resource_type"] == "model":
            return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])
        return super().get_asset_key(dbt_resource_props)

    def get_asset_spec(self, *arguments: Any) -> dg.AssetSpec:
        """Marts are rebuilt when claims change: a week without a change means that no news comes in any more."""
        spec = super().get_asset_spec(*arguments)
        is_mart = spec.key.path[0] == "marts"
        return spec.replace_attributes(freshness_policy=_CHANGING) if is_mart else spec

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Staging and marts, as the schemas are."""
        return str(dbt_resource_props["schema"]) if dbt_resource_props["resource_type"] == "model" else None


_TRANSLATOR = SchemaKeys()


@dbt_assets(manifest=MANIFEST, dagster_dbt_translator=_TRANSLATOR, name="dbt_models")
def dbt_models(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Any]:
    """Builds and tests the models where the warehouse differs from what readers have; else there is nothing to do.

    Raises `Failure` where a model or a test fails: what readers have then stays.
    """
    layout = warehouse.layout
    with open_warehouse(layout.warehouse) as connection:
        current = nightly.current_fingerprint(connection)
    live = published_manifest(layout.folder)
    if live is not None and live.fingerprint == current:
        context.log.info("readers already have what the warehouse holds (version %s)", live.version)
        return
    events: list[dict[str, Any]] = []
    failures = run_dbt(
        _BUILD,
        layout.warehouse,
        layout.folder / ".dbt",
        lambda event: events.append(MessageToDict(event, preserving_proto_field_name=True)),
    )
    for event in events:
        message = DbtCoreCliEventMessage(raw_event=event, event_history_metadata={})
        if message.is_result_event:
            yield from message.to_default_asset_events(
                manifest=MANIFEST,
                dagster_dbt_translator=_TRANSLATOR,
                context=context,
                target_path=layout.folder / ".dbt" / "target",
            )
    if failures:
        raise dg.Failure(
            f"{len(failures)} dbt nodes failed; readers keep the version that they have",
            metadata={"failures": "\n".join(failures)},
        )
