from datetime import date

import pytest

from digitizer.reading.stamp_dates import stamp_date, stamp_day, stamp_year, written_dates


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Received by NSD/FARA Registration Unit 06/29/2018 2:58:11 PM", "2018-06-29"),
        ("10/05/201 1 4:46:32 PM", "2011-10-05"),
        ("2009 JUL 31 PM 1: 43", "2009-07-31"),
        ("208 AUG 25 PM 2. 51", "2008-08-25"),
        ("'91 FEB 12 P12:09", "1991-02-12"),
        ("92N0V 17 AM 7:49", "1992-11-17"),
        ("93 0EC -3 AM 9:50", "1993-12-03"),
        ("MAR 1 12 22 PM 1965", "1965-03-01"),
        ("DEC 23 11 31 AM '77", "1977-12-23"),
    ],
)
def test_dates_of_stamps(text: str, value: str) -> None:
    found, trust, timed = stamp_date(text)
    assert found == value
    assert 0 < trust <= 1
    assert timed


@pytest.mark.parametrize(
    "text", ["", "RECEIVED", "REGISTRATION UNIT", "JUN 29 P3:06", "2009 FEB 31 PM 1:43", "12 12:09"]
)
def test_texts_without_a_whole_date(text: str) -> None:
    assert stamp_date(text) == ("", 0.0, False)


def test_a_date_without_a_time_of_day_says_so() -> None:
    assert stamp_date("MAR 26 1962") == ("1962-03-26", 0.6, False)


def test_a_doubtful_month_is_less_sure() -> None:
    assert stamp_date("2010 JUX 25 PM 3:16")[0] == ""
    assert stamp_date("2010 AUC 25 PM 3:16")[1] < stamp_date("2010 AUG 25 PM 3:16")[1]


@pytest.mark.parametrize(
    ("text", "month", "day"),
    [
        ("JUN 29 P3:06", 6, 29),
        ("5MAY 30 AM10:3", 5, 30),
        ("SE -9 P12:17", 9, 9),
        ("APR 28 12 26 PM", 4, 28),
        ("20}0EC -1 AM11:21", 12, 1),
    ],
)
def test_a_day_is_told_without_its_year_where_a_time_stands_by(text: str, month: int, day: int) -> None:
    assert stamp_day(text)[:2] == (month, day)
    assert 0 < stamp_day(text)[2] <= 1


@pytest.mark.parametrize("text", ["", "JUN 29", "12 12:09", "FEB 30 PM 1:43", "MA 3 PM 1:43"])
def test_no_day_without_a_month_and_a_time(text: str) -> None:
    assert stamp_day(text) == (0, 0, 0.0)


def test_year_and_day_are_told_where_the_month_was_misread() -> None:
    assert stamp_year("208 HA'e30- PH 4: 48") == (2008, 30)
    assert stamp_year("RECEIVED") == (0, 0)


def test_dates_as_people_write_them() -> None:
    assert written_dates("mailed Jan. 25, 1991 and 4/30/95") == [date(1995, 4, 30), date(1991, 1, 25)]
    assert written_dates("17 April 1964") == [date(1964, 4, 17)]
    assert written_dates("Sept. 31, 1991; 1992; June 1998") == []
