"""Boxes, their labels and their questions, as forms lay them out."""

from __future__ import annotations

from factories import Text, at, sheet_of

from digitizer.document.geometry import Box
from digitizer.document.layout import Mark
from digitizer.fields.choices import Question, find_questions

SIDE = 30


def box(x: int, y: int) -> Mark:
    return Mark(Box(x, y, SIDE, SIDE), False, 0.99)


def asked(texts: list[Text], *places: tuple[int, int]) -> list[Question]:
    stack = sheet_of(texts, marks=[box(x, y) for x, y in places])
    return find_questions(stack, range(len(stack.marks)))


def labels(question: Question) -> list[str]:
    return [choice.label for choice in question.choices]


def text(x: int, y: int, words: str) -> Text:
    return words, at(x, y, words)


def test_answers_behind_their_words_have_the_text_before_them_for_a_question() -> None:
    texts = [text(100, 300, "Was it filed?"), text(420, 300, "Yes"), text(600, 300, "No")]
    (question,) = asked(texts, (475, 298), (640, 298))
    assert (question.text, labels(question), question.exclusive) == ("Was it filed?", ["Yes", "No"], True)


def test_answers_before_their_words() -> None:
    texts = [text(100, 300, "Was it filed?"), text(460, 300, "Yes"), text(600, 300, "No")]
    (question,) = asked(texts, (420, 298), (560, 298))
    assert (question.text, labels(question), question.exclusive) == ("Was it filed?", ["Yes", "No"], True)


def test_a_list_in_columns_is_one_question_under_its_text() -> None:
    texts = [text(100, 200, "Relationship (check all)")]
    for row, words in enumerate((("director", "officer"), ("owner", "other"))):
        texts += [text(140, 250 + 50 * row, words[0]), text(500, 250 + 50 * row, words[1])]
    (question,) = asked(texts, (100, 248), (460, 248), (100, 298), (460, 298))
    assert question.text == "Relationship (check all)"
    assert labels(question) == ["director", "officer", "owner", "other"]
    assert not question.exclusive


def test_a_scale_takes_its_labels_from_the_heads_of_its_columns() -> None:
    texts = [text(500 + 80 * k, 200, str(k + 1)) for k in range(5)]
    texts += [text(100, 260, "Speed"), text(100, 320, "Courtesy")]
    questions = asked(texts, *((493 + 80 * k, y) for y in (256, 316) for k in range(5)))
    assert [q.text for q in questions] == ["Speed", "Courtesy"]
    assert all(labels(q) == ["1", "2", "3", "4", "5"] and q.exclusive for q in questions)


def test_one_of_a_list_where_its_text_says_so() -> None:
    texts = [text(100, 200, "Payment (check only one)"), text(140, 250, "cash"), text(140, 300, "cheque")]
    (question,) = asked(texts, (100, 248), (100, 298))
    assert (question.text, question.exclusive) == ("Payment (check only one)", True)


def test_lists_far_apart_are_two_questions_and_a_box_alone_is_one() -> None:
    texts = [text(140, 250, "cash"), text(140, 300, "cheque"), text(140, 700, "I agree")]
    questions = asked(texts, (100, 248), (100, 298), (100, 698))
    assert [labels(q) for q in questions] == [["cash", "cheque"], ["I agree"]]


def test_every_box_is_of_one_question_and_without_words_it_has_no_label() -> None:
    questions = asked([], (100, 200), (400, 200), (100, 900))
    assert sorted(c.mark for q in questions for c in q.choices) == [0, 1, 2]
    assert {c.label for q in questions for c in q.choices} == {""}
