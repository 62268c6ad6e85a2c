"""The encoding of a file: UTF-8, UTF-16, Big5 (with HKSCS) or GB18030, found from its bytes alone."""

from __future__ import annotations

from collections.abc import Iterable

from charset_normalizer import from_bytes

#: By its byte order mark, longest first where one begins like another.
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
#: Big5 as Windows writes it, and with Hong Kong's supplement; each reads what plain Big5 holds.
_BIG5 = ("cp950", "big5hkscs")
#: What is told apart here, with the library's names for it.
_FAMILIES = {
    "big5": ("big5", "cp950", "big5hkscs"), "gb18030": ("gb18030", "gbk", "gb2312"),
    "utf-16-le": ("utf-16-le", "utf-16"), "utf-16-be": ("utf-16-be",),
}  # fmt: skip
#: The share of common characters that ordinary Chinese has at least, and a difference that may be chance.
_ORDINARY, _ABOUT_EQUAL = 0.08, 0.02
#: Bytes that are looked at; more tell nothing new.
_SAMPLE = 200_000
#: What every second sentence of Chinese holds, in either script. A wrong decoding hardly ever yields one of them.
_COMMON = frozenset(
    "的一是在不了有和人這这中大為为上個个國国我以要他時时來来用們们生到作地於于出就分對对成會会可主發发年動动同工也能下過过子說说產产種种面而方後后"
    "多定行學学法所民得經经十三之進进著着等部度家電电力裡里如水化高自二理起小物現现實实加量都兩两體体制機机當当使點点從从業业本去把性好應应開开它合還还"
    "因由其些然前外天政四日那社義义事平形相全表間间樣样與与關关各重新線线內内數数正心反你明看原又麼么利比或但質质氣气第向道命此變变條条只沒没結结解問问"
    "意建月公無无系軍军情者最立代想已通並并提直題题黨党程展五果料象員员革位入常文總总次品式活設设及管特件長长求老頭头基資资邊边流路級级少圖图山統统接知"
    "較较將将組组見见計计報报市場场季營营收億亿萬万元台股價价廠厂商半導导"
)


class EncodingError(ValueError):
    """The bytes are in none of the encodings that are read here; the message names what they look like."""


def detect(content: bytes) -> tuple[str, int]:
    """The codec to read a file by, and the length of its byte order mark. Raises `EncodingError`."""
    for mark, codec in _MARKS:
        if content.startswith(mark):
            return codec, len(mark)
    sample = _sample(content)
    wide = _wide_ascii(sample)
    if wide is not None:
        return wide, 0
    if _mostly_utf_8(content):
        return "utf-8", 0
    best = from_bytes(sample).best()
    library = best.encoding.replace("_", "-") if best is not None else ""
    found = _ordinary_chinese(sample, library) or next(
        (c for c, n in _FAMILIES.items() if library in n), None
    )
    if found is None and any(line.strip() and _decodes(line, "utf-8") for line in content.splitlines()):
        return "utf-8", 0  # what there is of text is UTF-8; the rest is refused line by line
    if found is None:
        raise EncodingError(library or "no text at all")
    return (_big5(content) if found == "big5" else found), 0


def named(label: str, content: bytes) -> str | None:
    """The codec that a page or an XML file means by the name that it gives; None for one that is not read here."""
    label = label.strip().strip("\"'").lower().replace("_", "-")
    if label in ("utf-8", "utf8", "us-ascii", "ascii"):
        return "utf-8"
    if label in ("big5", "big-5", "x-x-big5", "cp950", "big5-hkscs", "big5hkscs", "x-big5"):
        return _big5(content)
    if label in ("gb2312", "gbk", "gb18030", "gb-2312-80", "x-gbk", "cp936", "euc-cn"):
        return "gb18030"
    return None


def _sample(content: bytes) -> bytes:
    """The start of a file, up to a line's end where there is one, so that no character is cut in two."""
    if len(content) <= _SAMPLE:
        return content
    end = content.rfind(b"\n", 0, _SAMPLE) + 1
    return content[: end or _SAMPLE]


def _wide_ascii(sample: bytes) -> str | None:
    """UTF-16 of Latin text without a mark, known by the NUL beside each letter."""
    pairs = len(sample) // 2
    if not sample.isascii() or sample.count(0) < 0.7 * pairs:
        return None
    for codec, nul in (("utf-16-le", 1), ("utf-16-be", 0)):
        beside = sum(1 for i in range(nul, 2 * pairs, 2) if sample[i] == 0)
        if beside == sample.count(0) and _decodes(sample[: 2 * pairs], codec):
            return codec
    return None


def _mostly_utf_8(content: bytes) -> bool:
    """Whether a file is UTF-8, but for a broken line or two: those are refused one by one."""
    if _decodes(content, "utf-8"):
        return True
    told = [line for line in content.splitlines() if not line.isascii()]
    good = sum(len(line) for line in told if _decodes(line, "utf-8"))
    return len(told) > 1 and 2 * good >= sum(map(len, told))


def _ordinary_chinese(sample: bytes, library: str) -> str | None:
    """The family that makes the most ordinary Chinese of the bytes; the library's choice where two are about equal."""
    shares = {}
    for family, names in _FAMILIES.items():
        codecs = _BIG5 if family == "big5" else (family,)
        share = max(_share_of_common(_readable(sample, codec)) for codec in codecs)
        shares[family] = share + (_ABOUT_EQUAL if library in names else 0)
    best = max(shares, key=lambda family: shares[family])
    return best if shares[best] > _ORDINARY else None


def _big5(content: bytes) -> str:
    """The Big5 that reads all of the bytes, or more of their lines."""
    lines = content.splitlines()
    return max(_BIG5, key=lambda codec: sum(_decodes(line, codec) for line in lines))


def _readable(sample: bytes, codec: str) -> Iterable[str]:
    """The lines as a codec reads them; what it cannot read as so many marks of that."""
    if codec.startswith("utf-16"):
        yield sample[: len(sample) // 2 * 2].decode(codec, "replace")
        return
    for line in sample.splitlines():
        try:
            yield line.decode(codec)
        except UnicodeDecodeError:
            yield "\N{REPLACEMENT CHARACTER}" * len(line)


def _share_of_common(lines: Iterable[str]) -> float:
    """The share of common Chinese characters among all that are no ASCII."""
    common = others = 0
    for line in lines:
        for char in line:
            if char in _COMMON:
                common += 1
            elif not char.isascii():
                others += 1
    return common / (common + others) if common else 0.0


def _decodes(content: bytes, codec: str) -> bool:
    try:
        content.decode(codec)
    except UnicodeDecodeError:
        return False
    return True
