"""What a night costs as history grows: `python -m tests.bench_warehouse [--claims 10000 1000000] [--delta 1000] [--many 10000]`.

A warehouse is filled with synthetic briefs, its rows are copied under new keys until it holds so many claims, and then a
delta of new briefs goes through the steps of a night, each timed. Loading may not grow with history; checking, building the
marts and publishing read or copy it, and their cost is given per million claims too. Every size runs in a process of its own,
so that its peak memory is its own. At last many new briefs go from the inbox to the published file at once.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines import nightly, seeds
from pipelines.dbt_runner import run_dbt
from pipelines.nightly import Layout
from pipelines.store.checks import CHECKS, run_check
from pipelines.store.connect import open_warehouse
from pipelines.store.load import batches_of, load_batch, pending_ids
from pipelines.store.publish import publish
from pipelines.store.stories import tell_stories
from pipelines.synthetic import generate, write
from pipelines.workers import read_all, reading

#: Loading the delta into the largest history may take this many times as long as into the smallest.
GROWTH = 1.2
BASE = 2_000
#: Deltas that are loaded one after another; each step counts with its fastest.
ROUNDS = 3
_FACTS = ("fact_capacity", "fact_forecast", "fact_supply", "fact_observation")
_STEPS = ("take in", "extract", "load", "stories", "checks", "fingerprint", "marts", "publish")


@contextmanager
def timed(into: dict[str, float], name: str) -> Iterator[None]:
    start = time.monotonic()
    yield
    into[name] = into.get(name, 0.0) + time.monotonic() - start


def deliver(inbox: Path, count: int, seed: int) -> None:
    """Synthetic briefs, as one more set of files in the inbox."""
    to = inbox.parent / f"made-{seed}"
    write(generate(count, seed, seeds.synthetic_names()), to)
    inbox.mkdir(exist_ok=True)
    for path in to.glob("*.jsonl"):
        shutil.copy(path, inbox / f"{seed:03}-{path.name}")


def count_claims(connection: duckdb.DuckDBPyConnection) -> int:
    return sum(
        connection.execute(f"SELECT count(*) FROM star.{t} WHERE known_to IS NULL").fetchall()[0][0]
        for t in _FACTS
    )


def copy_rows(connection: duckdb.DuckDBPyConnection, claims: int) -> None:
    """Copies what is stored under new keys until there are so many claims."""
    once = count_claims(connection)
    tables = {
        "raw.brief": ("brief_id",),
        "raw.extraction": ("brief_id",),
        "raw.brief_sketch": ("brief_id",),
        "star.dim_brief": ("brief_key", "brief_id", "story_id"),
    }
    tables |= {f"star.{t}": ("claim_id", "brief_key") for t in _FACTS}
    tables |= {"star.fact_company_mention": ("mention_id", "brief_key")}
    copies = claims // once - 1
    for table, keys in tables.items():
        anew = ", ".join(f"md5({k} || '-' || n) AS {k}" for k in keys)
        if table == "raw.brief_sketch":  # as of other texts, or every new brief would meet all copies of one
            anew += ", list_transform(bands, lambda b: (hash(b, n) % 4294967296)::UINTEGER) AS bands"
        if copies > 0:
            connection.execute(f"CREATE TEMP TABLE first AS FROM {table}")
            connection.execute(
                f"INSERT INTO {table} BY NAME SELECT first.* REPLACE ({anew}) FROM first, range(?) AS copies(n)",
                [copies],
            )
            connection.execute("DROP TABLE first")
    connection.execute("CHECKPOINT")


def night(layout: Layout, took: dict[str, float]) -> int:
    """The steps of a night, each timed; what is read is collected first, so that loading is timed alone. Returns the briefs."""
    version, units, countries = seeds.extractor_version(), seeds.unit_codes(), seeds.publisher_countries()
    with open_warehouse(layout.warehouse) as connection:
        nightly.prepare(connection)
        with timed(took, "take in"):
            nightly.take_in(connection, layout.inbox)
        with timed(took, "load"):
            ids = pending_ids(connection, version)
        with timed(took, "extract"), reading(len(ids)) as (executor, ahead):
            found = list(read_all(executor, version, batches_of(connection, ids, nightly.BATCH), ahead))
        with timed(took, "load"):
            for batch, read in found:
                load_batch(connection, batch, read, units, countries, nightly.utc_now())
        with timed(took, "stories"):
            tell_stories(connection)
        with timed(took, "checks"):
            failed = [c.name for c in CHECKS if not run_check(connection, c, version).passed]
        assert not failed, failed
        with timed(took, "fingerprint"):
            current = nightly.current_fingerprint(connection)
    with timed(took, "marts"):
        failures = run_dbt(
            ["build", "--exclude-resource-type", "unit_test"], layout.warehouse, layout.folder / ".dbt"
        )
    assert not failures, failures
    with timed(took, "publish"):
        with open_warehouse(layout.warehouse) as connection:
            connection.execute("CHECKPOINT")
        publish(layout.warehouse, current, version, {})
    return len(ids)


def one_size(claims: int, delta: int) -> dict[str, float]:
    """The figures of one history, in this process."""
    home = Path(tempfile.mkdtemp(prefix="bench-"))
    layout = Layout(home / "inbox", home / "warehouse")
    deliver(layout.inbox, BASE, 1)
    night(layout, {})
    with open_warehouse(layout.warehouse) as connection:
        copy_rows(connection, claims)
    deliver(layout.inbox, 20, 2)
    night(layout, {})  # the first night after so much was copied is none to judge by
    took = dict.fromkeys(_STEPS, float("inf"))
    for number in range(ROUNDS):
        round_: dict[str, float] = {}
        deliver(layout.inbox, delta, 3 + number)
        night(layout, round_)
        took = {step: min(took[step], round_[step]) for step in _STEPS}
    with open_warehouse(layout.warehouse, read_only=True) as connection:
        took["claims"] = count_claims(connection)
    took["MB"] = layout.warehouse.stat().st_size / 1e6
    took["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    shutil.rmtree(home)
    return took


def many_at_once(count: int) -> dict[str, float]:
    """So many new briefs from the inbox to the published file, reading and loading side by side, as a night does it."""
    home = Path(tempfile.mkdtemp(prefix="bench-"))
    layout = Layout(home / "inbox", home / "warehouse")
    deliver(layout.inbox, count, 1)
    took: dict[str, float] = {}
    with timed(took, "total"):
        with timed(took, "take in and read"), open_warehouse(layout.warehouse) as connection:
            nightly.prepare(connection)
            nightly.take_in(connection, layout.inbox)
            assert nightly.read_briefs(connection, seeds.extractor_version()).briefs == count
        night(layout, took)
    with open_warehouse(layout.warehouse, read_only=True) as connection:
        took["claims"] = count_claims(connection)
    took["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    shutil.rmtree(home)
    return took


def elsewhere(*arguments: object) -> dict[str, float]:
    """The figures of a run in a process of its own."""
    command = [sys.executable, "-m", "tests.bench_warehouse", *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(seeds.PROJECT_ROOT)}
    )
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> int:
    """Prints the figures; 1 where loading grows with history by more than it may."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--claims", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--delta", type=int, default=1_000)
    parser.add_argument("--many", type=int, default=10_000)
    parser.add_argument("--one", choices=("size", "many"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        took = one_size(asked.claims[0], asked.delta) if asked.one == "size" else many_at_once(asked.many)
        print(json.dumps(took))
        return 0
    sizes = {n: elsewhere("--one", "size", "--claims", n, "--delta", asked.delta) for n in asked.claims}
    print(f"a nightly delta of {asked.delta:,} briefs, seconds")
    print(
        f"  {'':12}"
        + "".join(f"{f'{n:,} claims':>20}" for n in sizes)
        + f"{'growth':>10}{'s per 1M more':>16}"
    )
    first, last = sizes[asked.claims[0]], sizes[asked.claims[-1]]
    more = max(1.0, last["claims"] - first["claims"]) / 1e6
    for step in _STEPS:
        figures = "".join(f"{took[step]:>20.2f}" for took in sizes.values())
        print(
            f"  {step:12}{figures}{last[step] / first[step]:>10.2f}{(last[step] - first[step]) / more:>16.2f}"
        )
    print(f"  {'total':12}" + "".join(f"{sum(took[s] for s in _STEPS):>20.2f}" for took in sizes.values()))
    print(f"  {'peak MB':12}" + "".join(f"{took['peak MB']:>20,.0f}" for took in sizes.values()))
    print(f"  {'file MB':12}" + "".join(f"{took['MB']:>20,.0f}" for took in sizes.values()))
    print(f"  the file grows by {(last['MB'] - first['MB']) / more:,.0f} MB per million claims")
    if asked.many:
        took = elsewhere("--one", "many", "--many", asked.many)
        print(
            f"{asked.many:,} new briefs from inbox to published file: {took['total']:.0f} s "
            f"(taken in and read: {took['take in and read']:.0f} s), {took['claims']:,.0f} claims, peak {took['peak MB']:,.0f} MB"
        )
    growth = (last["take in"] + last["load"]) / (first["take in"] + first["load"])
    print(f"loading grew {growth:.2f} times (at most {GROWTH})")
    return int(growth > GROWTH)


if __name__ == "__main__":
    sys.exit(main())
