"""Dagster objects, one kind a file. Nothing else in the project imports dagster."""
