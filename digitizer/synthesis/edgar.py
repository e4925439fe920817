"""Form 4 as EDGAR shows it in a browser and a browser prints it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from digitizer.synthesis.entries import Typing, cell_entry, find_dollar_shares, type_date
from digitizer.synthesis.filings import Filing
from digitizer.synthesis.render import Paper
from digitizer.synthesis.sheet import BLACK, Inks, Sheet

Record = Mapping[str, Any]

STYLE = """
*{{-webkit-print-color-adjust:exact}}
body{{background:#fff;margin:8px;font-family:{serif};font-size:16px;color:#000}}
table{{border-spacing:0}}
hr{{border:1px inset gray;margin:.5em auto}}
u{{text-decoration:underline}}
.box{{border:{box}px solid #000;display:inline-block;width:4px;height:{boxheight}px;padding:0;vertical-align:middle}}
.tick{{border-width:{box}px;border-style:{boxstyle};padding:0 3px;font:13px {serif};text-align:center}}
.form{{font:bold 18px {sans}}} .head{{font:bold 16px {sans}}} .sub{{font:13px {sans}}}
.t{{font:{label}px {sans}}} .s{{font:10px {sans}}} .b{{font:bold {label}px {sans}}} .h{{font:bold 10px {sans}}}
.d{{font:13px {serif}}} .sd{{font:10px {serif}}} .n{{font:16px {serif}}} .fn{{font:10px {serif}}}
.dollar{{font:13px {sans}}} .marker{{font:10px {serif};vertical-align:super;line-height:0}}
.rem{{font:bold 14px {sans}}}
table.g{{width:100%;border:1px {rule};border-color:gray}} table.g>*>tr>td,table.g>*>tr>th{{border:1px {cell};
 border-color:gray;padding:{pad}px;text-align:left;vertical-align:top}}
td.c{{text-align:center!important;vertical-align:middle!important}} td.m{{vertical-align:middle!important}}
table.g>*>tr>th.e{{vertical-align:bottom}}
"""


@dataclass(frozen=True, slots=True)
class EdgarPrint:
    """What differs between prints of EDGAR's page."""

    paper: Paper
    inks: Inks
    style: str
    typing: Typing
    wide: bool
    old_box: bool


def choose_print(rng: Random, filing: Filing) -> EdgarPrint:
    """One browser's way to print the page."""
    side, top = rng.choice(((0.4, 0.4), (0.4, 0.4), (0.25, 0.5), (0.5, 0.75), (0.3, 0.3)))
    blue, green = (0, 0, 240), (0, 128, 0)
    inks = rng.choice((Inks(blue, BLACK, green, blue), Inks(), Inks((16, 16, 16), BLACK, (64, 64, 64), (64, 64, 64))))
    serif = rng.choice(("Liberation Serif",) * 4 + ("DejaVu Serif",))
    sans = rng.choice(("Liberation Sans",) * 6 + ("DejaVu Sans Condensed",))
    rules = rng.choice((("outset", "inset"),) * 3 + (("solid", "solid"),))
    shares: frozenset[str] = frozenset()
    for table, rows in filing.truth["tables"].items():
        shares |= find_dollar_shares(rows, table, rng)
    style = STYLE.format(
        serif=f"'{serif}'",
        sans=f"'{sans}'",
        box=rng.choice((1, 2)),
        boxheight=rng.choice((14, 16)),
        boxstyle="outset",
        label=rng.choice((11, 12, 12)),
        rule=rules[0],
        cell=rules[1],
        pad=rng.choice((3, 4, 4, 5)),
    )
    marker = Typing(dollar="dollar", dollar_shares=shares, places=0)
    return EdgarPrint(
        Paper(margins=(top, side, top, side)), inks, style, marker, rng.random() < 0.3, rng.random() < 0.5
    )


def write_edgar(filing: Filing, rng: Random) -> tuple[str, Sheet, Paper]:
    """The HTML of a filing, the sheet that keyed its texts, and the paper to print it on."""
    choice = choose_print(rng, filing)
    sheet = Sheet(choice.inks)
    fields = filing.truth["fields"]
    body = "".join(
        (
            f'<div style="margin-left:-1px">{sheet.label("SEC Form 4", "n")}</div>',
            _header(sheet, fields),
            _first_block(sheet, fields),
            _table_one(sheet, filing.truth["tables"]["nonDerivative"], choice),
            _table_two(sheet, filing.truth["tables"]["derivative"], choice),
            "".join(_owner_table(sheet, owner, index) for index, owner in enumerate(filing.truth["owners"])),
            _closing(sheet, filing),
        )
    )
    page = f"<!DOCTYPE html><html><head><style>{choice.style}</style></head><body>{body}</body></html>"
    return page, sheet, choice.paper


def _header(sheet: Sheet, fields: Record) -> str:
    boxes = [
        (
            "notSubjectToSection16",
            "Check this box if no longer subject to Section 16. Form 4 or Form 5 obligations may continue. "
            "<i>See</i> Instruction 1(b).",
        )
    ]
    if "aff10b5One" in fields:
        boxes.append(
            (
                "aff10b5One",
                "Check this box to indicate that a transaction was made pursuant to a contract, instruction or written "
                "plan for the purchase or sale of equity securities of the issuer that is intended to satisfy the "
                "affirmative defense conditions of Rule 10b5-1(c). See Instruction 10.",
            )
        )
    rows = "".join(
        f'<tr><td style="padding:0 5px 0 7px">{_tall_box(sheet, name, fields[name])}</td>'
        f'<td style="padding-bottom:6px;line-height:10.5px">{sheet.label(text, "s")}</td></tr>'
        for name, text in boxes
    )
    omb = "".join(
        f'<tr><td style="padding:2px 4px">{sheet.label(text, "s")}</td>'
        f'<td style="padding:2px 4px;text-align:right">{sheet.label(more, "s") if more else ""}</td></tr>'
        for text, more in (
            ("OMB Number:", "3235-0287"),
            ("Estimated average burden", ""),
            ("hours per response:", "0.5"),
        )
    )
    return f"""<table style="width:100%"><tr>
<td style="width:20%;vertical-align:top"><div style="text-align:center;margin:2px 0 9px">{sheet.label("FORM 4", "form")}
</div><table>{rows}</table></td>
<td style="width:60%;text-align:center"><div>{sheet.label("UNITED STATES SECURITIES AND EXCHANGE COMMISSION", "head")}
</div><div style="line-height:11px">{sheet.label("Washington, D.C. 20549", "s")}</div><div style="margin:18px 0 16px">
{sheet.label("STATEMENT OF CHANGES IN BENEFICIAL OWNERSHIP", "head")}</div><div style="line-height:11px">
{sheet.label("Filed pursuant to Section 16(a) of the Securities Exchange Act of 1934<br>or Section 30(h) of the Investment Company Act of 1940", "s")}</div></td>
<td style="width:20%;vertical-align:top"><table class="g"><tr><td style="text-align:center">
{sheet.label("OMB APPROVAL", "t")}</td></tr><tr><td style="padding:0"><table style="width:100%">{omb}</table></td></tr>
</table></td></tr></table>"""


def _tall_box(sheet: Sheet, name: str, ticked: bool) -> str:
    outline = sheet.colour("", "box", name, (0, 0, 0))
    inner = sheet.entry("X", name, "d") if ticked else '<span class="d">&nbsp;</span>'
    width = "" if ticked else "width:1px;"
    return (
        f'<div class="tick" style="{width}border-style:solid;border-color:{outline}">{inner if ticked else inner}</div>'
    )


def _first_block(sheet: Sheet, fields: Record) -> str:
    amended = sheet.entry(type_date(fields["dateOfOriginalSubmission"]), "dateOfOriginalSubmission", "d")
    ticker = fields["issuerTradingSymbol"]
    return f"""<table class="g"><tr><td rowspan="3" style="width:35%">{_owner(sheet, fields, "")}</td>
<td style="width:35%">{sheet.label("2. Issuer Name <b>and</b> Ticker or Trading Symbol", "t")}<br>
<u>{sheet.entry(fields["issuerName"], "issuerName", "n")}</u> {sheet.label("[", "n")} 
{sheet.entry(ticker, "issuerTradingSymbol", "d")} {sheet.label("]", "n")}</td>
<td rowspan="2">{_relationship(sheet, fields)}</td></tr>
<tr><td>{sheet.label("3. Date of Earliest Transaction (Month/Day/Year)", "t")}<br>
{sheet.entry(type_date(fields["periodOfReport"]), "periodOfReport", "d")}</td></tr>
<tr><td>{sheet.label("4. If Amendment, Date of Original Filed (Month/Day/Year)", "t")}<br>{amended}</td>
<td>{_filing_by(sheet, fields)}</td></tr></table>"""


def _owner(sheet: Sheet, fields: Record, prefix: str) -> str:
    def row(*cells: str) -> str:
        widths = ("33%", "33%", "34%")
        return "".join(f'<td style="width:{w};padding:1px 3px">{c}</td>' for w, c in zip(widths, cells, strict=True))

    def entry(name: str) -> str:
        return sheet.entry(fields[name], prefix + name, "d")

    lines = "".join(
        f'<tr><td colspan="3" style="padding:1px 3px">{entry(name)}</td></tr>'
        for name in ("rptOwnerStreet1", "rptOwnerStreet2")
        if fields[name]
    )
    name = sheet.entry(fields["rptOwnerName"], prefix + "rptOwnerName", "n")
    return f"""{sheet.label("1. Name and Address of Reporting Person<sup>*</sup>", "t")}
<table style="width:100%"><tr><td style="padding:1px 3px"><u>{name}</u></td></tr></table><hr>
<table style="width:100%"><tr>{row(*(sheet.label(t, "t") for t in ("(Last)", "(First)", "(Middle)")))}</tr>{lines}
</table><hr>{sheet.label("(Street)", "t")}<table style="width:100%;margin-top:2px">
<tr>{row(entry("rptOwnerCity"), entry("rptOwnerState"), entry("rptOwnerZipCode"))}</tr></table><hr>
<table style="width:100%"><tr>{row(*(sheet.label(t, "t") for t in ("(City)", "(State)", "(Zip)")))}</tr></table>"""


def _relationship(sheet: Sheet, fields: Record) -> str:
    def tick(name: str) -> str:
        return f'<td style="width:13%;text-align:center">{sheet.entry("X" * fields[name], name, "d")}</td>'

    def words(text: str) -> str:
        return f'<td style="width:37%;padding:1px 2px;line-height:11px">{sheet.label(text, "t")}</td>'

    title = sheet.entry(fields["officerTitle"], "officerTitle", "n")
    other = sheet.entry(fields["otherText"], "otherText", "n")
    return f"""{sheet.label("5. Relationship of Reporting Person(s) to Issuer<br>(Check all applicable)", "t")}
<table style="width:100%"><tr>{tick("isDirector")}{words("Director")}{tick("isTenPercentOwner")}{words("10% Owner")}
</tr><tr>{tick("isOfficer")}{words("Officer (give title below)")}{tick("isOther")}{words("Other (specify below)")}</tr>
<tr><td></td><td style="padding:1px 2px;vertical-align:top">{title}</td><td></td><td style="vertical-align:top">{other}
</td></tr></table>"""


def _filing_by(sheet: Sheet, fields: Record) -> str:
    rows = "".join(
        f'<tr><td style="width:17%;text-align:center">{sheet.entry("X" * fields[name], name, "d")}</td>'
        f'<td style="padding:2px;line-height:11px">{sheet.label(text, "t")}</td></tr>'
        for name, text in (
            ("oneReportingPerson", "Form filed by One Reporting Person"),
            ("moreThanOneReportingPerson", "Form filed by More than One Reporting Person"),
        )
    )
    head = sheet.label("6. Individual or Joint/Group Filing (Check Applicable Line)", "t")
    return f'{head}<table style="width:100%">{rows}</table>'


def _owner_table(sheet: Sheet, owner: Record, index: int) -> str:
    block = _owner(sheet, owner, f"owners[{index}].")
    return f'<table class="g" style="width:40%"><tr><td>{block}</td></tr></table>'


def _heads(sheet: Sheet, heads: tuple[tuple[str, int, int], ...], css: str = "") -> str:
    """Header cells of (text, columns, rows)."""
    return "".join(
        f'<th colspan="{columns}" rowspan="{rows}" class="{css}" style="line-height:11px">{sheet.label(text, "h")}</th>'
        for text, columns, rows in heads
    )


def _table_one(sheet: Sheet, rows: list[Record], choice: EdgarPrint) -> str:
    def cell(index: int, name: str, css: str, place: str = "c") -> str:
        target = f"nonDerivative[{index}].{name}"
        content = cell_entry(sheet, rows[index].get(name, NO_CELL), target, choice.typing, css)
        return f'<td class="{place}">{content}</td>'

    body = "".join(
        "<tr>"
        + cell(i, "securityTitle", "d", "m")
        + "".join(
            cell(i, name, "sd" if name.endswith(("Code", "Timeliness")) and "A" not in name else "d") for name in ONE
        )
        + cell(i, "natureOfOwnership", "d", "m")
        + "</tr>"
        for i in range(len(rows))
    )
    title = sheet.label("Table I - Non-Derivative Securities Acquired, Disposed of, or Beneficially Owned", "b")
    return f"""<table class="g"><thead><tr><th colspan="11" style="text-align:center">{title}</th></tr>
<tr>{_heads(sheet, HEADS_ONE)}</tr><tr>{_heads(sheet, SUBHEADS_ONE)}</tr></thead><tbody>{body}</tbody></table>"""


def _table_two(sheet: Sheet, rows: list[Record], choice: EdgarPrint) -> str:
    def cell(index: int, name: str, css: str = "sd") -> str:
        target = f"derivative[{index}].{name}"
        content = cell_entry(sheet, rows[index].get(name, NO_CELL), target, choice.typing, css)
        return f'<td class="{"m" if name == "securityTitle" else "c"}">{content}</td>'

    def amounts(index: int) -> str:
        side = rows[index]["transactionAcquiredDisposedCode"]["value"]
        amount = cell(index, "transactionShares")
        return "<td></td>" + amount if side == "D" else amount + "<td></td>"

    def line(i: int) -> str:
        first = "".join(cell(i, name) for name in TWO[:6])
        shares = cell(i, "underlyingSecurityShares", "d" if not choice.wide else "sd")
        last = "".join(cell(i, name) for name in TWO[9:])
        return f"<tr>{first}{amounts(i)}{''.join(cell(i, name) for name in TWO[6:9])}{shares}{last}</tr>"

    body = "".join(line(i) for i in range(len(rows)))
    title = sheet.label(
        "Table II - Derivative Securities Acquired, Disposed of, or Beneficially Owned<br>"
        "(e.g., puts, calls, warrants, options, convertible securities)",
        "b",
    )
    return f"""<table class="g"><thead><tr><th colspan="16" style="text-align:center">{title}</th></tr>
<tr>{_heads(sheet, HEADS_TWO)}</tr><tr>{_heads(sheet, SUBHEADS_TWO, "e")}</tr></thead><tbody>{body}</tbody></table>"""


def _closing(sheet: Sheet, filing: Filing) -> str:
    truth = filing.truth
    notes = "".join(
        f'<div style="padding:2px 3px;line-height:10.5px">{sheet.label(name[1:] + ".", "fn", sheet.inks.note)} '
        f"{sheet.note(text, f'footnotes.{name}', 'fn')}</div>"
        for name, text in truth["footnotes"].items()
    )
    head = f'<div style="padding:2px 3px">{sheet.label("Explanation of Responses:", "h")}</div>' if notes else ""
    remarks = truth["fields"].get("remarks", "")
    said = ""
    if remarks:
        said = f"<div>{sheet.label('Remarks:', 'rem')}</div><div>{sheet.note(remarks, 'remarks', 'fn')}</div>"
    alone = "signatureName" in truth["fields"]
    signed = "".join(
        f'<tr><td style="width:58%"></td><td style="width:20%;padding:2px 3px"><u>'
        f'{sheet.entry(name, "signatureName" if alone else "", "d")}</u></td><td style="padding:2px 3px"><u>'
        f"{sheet.entry(type_date(day), 'signatureDate' if alone else '', 'd')}</u></td></tr>"
        for name, day in filing.signatures
    )
    last = "".join(f'<div style="padding:1px 3px">{sheet.label(text, css)}</div>' for text, css in LAST)
    return f"""{head}{notes}{said}<table style="width:100%">{signed}<tr><td></td><td style="padding:2px 3px">
{sheet.label("** Signature of Reporting Person", "s")}</td><td style="padding:2px 3px">{sheet.label("Date", "s")}</td></tr>
</table>{last}"""


NO_CELL: Record = {"value": "", "footnotes": []}

ONE = (
    "transactionDate",
    "deemedExecutionDate",
    "transactionCode",
    "transactionTimeliness",
    "transactionShares",
    "transactionAcquiredDisposedCode",
    "transactionPricePerShare",
    "sharesOwnedFollowingTransaction",
    "directOrIndirectOwnership",
)

TWO = (
    "securityTitle",
    "conversionOrExercisePrice",
    "transactionDate",
    "deemedExecutionDate",
    "transactionCode",
    "transactionTimeliness",
    "exerciseDate",
    "expirationDate",
    "underlyingSecurityTitle",
    "transactionPricePerShare",
    "sharesOwnedFollowingTransaction",
    "directOrIndirectOwnership",
    "natureOfOwnership",
)

HEADS_ONE = (
    ("1. Title of Security (Instr. 3)", 1, 2),
    ("2. Transaction Date (Month/Day/Year)", 1, 2),
    ("2A. Deemed Execution Date, if any (Month/Day/Year)", 1, 2),
    ("3. Transaction Code (Instr. 8)", 2, 1),
    ("4. Securities Acquired (A) or Disposed Of (D) (Instr. 3, 4 and 5)", 3, 1),
    ("5. Amount of Securities Beneficially Owned Following Reported Transaction(s) (Instr. 3 and 4)", 1, 2),
    ("6. Ownership Form: Direct (D) or Indirect (I) (Instr. 4)", 1, 2),
    ("7. Nature of Indirect Beneficial Ownership (Instr. 4)", 1, 2),
)
SUBHEADS_ONE = tuple((text, 1, 1) for text in ("Code", "V", "Amount", "(A) or (D)", "Price"))

HEADS_TWO = (
    ("1. Title of Derivative Security (Instr. 3)", 1, 2),
    ("2. Conversion or Exercise Price of Derivative Security", 1, 2),
    ("3. Transaction Date (Month/Day/Year)", 1, 2),
    ("3A. Deemed Execution Date, if any (Month/Day/Year)", 1, 2),
    ("4. Transaction Code (Instr. 8)", 2, 1),
    ("5. Number of Derivative Securities Acquired (A) or Disposed of (D) (Instr. 3, 4 and 5)", 2, 1),
    ("6. Date Exercisable and Expiration Date (Month/Day/Year)", 2, 1),
    ("7. Title and Amount of Securities Underlying Derivative Security (Instr. 3 and 4)", 2, 1),
    ("8. Price of Derivative Security (Instr. 5)", 1, 2),
    (
        "9. Number of derivative Securities Beneficially Owned Following Reported Transaction(s) (Instr. 4)",
        1,
        2,
    ),
    ("10. Ownership Form: Direct (D) or Indirect (I) (Instr. 4)", 1, 2),
    ("11. Nature of Indirect Beneficial Ownership (Instr. 4)", 1, 2),
)
SUBHEADS_TWO = tuple(
    (text, 1, 1)
    for text in (
        "Code",
        "V",
        "(A)",
        "(D)",
        "Date Exercisable",
        "Expiration Date",
        "Title",
        "Amount or Number of Shares",
    )
)

LAST = (
    (
        "Reminder: Report on a separate line for each class of securities beneficially owned directly or indirectly.",
        "s",
    ),
    ("* If the form is filed by more than one reporting person, <i>see</i> Instruction 4 (b)(v).", "s"),
    (
        "** Intentional misstatements or omissions of facts constitute Federal Criminal Violations <i>See</i> "
        "18 U.S.C. 1001 and 15 U.S.C. 78ff(a).",
        "s",
    ),
    (
        "Note: File three copies of this Form, one of which must be manually signed. If space is insufficient, "
        "<i>see</i> Instruction 6 for procedure.",
        "s",
    ),
    (
        "<b>Persons who respond to the collection of information contained in this form are not required to respond "
        "unless the form displays a currently valid OMB Number.</b>",
        "s",
    ),
)
