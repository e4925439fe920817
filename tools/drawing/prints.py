"""What the prints of the ownership forms say: their headings, questions, columns. "a|b": wordings, the first usual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Column:
    """A printed column of a table.

    group: the head above several. css: of its cells. own: class of what is typed; "" the table's. side: the (A) or (D)
    column of one value.
    """

    name: str
    label: str
    group: str = ""
    css: str = ""
    own: str = ""
    side: str = ""


@dataclass(frozen=True, slots=True)
class FormPrint:
    """One form. boxes: checkboxes at its top, name and label. asks: its numbered questions on EDGAR's page; other, old:
    on other prints and on old ones. widths: of columns, in percent; edgar_widths: where EDGAR sets them.
    event: whether it asks for the date of one event, in a column of its own. lessons: how many filings to draw and read
    to learn from (0: it uses the models of the form that it extends), and how many to learn the print's looks from.
    """

    form: str
    number: str
    titles: str
    omb: tuple[str, str]
    instruction: str
    boxes: tuple[tuple[str, str], ...]
    asks: Mapping[str, str]
    other: Mapping[str, str]
    old: Mapping[str, str]
    titles_one: tuple[str, ...]
    titles_two: tuple[str, ...]
    one: tuple[Column, ...]
    two: tuple[Column, ...]
    widths_one: tuple[float, ...]
    widths_two: tuple[float, ...]
    edgar_one: tuple[tuple[float, ...], ...]
    edgar_two: tuple[tuple[float, ...], ...] = ((),)
    event: bool = False
    lessons: tuple[int, int] = (100, 60)

    def table(self, name: str) -> tuple[Column, ...]:
        """The columns of the table of that name."""
        return self.one if name == "nonDerivative" else self.two

    def columns(self, name: str) -> frozenset[str]:
        """The names of a table's columns, with what an (A) and a (D) column tell together."""
        printed = self.table(name)
        told = {"transactionAcquiredDisposedCode"} if any(c.side for c in printed) else set()
        return frozenset({c.name for c in printed} | told)


_CODE, _SHARES = "transactionCode", "transactionShares"
_ITEMS = {
    "issuer": "2. Issuer Name <b>and</b> Ticker or Trading Symbol",
    "period": "3. Date of Earliest Transaction (Month/Day/Year)",
    "amendment": "4. If Amendment, Date of Original Filed (Month/Day/Year)",
    "relationship": "5. Relationship of Reporting Person(s) to Issuer<br>(Check all applicable)",
    "filed_by": "6. Individual or Joint/Group Filing (Check Applicable Line)",
}
_OTHER_ITEMS = _ITEMS | {
    "issuer": "2. Issuer Name and Ticker or Trading Symbol|2. Issuer Name <b>and</b> Ticker or Trading Symbol",
    "period": "3. Date of Earliest Transaction (Month/Day/Year)|"
    "3. Date of Earliest Transaction Required to be Reported (Month/Day/Year)",
    "amendment": "4. If Amendment, Date of Original Filed (Month/Day/Year)|"
    "4. If Amendment, Date Original Filed (Month/Day/Year)",
    "relationship": "5. Relationship of Reporting Person(s) to Issuer (Check all applicable)",
}
_OLD_ITEMS = _OTHER_ITEMS | {
    "period": "4. Statement for (Month/Day/Year)|4. Statement for Month/Day/Year",
    "amendment": "5. If Amendment, Date of Original (Month/Day/Year)",
    "relationship": "6. Relationship of Reporting Person(s) to Issuer (Check all applicable)",
    "filed_by": "7. Individual or Joint/Group Filing (Check Applicable Line)",
}
_EXIT = (
    "notSubjectToSection16",
    "Check this box if no longer subject to Section 16. Form 4 or Form 5 obligations may continue. "
    "<i>See</i> Instruction 1(b).",
)
_PLAN = (
    "aff10b5One",
    "Check this box to indicate that a transaction was made pursuant to a contract, instruction or written plan for "
    "the purchase or sale of equity securities of the issuer that is intended to satisfy the affirmative defense "
    "conditions of Rule 10b5-1(c). See Instruction 10.",
)
_TABLE_ONE = "Non-Derivative Securities Acquired, Disposed of, or Beneficially Owned"
_TABLE_TWO = "Derivative Securities Acquired, Disposed of, or Beneficially Owned"
_FORMS_OF_TWO = (
    "(e.g., puts, calls, warrants, options, convertible securities)",
    "(<i>e.g.</i>, puts, calls, warrants, options, convertible securities)",
)


def _titles_one(text: str) -> tuple[str, ...]:
    return f"Table I - {text}", f"Table I \u2014 {text}", f"TABLE I - {text}"


def _titles_two(text: str) -> tuple[str, ...]:
    return f"Table II - {text}<br>{_FORMS_OF_TWO[0]}", f"Table II \u2014 {text}<br>{_FORMS_OF_TWO[1]}"


_TRADED = (
    "4. Securities Acquired (A) or Disposed Of (D) (Instr. 3, 4 and 5)|"
    "4. Securities Acquired (A) or Disposed of (D) (Instr. 3, 4 and 5)"
)
_NUMBER = "5. Number of Derivative Securities Acquired (A) or Disposed of (D) (Instr. 3, 4 and 5)"
_DATES = "6. Date Exercisable and Expiration Date (Month/Day/Year)"
_UNDER = (
    "7. Title and Amount of Securities Underlying Derivative Security (Instr. 3 and 4)|"
    "7. Title and Amount of Underlying Securities (Instr. 3 and 4)"
)
_CODE_ONE = "3. Transaction Code (Instr. 8)|3. Trans. Code (Instr. 8)"
_CODE_TWO = "4. Transaction Code (Instr. 8)|4. Trans. Code (Instr. 8)"


def _table_one(codes: tuple[Column, ...], owned: str) -> tuple[Column, ...]:
    return (
        Column("securityTitle", "1. Title of Security (Instr. 3)|1.Title of Security (Instr. 3)", css="words"),
        Column(
            "transactionDate",
            "2. Transaction Date (Month/Day/Year)|2. Trans. Date (Month/Day/Year)|2. Transaction Date (mm/dd/yyyy)",
        ),
        Column("deemedExecutionDate", "2A. Deemed Execution Date, if any (Month/Day/Year)"),
        *codes,
        Column(_SHARES, "Amount", _TRADED, "amount"),
        Column("transactionAcquiredDisposedCode", "(A) or (D)", _TRADED),
        Column("transactionPricePerShare", "Price", _TRADED, "amount"),
        Column("sharesOwnedFollowingTransaction", owned, css="amount"),
        Column("directOrIndirectOwnership", "6. Ownership Form: Direct (D) or Indirect (I) (Instr. 4)"),
        Column("natureOfOwnership", "7. Nature of Indirect Beneficial Ownership (Instr. 4)", css="words"),
    )


def _table_two(codes: tuple[Column, ...], owned: str) -> tuple[Column, ...]:
    return (
        Column(
            "securityTitle",
            "1. Title of Derivative Security (Instr. 3)|1.Title of Derivative Security (Instr. 3)",
            css="words",
        ),
        Column("conversionOrExercisePrice", "2. Conversion or Exercise Price of Derivative Security", css="amount"),
        Column("transactionDate", "3. Transaction Date (Month/Day/Year)|3. Trans. Date (Month/Day/Year)"),
        Column("deemedExecutionDate", "3A. Deemed Execution Date, if any (Month/Day/Year)"),
        *codes,
        Column(_SHARES, "(A)", _NUMBER, "amount", side="A"),
        Column(_SHARES, "(D)", _NUMBER, "amount", side="D"),
        Column("exerciseDate", "Date Exercisable", _DATES),
        Column("expirationDate", "Expiration Date", _DATES),
        Column("underlyingSecurityTitle", "Title", _UNDER, "words under"),
        Column("underlyingSecurityShares", "Amount or Number of Shares", _UNDER, "amount", "underlying"),
        Column("transactionPricePerShare", "8. Price of Derivative Security (Instr. 5)", css="amount"),
        Column("sharesOwnedFollowingTransaction", owned, css="amount"),
        Column(
            "directOrIndirectOwnership",
            "10. Ownership Form: Direct (D) or Indirect (I) (Instr. 4)|"
            "10. Ownership Form of Derivative Security: Direct (D) or Indirect (I) (Instr. 4)",
        ),
        Column("natureOfOwnership", "11. Nature of Indirect Beneficial Ownership (Instr. 4)", css="words"),
    )


FORM_4 = FormPrint(
    form="sec-form-4",
    number="4",
    titles="STATEMENT OF CHANGES IN BENEFICIAL OWNERSHIP|STATEMENT OF CHANGES IN BENEFICIAL OWNERSHIP OF SECURITIES",
    omb=("3235-0287", "0.5"),
    instruction="4",
    boxes=(_EXIT, _PLAN),
    asks=_ITEMS,
    other=_OTHER_ITEMS,
    old=_OLD_ITEMS,
    titles_one=_titles_one(_TABLE_ONE),
    titles_two=_titles_two(_TABLE_TWO),
    one=_table_one(
        (
            Column(_CODE, "Code", _CODE_ONE, own="small"),
            Column("transactionTimeliness", "V", _CODE_ONE, own="small"),
        ),
        "5. Amount of Securities Beneficially Owned Following Reported Transaction(s) (Instr. 3 and 4)|"
        "5. Amount of Securities Beneficially Owned Following Reported Transactions (Instr. 3 and 4)",
    ),
    two=_table_two(
        (Column(_CODE, "Code", _CODE_TWO), Column("transactionTimeliness", "V", _CODE_TWO)),
        "9. Number of derivative Securities Beneficially Owned Following Reported Transaction(s) (Instr. 4)|"
        "9. Number of Derivative Securities Beneficially Owned Following Reported Transaction(s) (Instr. 4)",
    ),
    widths_one=(24, 10, 10, 5, 3, 9, 5, 8, 12, 7, 10),
    widths_two=(10, 7, 8, 8, 4, 3, 6, 6, 8, 8, 9, 7, 6, 8, 5, 7),
    edgar_one=((29,), (26,), (22,)),
    lessons=(300, 90),
)
_YEAR_END = "3. Statement for Issuer's Fiscal Year Ended (Month/Day/Year)"
_YEAR_MONTH = "4. Statement for Month/Year|4. Statement for (Month/Year)"
FORM_5 = replace(
    FORM_4,
    form="sec-form-5",
    number="5",
    titles="ANNUAL STATEMENT OF CHANGES IN BENEFICIAL OWNERSHIP|"
    "ANNUAL STATEMENT OF CHANGES IN BENEFICIAL OWNERSHIP OF SECURITIES|"
    "ANNUAL STATEMENT OF BENEFICIAL OWNERSHIP OF SECURITIES",
    omb=("3235-0362", "1.0"),
    boxes=(
        _EXIT,
        ("form3HoldingsReported", "Form 3 Holdings Reported."),
        ("form4TransactionsReported", "Form 4 Transactions Reported."),
    ),
    asks=_ITEMS | {"period": _YEAR_END},
    other=_OTHER_ITEMS | {"period": _YEAR_END},
    old=_OLD_ITEMS | {"period": _YEAR_MONTH},
    one=_table_one(
        (Column(_CODE, _CODE_ONE, own="small"),),
        "5. Amount of Securities Beneficially Owned at end of Issuer's Fiscal Year (Instr. 3 and 4)|"
        "5. Amount of Securities Beneficially Owned at End of Issuer's Fiscal Year (Instr. 3 and 4)",
    ),
    two=_table_two(
        (Column(_CODE, _CODE_TWO),),
        "9. Number of derivative Securities Beneficially Owned at End of Issuer's Fiscal Year (Instr. 4)|"
        "9. Number of Derivative Securities Beneficially Owned at End of Year (Instr. 4)",
    ),
    # Its classifier and confidence are Form 4's, whose tables it has.
    lessons=(0, 60),
    widths_one=(24, 10, 10, 6, 9, 5, 8, 12, 7, 10),
    widths_two=(10, 7, 8, 8, 5, 6, 6, 8, 8, 9, 7, 6, 8, 5, 7),
)
_EVENT_ITEMS = {
    "issuer": "3. Issuer Name <b>and</b> Ticker or Trading Symbol",
    "period": "2. Date of Event Requiring Statement (Month/Day/Year)",
    "amendment": "5. If Amendment, Date of Original Filed (Month/Day/Year)",
    "relationship": "4. Relationship of Reporting Person(s) to Issuer<br>(Check all applicable)",
    "filed_by": "6. Individual or Joint/Group Filing (Check Applicable Line)",
}
_OTHER_EVENT_ITEMS = _EVENT_ITEMS | {
    "issuer": "3. Issuer Name and Ticker or Trading Symbol|3. Issuer Name <b>and</b> Ticker or Trading Symbol",
    "amendment": "5. If Amendment, Date of Original Filed (Month/Day/Year)|"
    "5. If Amendment, Date Original Filed (Month/Day/Year)",
    "relationship": "4. Relationship of Reporting Person(s) to Issuer (Check all applicable)",
}
_EVENT_DATES = "2. Date Exercisable and Expiration Date (Month/Day/Year)"
_EVENT_UNDER = (
    "3. Title and Amount of Securities Underlying Derivative Security (Instr. 4)|"
    "3. Title and Amount of Underlying Securities (Instr. 4)"
)
FORM_3 = FormPrint(
    form="sec-form-3",
    number="3",
    titles="INITIAL STATEMENT OF BENEFICIAL OWNERSHIP OF SECURITIES",
    omb=("3235-0104", "0.5"),
    instruction="5",
    boxes=(),
    asks=_EVENT_ITEMS,
    other=_OTHER_EVENT_ITEMS,
    old=_OTHER_EVENT_ITEMS
    | {
        "issuer": "4. Issuer Name and Ticker or Trading Symbol",
        "relationship": "5. Relationship of Reporting Person(s) to Issuer (Check all applicable)",
        "amendment": "6. If Amendment, Date of Original (Month/Day/Year)",
        "filed_by": "7. Individual or Joint/Group Filing (Check Applicable Line)",
    },
    titles_one=_titles_one("Non-Derivative Securities Beneficially Owned"),
    titles_two=_titles_two("Derivative Securities Beneficially Owned"),
    one=(
        Column("securityTitle", "1. Title of Security (Instr. 4)|1.Title of Security (Instr. 4)", css="words"),
        Column(
            "sharesOwnedFollowingTransaction", "2. Amount of Securities Beneficially Owned (Instr. 4)", css="amount"
        ),
        Column("directOrIndirectOwnership", "3. Ownership Form: Direct (D) or Indirect (I) (Instr. 5)"),
        Column("natureOfOwnership", "4. Nature of Indirect Beneficial Ownership (Instr. 5)", css="words"),
    ),
    two=(
        Column(
            "securityTitle",
            "1. Title of Derivative Security (Instr. 4)|1.Title of Derivative Security (Instr. 4)",
            css="words",
        ),
        Column("exerciseDate", "Date Exercisable", _EVENT_DATES),
        Column("expirationDate", "Expiration Date", _EVENT_DATES),
        Column("underlyingSecurityTitle", "Title", _EVENT_UNDER, "words under"),
        Column("underlyingSecurityShares", "Amount or Number of Shares", _EVENT_UNDER, "amount"),
        Column("conversionOrExercisePrice", "4. Conversion or Exercise Price of Derivative Security", css="amount"),
        Column(
            "directOrIndirectOwnership",
            "5. Ownership Form: Direct (D) or Indirect (I) (Instr. 5)|"
            "5. Ownership Form of Derivative Security: Direct (D) or Indirect (I) (Instr. 5)",
        ),
        Column("natureOfOwnership", "6. Nature of Indirect Beneficial Ownership (Instr. 5)", css="words"),
    ),
    widths_one=(42, 20, 12, 26),
    widths_two=(26, 9, 9, 18, 9, 9, 8, 14),
    edgar_one=((44, 19, 11, 26), (44, 19, 11, 26), (40, 20, 12, 28)),
    edgar_two=((29, 8, 8, 15, 7, 8, 9, 15), (29, 8, 8, 15, 7, 8, 9, 15), ()),
    event=True,
    lessons=(300, 60),
)
FORMS: Mapping[str, FormPrint] = {p.form: p for p in (FORM_4, FORM_3, FORM_5)}
"""By id; the one most often filed first."""
