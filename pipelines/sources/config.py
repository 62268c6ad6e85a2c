"""The sources file: a YAML file read into checked settings; what is wrong is told with its line and the cure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_BYTES = {"kb": 1024, "mb": 1024**2, "gb": 1024**3}
Place = tuple[str | int, ...]


class SourcesError(Exception):
    """The sources file is wrong; the message names each line and its cure."""


def _seconds(value: object) -> object:
    m = (
        re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(second|minute|hour|day)s?\s*", value)
        if isinstance(value, str)
        else None
    )
    if m is None and not isinstance(value, int | float):
        raise ValueError("is no time; write it as 20 seconds, 15 minutes or 2 hours")
    return float(m[1]) * _SECONDS[m[2]] if m is not None else value


def _bytes(value: object) -> object:
    m = re.fullmatch(r"\s*(\d+)\s*([kmg]b)\s*", value.lower()) if isinstance(value, str) else None
    if m is None and not isinstance(value, int):
        raise ValueError("is no size; write it as 20 MB")
    return int(m[1]) * _BYTES[m[2]] if m is not None else value


def _address(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"https?://[^\s/]+(?:/\S*)?", value):
        raise ValueError("is no address of the web; write it as https://host/path")
    return value


def _function(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", value):
        raise ValueError("is no function; write it as module:function")
    return value


Seconds = Annotated[float, BeforeValidator(_seconds), Field(ge=0, le=7 * 86400)]
Bytes = Annotated[int, BeforeValidator(_bytes), Field(ge=1024, le=2**30)]
Address = Annotated[str, BeforeValidator(_address)]
Function = Annotated[str, BeforeValidator(_function)]
Name = Annotated[str, Field(pattern=r"^[\w .-]{1,60}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_M = TypeVar("_M", bound=_Strict)


class InboxSource(_Strict):
    """A folder of files."""

    inbox: Path
    name: Name | None = None
    archive: Path | None = None
    quarantine: Path | None = None
    settle: Seconds = 2.0


class FeedSource(_Strict):
    """A feed of the web."""

    feed: Address
    name: Name | None = None
    publisher: str | None = Field(default=None, min_length=1, max_length=60)
    every: Seconds = 300.0

    @property
    def key(self) -> str:
        """What it is known by from night to night."""
        return self.name or self.feed


class PageSource(_Strict):
    """An article page of the web."""

    page: Address
    name: Name | None = None
    publisher: str | None = Field(default=None, min_length=1, max_length=60)
    every: Seconds = 300.0

    @property
    def key(self) -> str:
        """What it is known by from night to night."""
        return self.name or self.page


class PythonSource(_Strict):
    """A function that yields briefs."""

    python: Function
    name: Name | None = None
    publisher: str | None = Field(default=None, min_length=1, max_length=60)
    settings: dict[str, Any] = Field(default_factory=dict)
    every: Seconds = 300.0

    @property
    def key(self) -> str:
        """What it is known by from night to night."""
        return self.name or self.python


class HttpSettings(_Strict):
    """How the web is asked."""

    agent: str = Field(default="supply-briefs", pattern=r"^[\x20-\x7e]{1,200}$")
    timeout: Annotated[float, BeforeValidator(_seconds), Field(gt=0, le=600)] = 20.0
    retries: int = Field(default=3, ge=0, le=10)
    pause: Seconds = 1.0
    largest: Bytes = 20 * 1024**2
    private: tuple[str, ...] = ()


Remote = FeedSource | PageSource | PythonSource
_KINDS: Mapping[str, type[InboxSource | FeedSource | PageSource | PythonSource]] = {
    "inbox": InboxSource, "feed": FeedSource, "page": PageSource, "python": PythonSource,
}  # fmt: skip


class SourcesFile(BaseModel):
    """All that a sources file says; paths are absolute."""

    inboxes: tuple[InboxSource, ...] = ()
    remote: tuple[Remote, ...] = ()
    http: HttpSettings = HttpSettings()
    folder: Path = Path()


def read_sources(path: Path) -> SourcesFile:
    """The sources of a file. Raises `SourcesError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourcesError(f"{path} cannot be read ({error}); name another with --sources") from None
    lines: dict[Place, int] = {}
    problems: list[tuple[int, str]] = []
    data = _data(path, text, lines, problems)
    if not isinstance(data, dict) or not isinstance(data.get("sources"), list):
        raise SourcesError(
            f"{path.name} line 1: has no list `sources`; write `sources:` and `- inbox: FOLDER` under it"
        )
    unknown = data.keys() - {"sources", "http"}
    problems += [
        (lines[(key,)], f"there is no option `{key}`; known here are sources, http") for key in unknown
    ]
    found = [_source(entry, ("sources", n), lines, problems) for n, entry in enumerate(data["sources"])]
    http = _checked(HttpSettings, data.get("http") or {}, ("http",), lines, problems) or HttpSettings()
    known: dict[str, int] = {}
    for number, source in enumerate(found):
        key = None if source is None else str(source.inbox) if isinstance(source, InboxSource) else source.key
        line = lines[("sources", number)]
        if key is not None and known.setdefault(key, line) != line:
            problems.append(
                (
                    line,
                    f"{key} stands on line {known[key]} already; give this one another `name`, or take it out",
                )
            )
    if problems:
        raise SourcesError("\n".join(f"{path.name} line {line}: {told}" for line, told in sorted(problems)))
    home = path.resolve().parent
    return SourcesFile(
        inboxes=tuple(_at_home(s, home) for s in found if isinstance(s, InboxSource)),
        remote=tuple(s for s in found if s is not None and not isinstance(s, InboxSource)),
        http=http,
        folder=home,
    )


def _at_home(source: InboxSource, home: Path) -> InboxSource:
    paths = {name: getattr(source, name) for name in ("inbox", "archive", "quarantine")}
    return source.model_copy(update={k: home / p.expanduser() for k, p in paths.items() if p is not None})


def _source(
    entry: object, place: Place, lines: dict[Place, int], problems: list[tuple[int, str]]
) -> InboxSource | FeedSource | PageSource | PythonSource | None:
    kinds = [kind for kind in _KINDS if isinstance(entry, dict) and kind in entry]
    if len(kinds) != 1:
        told = f"a source has exactly one of {', '.join(_KINDS)}; write it as `- inbox: FOLDER`"
        problems.append((lines[place], told))
        return None
    return _checked(_KINDS[kinds[0]], entry, place, lines, problems)


def _checked(
    model: type[_M], entry: object, place: Place, lines: dict[Place, int], problems: list[tuple[int, str]]
) -> _M | None:
    try:
        return model.model_validate(entry)
    except ValidationError as error:
        for found in error.errors():
            at = (*place, *found["loc"])
            line = next((lines[at[:n]] for n in range(len(at), 0, -1) if at[:n] in lines), 1)
            problems.append((line, _told(model, found)))
        return None


def _told(model: type[_Strict], error: Any) -> str:
    option = ".".join(str(part) for part in error["loc"]) or "it"
    if error["type"] == "extra_forbidden":
        return f"there is no option `{option}`; known here are {', '.join(model.model_fields)}"
    said = error["msg"].removeprefix("Value error, ")
    if error["type"] == "value_error":
        return f"`{option}` {said}"
    return f"`{option}` cannot be {error['input']!r:.60}; {said[0].lower()}{said[1:]}"


def _data(path: Path, text: str, lines: dict[Place, int], problems: list[tuple[int, str]]) -> Any:
    """The YAML as plain data; `lines` gets the line of each place, `problems` keys that stand twice."""
    loader = yaml.SafeLoader(text)

    def build(node: yaml.Node, place: Place, depth: int = 0) -> Any:
        lines[place] = node.start_mark.line + 1
        if depth > 20:
            raise SourcesError(f"{path.name} line {lines[place]}: is nested too deep; write it flat")
        if isinstance(node, yaml.MappingNode):
            built: dict[Any, Any] = {}
            for key_node, value_node in node.value:
                key = str(loader.construct_object(key_node, deep=True))
                if key in built:
                    problems.append(
                        (key_node.start_mark.line + 1, f"`{key}` stands here twice; take one out")
                    )
                built[key] = build(value_node, (*place, key), depth + 1)
                lines[(*place, key)] = key_node.start_mark.line + 1
            return built
        if isinstance(node, yaml.SequenceNode):
            return [build(child, (*place, n), depth + 1) for n, child in enumerate(node.value)]
        return loader.construct_object(node)

    try:
        node = loader.get_single_node()
        return None if node is None else build(node, ())
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        raise SourcesError(
            f"{path.name} line {line}: is no YAML ({error.problem}); look at the indents and colons"
        ) from None
    except (yaml.YAMLError, ValueError) as error:
        raise SourcesError(f"{path.name}: is no YAML ({error}); look at the indents and colons") from None
    finally:
        loader.dispose()
