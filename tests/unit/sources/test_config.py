"""The sources file: what it says becomes settings; what is wrong in it is told with line and cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.seeds import PROJECT_ROOT
from pipelines.sources.config import FeedSource, PageSource, PythonSource, SourcesError, read_sources


def written(folder: Path, text: str) -> Path:
    path = folder / "sources.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_projects_own_file_names_the_samples_and_every_option_of_its_comments_is_one(
    tmp_path: Path,
) -> None:
    own = PROJECT_ROOT / "sources.yaml"
    assert [source.inbox for source in read_sources(own).inboxes] == [PROJECT_ROOT / "seeds" / "briefs"]
    assert read_sources(own).inboxes[0].archive is None
    lines = own.read_text(encoding="utf-8").splitlines()
    options = [
        line.replace("# ", "", 1) if line.strip().startswith(("# - ", "#   ", "# agent")) else line
        for line in lines
    ]
    every = read_sources(written(tmp_path, "\n".join(options)))
    assert [type(source) for source in every.remote] == [FeedSource, PageSource, PythonSource]
    assert (len(every.inboxes), every.inboxes[1].settle, every.remote[0].every) == (2, 10, 900)
    assert (every.http.agent, every.http.largest) == ("supply-briefs (you@example.org)", 20 * 1024**2)


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    (source,) = read_sources(written(tmp_path, "sources:\n  - inbox: in\n    archive: /taken\n")).inboxes
    assert (source.inbox, source.archive, source.quarantine) == (tmp_path / "in", Path("/taken"), None)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "sources.yaml line 1: has no list `sources`; write"),
        ("sources: x\n", "has no list `sources`"),
        ("sources:\n  - inbox: [\n", "sources.yaml line 3: is no YAML ("),
        (
            "sources:\n  - folder: x\n",
            "sources.yaml line 2: a source has exactly one of inbox, feed, page, python; write",
        ),
        ("sources:\n  - inbox: x\n    feed: https://x.example/\n", "line 2: a source has exactly one of"),
        ("sources:\n  - x\n", "line 2: a source has exactly one of"),
        (
            "sources:\n  - inbox: x\n    archiv: y\n",
            "line 3: there is no option `archiv`; known here are inbox, name, archive, quarantine, settle",
        ),
        ("sources:\n  - inbox: x\n    settle: soon\n", "line 3: `settle` is no time; write it as 20 seconds"),
        (
            "sources:\n  - feed: ftp://x.example/\n",
            "line 2: `feed` is no address of the web; write it as https://",
        ),
        ("sources:\n  - python: my module\n", "line 2: `python` is no function; write it as module:function"),
        ("sources:\n  - inbox: x\n    name: 'a/b'\n", "line 3: `name` cannot be 'a/b'; string should match"),
        ("sources: []\nhttp:\n  largest: huge\n", "line 3: `largest` is no size; write it as 20 MB"),
        ("sources: []\nhttp:\n  retries: -1\n", "line 3: `retries` cannot be -1; input should be"),
        ("sources: []\nhtpp: {}\n", "line 2: there is no option `htpp`; known here are sources, http"),
        ("sources:\n  - inbox: x\n    inbox: y\n", "line 3: `inbox` stands here twice; take one out"),
        (
            "sources:\n  - feed: https://x.example/\n  - feed: https://x.example/\n",
            "line 3: https://x.example/ stands on line 2 already; give this one another `name`",
        ),
        ("sources: !!python/object:os.system x\n", "is no YAML ("),
        ("sources:\n" + "- " * 50 + "x\n", "is nested too deep; write it flat"),
    ],
)
def test_what_is_wrong_is_told_with_line_and_cure(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SourcesError) as error:
        read_sources(written(tmp_path, text))
    assert told in str(error.value)
    assert str(error.value).startswith("sources.yaml")


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SourcesError) as error:
        read_sources(written(tmp_path, "sources:\n  - inbox: x\n    settle: soon\n  - feed: x\n"))
    assert [line.split(":")[0] for line in str(error.value).splitlines()] == [
        "sources.yaml line 3", "sources.yaml line 4",
    ]  # fmt: skip


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourcesError, match=r"cannot be read .*; name another with --sources"):
        read_sources(tmp_path / "none.yaml")
