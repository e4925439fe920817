"""Numbers and amounts of money as printed: thousands separators, currency signs, and what OCR makes of them."""

from __future__ import annotations

import re

LOOKALIKES = str.maketrans("OoQDIl|i!ZzSsGbBgqAT?", "000011111225566899477")
"""What OCR reads for a digit, and the digit; to be applied only where the rest is numeric."""

_CURRENCY = re.compile(r"US\s?\$|USD|[$£€§]", re.IGNORECASE)
_SHAPE = re.compile(r"-?[\d.,]*\d[\d.,]*")


def parse_number(text: str) -> tuple[str, float]:
    """The number as a plain decimal string without idle zeros, and how far the print bears it out (0 to 1).

    ("", 0.0) where the text is no number.
    """
    body = text.replace("\u2212", "-").replace("\u2013", "-").strip().strip("'\"`_~:;*").strip()
    if re.fullmatch(r"-\s*[0O]\s*-", body):  # The typist's zero.
        return "0", 1.0
    if body != "$0" and re.fullmatch(
        r"[S$§]\s?[oO0][)\]]?", body
    ):  # A free grant's price, too short for Tesseract to know a digit.
        return "0", 0.6
    valid = 1.0
    body, currency = _take_currency(body)
    if not currency and re.match(r"[Ss]\s?(\d|\.\d)", body) and not re.match(r"[Ss]0\d", body):
        body, valid, currency = body[1:].strip(), 0.6, True
    if body.endswith("%"):
        body = body[:-1].rstrip()
    body, share = _mend_digits(body, currency)
    valid *= share
    body, share = _close_gaps(body)
    valid *= share
    if not _SHAPE.fullmatch(body):
        return "", 0.0
    # Nobody prints idle zeros behind a broken number of shares: the point was a comma.
    if not currency and re.fullmatch(r"-?[1-9]\d{0,2}\.\d\d0", body):
        body, valid = body.replace(".", ","), valid * 0.6
    sign, body = ("-", body[1:]) if body.startswith("-") else ("", body)
    whole, fraction, share = _split_groups(body)
    return _canonical(sign, whole, fraction), valid * share


def _take_currency(body: str) -> tuple[str, bool]:
    """The text without the currency sign before or behind it, and whether there was one."""
    if found := _CURRENCY.match(body):
        return body[found.end() :].lstrip(" .") if body[found.end() :].startswith(" ") else body[found.end() :], True
    tail = re.search(r"(US\s?\$|USD|[$£€])$", body, re.IGNORECASE)
    return (body[: tail.start()].rstrip(), True) if tail else (body, False)


def _mend_digits(body: str, currency: bool) -> tuple[str, float]:
    """Letters that look like digits as digits, where the rest is numeric; 0.8 of the validity for each."""
    genuine = sum(c.isdigit() for c in body)
    strange = [c for c in body if not c.isdigit() and c not in "., -"]
    mended = body.translate(LOOKALIKES)
    if not strange or not re.fullmatch(r"[\d., -]+", mended):
        return body, 1.0
    # A zero is read as O more readily than anything else as a letter: '1O,OOO' is still a number.
    zeros = genuine > 0 and set(strange) <= set("Oo")
    if genuine < len(strange) and not zeros and not (currency and len(strange) == 1):
        return body, 1.0
    return mended, 0.8 ** len(strange)


def _close_gaps(body: str) -> tuple[str, float]:
    """The text without spaces inside: those beside separators and between groups of three are the printer's."""
    closed = re.sub(r"^-\s+", "-", body)
    closed = re.sub(r"\s*([.,])\s*", r"\1", closed)
    if " " not in closed:
        return closed, 1.0 if closed == body else 0.95
    grouped = re.fullmatch(r"-?\d{1,3}(?:[ ,]\d{3})+(?:\.\d+)?", closed) is not None
    return re.sub(r"\s+", "" if not grouped else ",", closed), 0.9 if grouped else 0.4


def _split_groups(body: str) -> tuple[str, str, float]:
    """Whole part, fraction and validity of digits with points and commas."""
    valid = 1.0
    if body[-1] in ".,":
        body, valid = body.rstrip(".,"), 0.85
    if re.search(r"[.,]{2}", body):
        body, valid = re.sub(r"([.,])[.,]+", r"\1", body), 0.5
    parts, separators = re.split(r"[.,]", body), re.findall(r"[.,]", body)
    if not separators:
        return body, "", valid * _leading(body)
    last, head = parts[-1], parts[:-1]
    threes = 1 <= len(parts[0]) <= 3 and all(len(p) == 3 for p in parts[1:])
    head_threes = len(head) == 1 or (1 <= len(parts[0]) <= 3 and all(len(p) == 3 for p in head[1:]))
    commas, points = separators.count(","), separators.count(".")
    if separators[-1] == "." and points == 1:
        return "".join(head), last, valid * _leading(parts[0]) * (1.0 if head_threes else 0.3)
    if points == 0:
        if threes:
            return "".join(parts), "", valid * (0.3 if parts[0].startswith("0") else 1.0)
        if commas == 1 and len(last) <= 2 and parts[0]:  # Nothing but a point leaves one or two digits behind it.
            return parts[0], last, valid * 0.4
        return "".join(parts), "", valid * 0.3
    if threes:  # Points where the commas belong, '1.353.008': all groups bear it out.
        return "".join(parts), "", valid * 0.6
    if head_threes and len(last) != 3:
        return "".join(head), last, valid * 0.4
    return "".join(parts), "", valid * 0.1


def _leading(first: str) -> float:
    """Amounts are not printed with idle zeros in front: 0.5 and .5 are, 007 is not."""
    return 0.5 if len(first) > 1 and first.startswith("0") else 1.0


def _canonical(sign: str, whole: str, fraction: str) -> str:
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    number = f"{whole}.{fraction}" if fraction else whole
    return number if number == "0" else sign + number
