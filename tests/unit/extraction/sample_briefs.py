"""The sample inbox, read with the real readers."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from pipelines.seeds import PROJECT_ROOT
from pipelines.sources.inbox import read_delivery, read_inbox
from pipelines.sources.reading import Reading
from pipelines.text.brief import Brief

SAMPLES = PROJECT_ROOT / "seeds" / "briefs"


@functools.cache
def sample_readings() -> Mapping[str, Reading]:
    """What each file of the sample inbox yields, by the file's name."""
    return {delivery.name: read_delivery(delivery) for delivery in read_inbox(SAMPLES)}


@functools.cache
def read_samples() -> Mapping[str, Brief]:
    """The sample briefs by title."""
    return {read.brief.title: read.brief for reading in sample_readings().values() for read in reading.briefs}
