"""Archives: the files in a .zip, the file in a .gz, unpacked in memory within bounds and never written anywhere."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from gzip import BadGzipFile, GzipFile
from pathlib import PurePosixPath, PureWindowsPath
from typing import IO

MIB = 1024 * 1024
#: What an archive may hold: files, bytes of one, bytes of all, and bytes out for a byte in (above a MiB).
MOST_FILES, LARGEST_FILE, LARGEST_SUM, MOST_TIMES = 2_000, 64 * MIB, 256 * MIB, 200
SUFFIXES = (".zip", ".gz")


@dataclass(frozen=True, slots=True)
class Packed:
    """A file inside an archive; `content` is None where it is refused, with the check and the reason."""

    name: str
    content: bytes | None = None
    check: str = ""
    reason: str = ""


def unpack(name: str, content: bytes) -> Iterator[Packed]:
    """The files of an archive in their order; one that is refused does not keep back the others."""
    if name.lower().endswith(".gz"):
        inner = PurePosixPath(name).stem
        yield _read(inner, GzipFile(fileobj=io.BytesIO(content)), len(content), LARGEST_FILE)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from _members(archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError) as error:
        yield Packed("", None, "archive", f"cannot be unpacked ({_told(error)}); pack it again")


def _members(archive: zipfile.ZipFile) -> Iterator[Packed]:
    left, files = LARGEST_SUM, 0
    for info in archive.infolist():
        name = _name(info)
        if info.is_dir() or _is_of_the_system(name):
            continue
        files += 1
        if files > MOST_FILES:
            yield Packed(
                "", None, "too_many_files", f"holds more than {MOST_FILES:,} files; pack them into several"
            )
            return
        if _is_unsafe(name):
            shown = name.encode("unicode_escape").decode("ascii")
            yield Packed(
                shown, None, "path", "has a name that leads out of the archive; pack it with a plain name"
            )
        elif info.flag_bits & 0x1:
            yield Packed(name, None, "encrypted", "is encrypted; pack it without a password")
        elif left <= 0:
            yield Packed(
                name, None, "bomb", f"comes after {LARGEST_SUM // MIB} MiB of others; pack it on its own"
            )
        else:
            try:
                with archive.open(info) as stream:
                    packed = _read(name, stream, info.compress_size, min(LARGEST_FILE, left))
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, zlib.error) as error:
                packed = Packed(name, None, "archive", f"cannot be unpacked ({_told(error)}); pack it again")
            left -= (
                len(packed.content)
                if packed.content is not None
                else LARGEST_FILE
                if packed.check == "bomb"
                else 0
            )
            yield packed


def _read(name: str, stream: IO[bytes] | GzipFile, packed_size: int, most: int) -> Packed:
    """A file's bytes, or that it is too large or is broken. Reading stops as soon as it is known to be too large."""
    bound = min(most, max(MIB, MOST_TIMES * packed_size))
    try:
        content = stream.read(bound + 1)
    except (BadGzipFile, zipfile.BadZipFile, EOFError, zlib.error, OSError) as error:
        return Packed(name, None, "archive", f"cannot be unpacked ({_told(error)}); pack it again")
    if len(content) > bound:
        told = f"unpacks to more than {bound / MIB:.0f} MiB out of {packed_size:,} bytes; unpack and look at it by hand"
        return Packed(name, None, "bomb", told)
    return Packed(name, content)


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name; where the archive does not say that it is UTF-8, it may be that or Big5 all the same."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for codec in ("utf-8", "cp950"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return info.filename


def _is_unsafe(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    outside = name.startswith(("/", "\\")) or ".." in parts or PureWindowsPath(name).drive
    return bool(outside) or any(not c.isprintable() for c in name)


def _is_of_the_system(name: str) -> bool:
    """Whether a file tells of the others rather than being one: .DS_Store and the like."""
    return "__MACOSX/" in name or re.fullmatch(r"\.\w.*", PurePosixPath(name).name) is not None


def _told(error: Exception) -> str:
    return str(error)[:120] or type(error).__name__
