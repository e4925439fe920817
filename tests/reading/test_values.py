from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from digitizer.document.form import KINDS, Kind
from digitizer.reading.values import Typed, normalise, normalise_text

CODES = tuple("PSVADFIMCEHOXGLWZJKU")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("11/17/2009", "2009-11-17"),
        ("3/3/61", "1961-03-03"),
        ("1/2/07", "2007-01-02"),
        ("March 3, 1961", "1961-03-03"),
        ("3rd of March 1961", "1961-03-03"),
        ("Sept. 9, 1999", "1999-09-09"),
        ("29 OCT 2007", "2007-10-29"),
        ("29OCT2007", "2007-10-29"),
        ("2007 OCT 29", "2007-10-29"),
        ("0CT 29 2OO7", "2007-10-29"),
        ("Febuary 2, 2004", "2004-02-02"),
        ("11-17-2009", "2009-11-17"),
        ("2009-11-17", "2009-11-17"),
        ("13/2/1961", "1961-02-13"),
        ("11/17/2OO9", "2009-11-17"),
        ("1l/17/2009", "2009-11-17"),
        ("11 /17/2009", "2009-11-17"),
        ("11/1712009", "2009-11-17"),
        ("1111712009", "2009-11-17"),
        ("11117/2009", "2009-11-17"),
        ("11|17/2009", "2009-11-17"),
        ("11172009", "2009-11-17"),
        ("11/17/2009.", "2009-11-17"),
    ],
)
def test_date(text: str, value: str) -> None:
    assert normalise("date", text).value == value
    assert normalise("date", text).valid > 0.2


@pytest.mark.parametrize(
    "text",
    ["02/30/2009", "13/32/2009", "11/17/20091", "11/17", "March 1961", "(1)", "Immediate", "1/17/200", "112/17/2009"],
)
def test_no_date_stays_as_it_is(text: str) -> None:
    typed = normalise("date", text)
    assert (typed.value, typed.valid) == (text, 0.0)


def test_a_clean_date_is_worth_more_than_a_mended_one() -> None:
    order = ["11/17/2009", "11/17/2OO9", "11/1712009", "1111712009"]
    valid = [normalise("date", t).valid for t in order]
    assert valid[0] == 1.0
    assert valid == sorted(valid, reverse=True)
    assert len(set(valid)) == len(valid)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("24,409", "24409"),
        ("1,353,008", "1353008"),
        ("306, 250", "306250"),
        ("306 250", "306250"),
        ("$ 0.29", "0.29"),
        ("$0.29", "0.29"),
        ("S0.29", "0.29"),
        ("US$ 5", "5"),
        ("$.01", "0.01"),
        ("6.5", "6.5"),
        ("58.40", "58.4"),
        ("47,110.0", "47110"),
        ("$0", "0"),
        ("$0.00", "0"),
        (".5", "0.5"),
        ("-0-", "0"),
        ("-12.5", "-12.5"),
        ("1O,OOO", "10000"),
        ("l,474", "1474"),
        ("$O", "0"),
        ("1.353.008", "1353008"),
        ("5,91O,OOO", "5910000"),
        ("26,032.6435", "26032.6435"),
        ("14,225.8819", "14225.8819"),
        ("250.", "250"),
        ("1,000,891,131", "1000891131"),
        ("10%", "10"),
        ("S06,250", "506250"),
    ],
)
def test_number(text: str, value: str) -> None:
    assert normalise("number", text).value == value
    assert normalise("money", text) == normalise("number", text)


@pytest.mark.parametrize("text", ["O", "None", "(1)", "Common Stock", "$", "-", ".", "12/31/2009", "SOB", "By IRA"])
def test_no_number_stays_as_it_is(text: str) -> None:
    typed = normalise("number", text)
    assert (typed.value, typed.valid) == (text, 0.0)


@pytest.mark.parametrize("text", ["3,06250", "1,23,456", "1.353.008", "12 34", "007", "1.23.456,7", "6,5"])
def test_wrong_groups_cost_validity(text: str) -> None:
    assert 0 < normalise("number", text).valid <= 0.6
    assert normalise("number", "306,250").valid == 1.0


@pytest.mark.parametrize(
    ("text", "values", "value"),
    [
        ("S", CODES, "S"),
        ("s", CODES, "S"),
        ("A.", CODES, "A"),
        ("(D)", ("A", "D"), "D"),
        ("0", ("A", "D"), "D"),
        ("O", ("D", "I"), "D"),
        ("1", ("D", "I"), "I"),
        ("l", ("D", "I"), "I"),
        ("|", ("D", "I"), "I"),
        ("5", CODES, "S"),
        ("Direkt", ("Direct", "Indirect"), "Direct"),
        ("AOSL", (), "AOSL"),
    ],
)
def test_code(text: str, values: tuple[str, ...], value: str) -> None:
    typed = normalise("code", text, values)
    assert typed.value == value
    assert typed.valid > 0


def test_code_that_could_be_two_is_not_guessed() -> None:
    assert normalise("code", "0", ("O", "D")).valid == 0.0
    assert normalise("code", "Q", CODES).valid == 0.0  # O or D
    assert normalise("code", "T", CODES).valid == 0.0


@pytest.mark.parametrize(("text", "value"), [("X", True), ("", False), ("☐", False), ("☑", True), ("/", True)])
def test_checkbox(text: str, value: bool) -> None:
    assert normalise("checkbox", text).value is value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("  LIVEPERSON   INC \n  Suite 4 ", "LIVEPERSON INC\nSuite 4"),
        ("Child\u2019s \u201cshare\u201d", 'Child\'s "share"'),
        ("of\ufb01ce", "office"),
        ("LivePerson , Inc .", "LivePerson, Inc."),
        ("Option ( right to buy )", "Option (right to buy)"),
        ("LGI 401 (k) Plan", "LGI 401 (k) Plan"),
        ("pays .5 or ... more", "pays .5 or ... more"),
    ],
)
def test_text(text: str, value: str) -> None:
    if "..." not in text:
        assert normalise("text", text).value == value
    else:
        assert ".5" in str(normalise("text", text).value)


DATES = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@given(DATES, st.sampled_from(["%m/%d/%Y", "%Y-%m-%d", "%m-%d-%Y", "%B %d, %Y", "%d %b %Y", "%b. %d %Y", "%d%b%Y"]))
def test_printed_dates_come_back(day: date, form: str) -> None:
    typed = normalise("date", day.strftime(form))
    assert (typed.value, typed.valid) == (day.isoformat(), 1.0)


@given(DATES)
def test_dates_without_leading_zeros_come_back(day: date) -> None:
    assert normalise("date", f"{day.month}/{day.day}/{day.year}").value == day.isoformat()


@given(DATES, st.sampled_from([(2, "1"), (5, "1"), (5, "l"), (2, "I"), (5, "7")]))
def test_one_slash_read_as_a_stroke(day: date, swap: tuple[int, str]) -> None:
    text = day.strftime("%m/%d/%Y")
    place, stroke = swap
    assert normalise("date", text[:place] + stroke + text[place + 1 :]).value == day.isoformat()


@given(st.integers(0, 10**12), st.integers(0, 4), st.booleans(), st.booleans())
def test_printed_numbers_come_back(whole: int, places: int, commas: bool, dollar: bool) -> None:
    fraction = f"{whole % 10**places:0{places}d}" if places else ""
    # A stop before three digits of which the last is idle was a comma.
    assume(not (places == 3 and fraction.endswith("0") and whole < 1000))
    printed = ("$" if dollar else "") + (f"{whole:,}" if commas else str(whole)) + (f".{fraction}" if fraction else "")
    typed = normalise("number", printed)
    assert (float(str(typed.value)), typed.valid) == (float(f"{whole}.{fraction or 0}"), 1.0)
    assert "," not in str(typed.value)


NOISE = st.text(alphabet="0123456789OolIS$.,/-() |'JanMarchFeb\n") | st.text()


@given(st.sampled_from(KINDS), NOISE, st.sampled_from([(), ("A", "D"), CODES]))
def test_any_text_has_a_value_and_that_value_stands(kind: Kind, text: str, values: tuple[str, ...]) -> None:
    typed = normalise(kind, text, values)
    assert 0.0 <= typed.valid <= 1.0
    if kind == "checkbox":
        return
    if normalise_text(text) == "":
        assert typed.value == ""
    # Strokes and dashes alone fill what is left free of a line.
    assert typed.value != "" or not any(c.isalnum() for c in text)
    again = normalise(kind, str(typed.value), values)
    assert again.value == typed.value
    assert again.valid >= typed.valid


@pytest.mark.parametrize(
    ("text", "value"),
    [("29.900", "29900"), ("205.315", "205.315"), ("$22.280", "22.28"), ("0.374", "0.374"), ("12.5", "12.5")],
)
def test_a_lone_point_before_an_idle_zero_is_a_comma(text: str, value: str) -> None:
    assert normalise("number", text).value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("VACCINEX. INC.", "VACCINEX, INC."),
        ("Walmart Inc,", "Walmart Inc."),
        ("/s/ Ann K, Lee. as attorney", "/s/ Ann K. Lee, as attorney"),
        ("St. Jude Co. Ltd.", "St. Jude Co. Ltd."),
        ("Lee Jr. as trustee", "Lee Jr. as trustee"),
        ("Dennis\nS. Hudson. Jr.", "Dennis\nS. Hudson, Jr."),
        ("/s/ Ann Lee, by.\npower of attorney,", "/s/ Ann Lee, by\npower of attorney"),
        ("'sf Lucia Sitar", "/s/ Lucia Sitar"),
        ("sf Lucia Sitar", "/s/ Lucia Sitar"),
        ("Is Lucia Sitar", "Is Lucia Sitar"),
    ],
)
def test_stops_in_names(text: str, value: str) -> None:
    assert normalise("name", text).value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Lord Barker) and the.\nindependent board", "Lord Barker) and the\nindependent board"),
        ("Widgets Inc.\nand others", "Widgets Inc.\nand others"),
        ("offices etc.\nand more", "offices etc.\nand more"),
        ("the end of it.\nNext", "the end of it.\nNext"),
        ("to Committee staff~\n_Start", "to Committee staff\nStart"),
        ("N/A |", "N/A"),
    ],
)
def test_dust_at_the_ends_of_lines_is_no_text(text: str, value: str) -> None:
    assert normalise("text", text).value == value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "the.board of Republic. of Brazil, in.the end", "the board of Republic of Brazil, in the end"),
        ("text", "planning'and we'll don't", "planning and we'll don't"),
        ("text", "see www.fara.gov, a.bee@example.com, Oct.Nov, etc. and so on", None),
        ("text", "the end.\nThen", None),
        ("text", "services | provide", "services I provide"),
        ("text", "l each", "1 each"),
        ("text", "efforts to. negotiate for the.3 offices, | may", "efforts to negotiate for the 3 offices, I may"),
        ("text", "Fleishman-Hillard, Inc:", "Fleishman-Hillard, Inc."),
        ("text", "---N/A-----", "N/A"),
        ("text", "1 961", "1961"),
        ("text", "4 - 5, 1 961 2", None),
        ("name", "Trade Service, Inc", None),
        (
            "address",
            "300 Tingey St'SE, No..403\\nWashington, DC.20036",
            "300 Tingey St SE, No. 403\\nWashington, DC 20036",
        ),
        ("name", "Sarah.M. Vellozzi", "Sarah M. Vellozzi"),
        ("name", "St.Louis Co.Ltd", None),
        ("address", "3736 Bee.Cave Rd.", "3736 Bee Cave Rd."),
        ("address", '422 E. 72"d St.\n14\u2122 fl.', "422 E. 72nd St.\n14th fl."),
        ("address", '111" Street', "111th Street"),
        ("address", "'NEW YORK", "NEW YORK"),
        ("address", "'S-GRAVENHAGE", None),
        ("name", "O'Dowd", None),
    ],
)
def test_dust_between_words_is_no_text(kind: Kind, text: str, value: str | None) -> None:
    assert normalise(kind, text).value == (text if value is None else value)


@pytest.mark.parametrize(
    ("text", "day_first", "value", "valid"),
    [
        ("03.07.2019", True, "2019-07-03", 1.0),
        ("03/07/2019", True, "2019-07-03", 1.0),
        ("12/31/2019", True, "2019-12-31", 0.7),
        ("31.12.2019", False, "2019-12-31", 0.7),
        ("03/07/2019", False, "2019-03-07", 1.0),
        # With full stops it could be either.
        ("03.07.2019", False, "2019-03-07", 0.5),
        ("07.07.2019", False, "2019-07-07", 1.0),
        ("2019.03.07", False, "2019-03-07", 1.0),
        ("3 July 2019", True, "2019-07-03", 1.0),
    ],
)
def test_the_order_of_day_and_month(text: str, day_first: bool, value: str, valid: float) -> None:
    assert normalise("date", text, day_first=day_first) == Typed(value, valid)
