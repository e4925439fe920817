from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from factories import LABELS_ALONE
from loan_cards import FORM, card_page, values_of

from digitizer.document.layout import Readings
from digitizer.document.record import Problem
from digitizer.document.truth import Truth, TruthValue
from digitizer.errors import UsageError
from digitizer.fields.classifier import FieldClassifier, general_classifier
from digitizer.fields.confidence import untrained
from digitizer.fields.recording import Versions
from digitizer.imaging.load import Document
from digitizer.learning.train import Bundle, OneGroupError, load, save, train
from digitizer.loading import Tools
from digitizer.resources import models_folder

COUNT = 12
TOOLS = Tools({FORM.form: FORM}, {FORM.form: LABELS_ALONE}, {FORM.form: untrained()}, Versions("5.3.0", {}))
DOCUMENTS = [Document(Path(f"{n}.png"), f"card-{n}.png", f"{n:064}", 1, "png") for n in range(COUNT)]
TRUTH = {
    document.name: Truth(FORM.form, {name: TruthValue(v) for name, v in values_of(n).items()})
    for n, document in enumerate(DOCUMENTS)
}


def pages_of(document: Document) -> Sequence[Readings]:
    return [card_page(values_of(int(document.path.stem)))] if document.path.stem.isdigit() else []


@pytest.fixture(scope="module")
def stages() -> list[str]:
    return []


@pytest.fixture(scope="module")
def bundle(stages: list[str]) -> Bundle:
    return train(FORM, DOCUMENTS, TRUTH, pages_of, TOOLS, general=LABELS_ALONE, progress=stages.append)


def test_a_form_is_learned_from_read_documents_and_what_was_keyed(bundle: Bundle, stages: list[str]) -> None:
    assert stages == ["aligning", "testing", "training"]
    assert [case.document for case in bundle.cases] == DOCUMENTS
    assert (bundle.groups, bundle.earlier, bundle.left_out, bundle.missed) == (COUNT, 0, (), ())
    assert bundle.aligned == sum(bool(value) for n in range(COUNT) for value in values_of(n).values())
    assert sorted(record.document for record in bundle.validation.records) == sorted(d.name for d in DOCUMENTS)
    assert [kept.sha256 for kept in bundle.kept] == [d.sha256 for d in DOCUMENTS]
    assert isinstance(bundle.trained.classifier, FieldClassifier)


def test_what_cannot_be_learned_from_is_told_with_the_reason() -> None:
    again = replace(DOCUMENTS[0], name="again.png")
    unkeyed = Document(Path("1.png"), "unkeyed.png", "a" * 64, 1, "png")
    other = Document(Path("2.png"), "other.png", "b" * 64, 1, "png")
    unread = Document(Path("unread.png"), "unread.png", "c" * 64, 1, "png")
    truth = TRUTH | {"again.png": TRUTH["card-0.png"], "unread.png": TRUTH["card-1.png"]}
    truth["other.png"] = replace(TRUTH["card-2.png"], form="another")
    told: list[Problem] = []
    result = train(
        FORM,
        [*DOCUMENTS, again, unkeyed, other, unread],
        truth,
        pages_of,
        TOOLS,
        general=LABELS_ALONE,
        on_left_out=told.append,
    )
    assert [(p.document, p.kind) for p in result.left_out] == [
        ("again.png", "duplicate"),
        ("unkeyed.png", "scan-without-truth"),
        ("other.png", "scan-without-truth"),
        ("unread.png", "nothing-written"),
    ]
    assert "the same file as card-0.png" in result.left_out[0].message
    assert tuple(told) == result.left_out
    assert len(result.cases) == COUNT


def test_too_few_documents_or_one_group_are_refused() -> None:
    with pytest.raises(UsageError, match="only 9 documents"):
        train(FORM, DOCUMENTS[:9], TRUTH, pages_of, TOOLS, general=LABELS_ALONE)
    with pytest.raises(OneGroupError, match="of one group"):
        train(FORM, DOCUMENTS, TRUTH, pages_of, TOOLS, general=LABELS_ALONE, groups=dict.fromkeys(TRUTH, "Main branch"))


def test_what_was_kept_is_learned_from_again(bundle: Bundle, tmp_path: Path) -> None:
    definition = tmp_path / "loan-card.yaml"
    definition.write_text("form: loan-card\n")
    # What tells heads of columns in these tests is no model that could be written.
    classifier = replace(bundle.trained.classifier, column_model=general_classifier(models_folder()).column_model)
    bundle = replace(bundle, trained=replace(bundle.trained, classifier=classifier))
    save(bundle, tmp_path / "models", definition, {})
    earlier = load(tmp_path / "models", FORM)
    assert [kept.sha256 for kept in earlier] == [d.sha256 for d in DOCUMENTS]
    later = train(FORM, DOCUMENTS[:3], TRUTH, pages_of, TOOLS, earlier, general=LABELS_ALONE)
    assert (len(later.cases), later.earlier) == (3, COUNT - 3), "a document that is there again is learned anew"
    assert [kept.sha256 for kept in later.kept] == [d.sha256 for d in (*DOCUMENTS[3:], *DOCUMENTS[:3])]
