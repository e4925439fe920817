from factories import at, sheet_of

from digitizer.fields.glued import unglue

PHRASES = ("Other purpose (specify)", "7. Dates of transmission", "No")


def words_of(text: str) -> list[str]:
    (item,) = unglue(sheet_of([(text, at(100, 100, text))]), PHRASES).items
    assert item.words[0].box.x == 100
    assert all(a.box.right <= b.box.x for a, b in zip(item.words, item.words[1:], strict=False))
    return [w.text for w in item.words]


def test_a_word_is_cut_behind_the_label_that_it_begins_with() -> None:
    assert words_of("Other purpose (specify)Correct it") == ["Other", "purpose", "(specify)", "Correct", "it"]
    assert words_of("7. Dates of transmissionApril 1") == ["7.", "Dates", "of", "transmission", "April", "1"]


def test_longer_words_and_short_labels_are_left_as_they_are() -> None:
    for text in ("of transmissions", "Nobody", "transmission.", "North No7"):
        assert words_of(text) == text.split()
