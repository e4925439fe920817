"""Text as read -> value as the record has it, with how far the text bears it out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from digitizer.document.form import FieldDefinition, Kind
from digitizer.document.record import Value
from digitizer.reading.dates import parse_date
from digitizer.reading.markers import Markers, split_markers
from digitizer.reading.numbers import parse_number

__all__ = ["Markers", "Typed", "normalise", "normalise_text", "split_markers", "value_of"]

_STRAIGHT = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"'),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f\t\u000b\u000c", " "),
        **dict.fromkeys("\u200b\ufeff\u00ad", ""),
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\u2010": "-",
        "\u2011": "-",
    }
)
_COMPANIES = "Inc|INC|Ltd|LTD|Co|CO|Corp|CORP|L\\.P|LP"
_SHORTENED = (
    "(?:etc|inc|ltd|no|vs|st|ave|blvd|apt|ste|dept|div|rd|dr|mr|mrs|ms|jr|sr|co|corp|tel|ext|attn|messrs|hon|gen|gov|"
    "[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Jj]un|[Jj]ul|[Aa]ug|[Ss]ept?|[Oo]ct|[Nn]ov|[Dd]ec|Inc|Ltd|No|St|Ave|Blvd|Apt|Ste|Dept|"
    "Div|Rd|Dr|Mr|Mrs|Ms|Jr|Sr|Co|Corp|Tel|Ext|Attn|Messrs|Hon|Gen|Gov|Govt|govt|Assn|Intl|Ph|Wash|Mass|Conn|Calif|www)"
)
_DOMAINS = r"(?:com|org|net|gov|edu|int|info)\b"
_RAISED = re.compile(r"(\d+)[\"'*°™\u2122]{1,2}d?(?=\s+(?:St|Ave|Fl|fl|Street|Avenue|Floor|floor)\b)")
"""A number whose raised ending could not be read, before what is counted in an address."""
_LOOKS = 8
"""At most, at one text; each look but the last took something away, and two have been enough for all that was drawn."""
_BRACES = str.maketrans("{}", "()")
_SHAPES = ("0OoDQ", "1Il|i![]/\\", "5Ss$", "8B&", "2Zz", "6Gb", "4A")
_SKELETON = str.maketrans({c: shape[0] for shape in _SHAPES for c in shape})
_TICKED = frozenset(("x", "xx", "v", "true", "yes", "on", "1", "✓", "✔", "✗", "✘", "☑", "☒", "[x]", "(x)", "√"))
_UNTICKED = frozenset(("", "false", "no", "off", "0", "☐", "□", "[ ]", "[]", "( )", "()"))


@dataclass(frozen=True, slots=True)
class Typed:
    """A value of some kind. valid: 1.0 the text is such a value as it stands, less after repairs, 0.0 it is none."""

    value: Value
    valid: float


def value_of(definition: FieldDefinition, text: str) -> Typed:
    """The value that a text stands for in a field, as normalise tells it."""
    return normalise(definition.kind, text, definition.values, definition.day_first)


def normalise(kind: Kind, text: str, values: tuple[str, ...] = (), day_first: bool = False) -> Typed:
    """The value that a text stands for; the text as it is, with valid 0.0, where it is no value of the kind.

    A blank is a valid value of every kind. values: vocabulary of a code; day_first: dates are written day before month.
    Footnote markers must be off already.
    """
    if kind == "checkbox":
        return _checkbox(text)
    clean = normalise_text(text)
    if not clean:
        return Typed("", 1.0)
    if kind == "code":
        return _code(clean, values)
    if kind in ("text", "name", "address"):
        return Typed(_as_typed(clean, kind), 1.0)
    value, valid = parse_date(clean, day_first) if kind == "date" else parse_number(clean)
    return Typed(value, round(valid, 4)) if value else Typed(clean, 0.0)


def _as_typed(text: str, kind: Kind) -> str:
    """Free text without what no typist sets, looked at until nothing is left to mend: one mend uncovers another."""
    for _ in range(_LOOKS):
        before, text = text, normalise_text(_mended(text, kind))
        if text == before:
            break
    return text


def _mended(text: str, kind: Kind) -> str:
    """Text without braces, a dollar sign read as S, a stop at the end of a name as comma."""
    text = _without_specks_around(text)
    text = _without_dust(re.sub(r"(?<!\w)S(?=\.\d)", "$", text.translate(_BRACES)))
    if kind != "text" and text.count("'") == 1:
        # A quotation that never ends is a speck before the first letter.
        text = re.sub(r"^'(?=[A-Z][A-Za-z])", "", text)
    if kind == "address":
        text = re.sub(_RAISED, lambda m: m[1] + _ordinal(int(m[1])), text)
        # The state before its ZIP code.
        text = re.sub(r"\b([A-Z]{2})\.(?=\d{5}\b)", r"\1 ", text)
    return _with_stops(text) if kind == "name" else _without_specks(text)


def _without_specks_around(text: str) -> str:
    """An entry without what nobody begins or ends one with: specks read as stops, dashes or stars."""
    if not re.match(r"[.-]\d", text):
        text = re.sub(r"^[\s.,:;*+~^_=|\u2022-]+(?=[A-Za-z0-9$(/#&\"'])", "", text)
    text = re.sub(r"(?<=[\w.)])[\s*+~^_=|\u00b0\u2022<>{\[-]+$", "", text)
    for quote in "\"'":
        if text.count(quote) % 2 and text.endswith(quote):
            text = text[:-1].rstrip()
    return text


def _without_dust(text: str) -> str:
    """Text without the stops and strokes that dust between two words makes: 'the.board', 'Bee.Cave', 'planning'and'."""
    text = re.sub(
        rf"\b(?!{_SHORTENED}\.)([A-Za-z]?[a-z]{{2,}})\.(?=(?:[A-Z][a-z]|[A-Z]\.|[a-z]{{2}}))(?!{_DOMAINS})",
        _spaced,
        text,
    )
    text = re.sub(r"(?<=[a-z]{3})[:'](?=(?!(?:ll|re|ve)\b)[a-z]{2})", " ", text)
    text = re.sub(r"(?<=[a-z,;] )\|(?= [a-z])", "I", text)
    text = re.sub(r"\b(the|of|in|to|and|for|at|by|or|as|an)\.(?: (?=[a-z])|(?=\w))", r"\1 ", text)
    text = re.sub(r"(?<=[a-z])'(?=[A-Z]{2})|(?<=\d)\.(?=[NSEW]\. )", " ", text)
    text = re.sub(r"(?<=\w)\.\.(?=\d)", ". ", text)
    # A year whose figures were typed apart is the whole of a value.
    text = re.sub(r"^([12]) ?([90]) ?(\d) ?(\d)$", r"\1\2\3\4", text)
    # No word is a lone small l.
    return re.sub(r"(?<!\S)l(?= [a-z])", "1", text)


def _spaced(found: re.Match[str]) -> str:
    """A word and a blank in place of its stop, unless it is of an address of the net."""
    before = found.string[: found.start()]
    return found[0] if before.endswith((".", "@", "/")) else f"{found[1]} "


def _ordinal(number: int) -> str:
    return "th" if 10 < number % 100 < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _without_specks(text: str) -> str:
    """Running text without what dust adds at the ends of lines: a stop where the sentence goes on, strokes alone."""
    text = re.sub(r"(?<![^\s])[~_|]+|[~_|]+(?![^\s])", "", text)
    # What is left free of a line is filled with dashes.
    text = re.sub(r"^[-\u2013\u2014]{2,}\s*(?=\w)|(?<=\w)\s*[-\u2013\u2014]{2,}$", "", text)
    text = re.sub(rf"\b(?!{_SHORTENED}\.)([A-Za-z]?[a-z]{{3,}})\. (?=[a-z]{{2}})", r"\1 ", text)
    text = re.sub(r"\b(Inc|Corp)[:;,]$", r"\1.", text)
    return normalise_text(re.sub(r"\b(?!(?:etc|inc|ltd|no|vs)\.)([a-z]{2,})\.\n(?=[a-z])", r"\1\n", text))


def _with_stops(name: str) -> str:
    """A name with commas and full stops told apart by what stands beside them; small print makes them alike."""
    name = re.sub(rf"\b({_COMPANIES}),$", r"\1.", name)
    # No name ends in a comma, and none stands behind these; what a typist sets for a signature is "/s/".
    name = re.sub(r"[\s,;:]+$|(?<=\b(?:by|as|of))[.,]+(?=\s)|(?<=\b(?:for|the))[.,]+(?=\s)", "", name)
    name = re.sub(r"^['/|lI]?s[/f]\s(?=[A-Z])", "/s/ ", name)
    name = re.sub(rf"(?<=\w\w\w)\.(?=\s({_COMPANIES}|LLC|L\.L\.C|N\.A|[JS]r\.)(?!\w))", ",", name)
    name = re.sub(
        r"(?<=\w\w\w)(?<!\bJr)(?<!\bSr)(?<!Esq)(?<!Inc)(?<!Ltd)(?<!Corp)\.(?=\s(as|by|for|[Aa]ttorney))", ",", name
    )
    # A lone capital inside a name is an initial.
    return re.sub(r"(?<=\w\s)([A-Z]),(?=\s[A-Z][a-z])", r"\1.", name)


def normalise_text(text: str) -> str:
    """Text with straight quotes and without ligatures, idle spaces and blank lines; line breaks are kept."""
    text = text.translate(_STRAIGHT).replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"[^\S\n]+", " ", text)
    # OCR sets a space before a stop or inside a parenthesis; no typist does.
    text = re.sub(r"(?<=\w) ([,.;]+)(?= |$)", r"\1", text, flags=re.MULTILINE)
    text = re.sub(r"(?<=[([]) | (?=[)\]])", "", text)
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def _checkbox(text: str) -> Typed:
    mark = " ".join(text.split()).lower()
    if mark in _UNTICKED:
        return Typed(False, 1.0)
    return Typed(True, 1.0 if mark in _TICKED else 0.5)


def _code(text: str, values: tuple[str, ...]) -> Typed:
    """The one entry of the vocabulary that the text can be meant as."""
    if not values:
        # Codes without a vocabulary (ticker symbols, licence numbers) are written in capitals.
        return Typed(text.upper(), 1.0)
    if text in values:
        return Typed(text, 1.0)
    bare = text.strip(" .,;:'\"`()_-~*|") or text
    if bare in values:
        return Typed(bare, 0.9)
    same = [v for v in values if v.casefold() == bare.casefold()]
    alike = [v for v in values if v.translate(_SKELETON) == bare.translate(_SKELETON)]
    if len(alike) == 1 and (same == alike or not same):
        return Typed(alike[0], 0.95 if same else 0.6)
    if len(same) == 1:
        # A lower-case l is a misread I oftener than a small L; where the vocabulary has both, doubt remains.
        return Typed(same[0], 0.3 if alike else 0.95)
    near = [v for v in values if len(v) >= 4 and OSA.distance(v.casefold(), bare.casefold()) <= len(v) // 4]
    return Typed(near[0], 0.5) if len(near) == 1 else Typed(text, 0.0)
