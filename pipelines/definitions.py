"""Dagster's entry: everything in pipelines/defs."""

from pathlib import Path

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    """The assets, checks, job, schedule and resources of the project."""
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
