from __future__ import annotations

from typing import Any

import httpx
import pytest

from digitizer.fields.definitions import check_definition, load_definition
from digitizer.review.editor.bench import Bench, write_whole
from digitizer.review.headers import POLICY

from .conftest import FORM, NAMES, editing


def edit(client: httpx.Client, text: str, **operation: Any) -> dict[str, Any]:
    answer = client.post("/api/edit", json={"text": text, "operation": operation or None})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def names(told: dict[str, Any]) -> list[str]:
    return [one["name"] for one in told["outline"]["entries"]]


def preview(client: httpx.Client, text: str, scan: int = 1) -> dict[str, Any]:
    answer = client.post("/api/preview", json={"text": text, "scan": scan})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_the_screen_has_all_that_it_needs(client: httpx.Client) -> None:
    got = client.get("/")
    assert got.status_code == 200
    assert got.headers["content-security-policy"] == POLICY
    assert "card-2.png" in got.text
    assert client.get("/static/form.js").status_code == 200
    assert client.get("/api/documents/2/pages/1").json() == {"width": 1700, "height": 2200}
    assert client.get("/api/documents/1/pages/1/picture.jpg").content.startswith(b"\xff\xd8")
    assert client.get("/api/documents/3/pages/1").status_code == 404
    assert client.get("/api/openapi.json").status_code == 404


def test_what_the_scans_give_is_shown_with_its_places(client: httpx.Client) -> None:
    for scan in (1, 2):
        told = preview(client, FORM, scan)
        assert told["known"]
        (name,) = told["values"]["fields/0"]
        assert name["value"] == NAMES[scan - 1]
        assert name["spot"] == {"page": 1, "box": [130, 270, 14 * 12, 24]}
        assert told["labels"]["fields/0"] == {"page": 1, "box": [110, 210, 14 * 19, 24]}
        assert told["values"]["fields/2"][0]["value"] is (scan == 1)


def test_no_page_is_read_for_a_change(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr("digitizer.pipeline.read_page", read)
    told = edit(client, FORM, do="rename", path=["fields", 0], name="borrower")
    assert preview(client, told["outline"]["text"])["values"]["fields/0"][0]["value"] == NAMES[0]


def test_a_label_that_is_not_on_the_page_is_not_found(client: httpx.Client) -> None:
    told = edit(client, FORM, do="change", path=["fields", 1], values={"labels": ["Shoe size"]})
    found = preview(client, told["outline"]["text"])
    assert "fields/1" not in found["labels"]
    assert found["values"]["fields/1"][0]["value"] == ""
    assert found["values"]["fields/1"][0]["spot"] is None


def test_another_form_is_told_and_tried_nevertheless(client: httpx.Client) -> None:
    text = FORM.replace("LIBRARY LOAN CARD]", "CERTIFICATE OF MARRIAGE]")
    found = preview(client, text)
    assert not found["known"]
    assert "not taken for this form" in found["told"][0]
    assert found["values"]["fields/0"][0]["value"] == NAMES[0]


def test_mistakes_are_told_at_their_field(client: httpx.Client) -> None:
    told = edit(client, FORM, do="rename", path=["fields", 1], name="borrowr")["outline"]
    assert [(one["path"], one["key"]) for one in told["wrong"]] == [(["fields", 1], "name")]
    assert "defined twice" in told["wrong"][0]["message"]
    told = edit(client, FORM, do="change", path=["fields", 1], values={"kind": "dat", "pattern": "("})["outline"]
    assert {one["key"] for one in told["wrong"]} >= {"kind"}
    assert "did you mean 'date'" in told["wrong"][0]["message"]
    told = edit(client, "form: }")["outline"]
    assert not told["shown"]
    assert told["wrong"][0]["line"] == 1
    assert client.post("/api/preview", json={"text": "form: }", "scan": 1}).status_code == 400


@pytest.mark.parametrize(
    ("box", "kind", "label", "name"),
    [
        ([120, 450, 500, 60], "text", "3. Title of the book", "titleBook"),
        ([100, 400, 700, 190], "text", "3. Title of the book", "titleBook"),
        ([920, 450, 500, 60], "text", "4. Branch office", "branchOffice"),
        ([500, 600, 40, 40], "checkbox", "Renewed", "renewed"),
    ],
)
def test_a_field_is_added_where_one_points(
    client: httpx.Client, box: list[int], kind: str, label: str, name: str
) -> None:
    for scan in (1, 2):
        preview(client, FORM, scan)
    told = edit(client, FORM, do="point", where=["fields"], index=2, scan=1, page=1, box=box)
    assert told["path"] == ["fields", 2]
    new = told["outline"]["entries"][2]
    assert (new["kind"], new["labels"], new["name"]) == (kind, [label], name)
    assert told["outline"]["wrong"] == []
    assert told["labels"][0] == label


def test_several_checkboxes_are_added_at_once(client: httpx.Client) -> None:
    told = edit(client, FORM, do="point", where=["fields"], index=3, scan=1, page=1, box=[480, 580, 700, 80])
    assert names(told)[3:] == ["renewed", "lost"]
    assert "2 checkboxes" in told["note"]


def test_where_nothing_is_printed_the_label_is_asked_for(client: httpx.Client) -> None:
    told = edit(client, FORM, do="point", where=["fields"], index=0, scan=1, page=1, box=[200, 1500, 300, 40])
    assert told["labels"] == []
    assert [one["key"] for one in told["outline"]["wrong"]] == ["labels"]
    refused = {"do": "point", "where": ["fields"], "index": 0, "scan": 1, "page": 1, "box": [5000, 5000, 10, 10]}
    assert client.post("/api/edit", json={"text": FORM, "operation": refused}).status_code == 422


def test_fields_are_merged_split_moved_and_deleted(client: httpx.Client) -> None:
    told = edit(client, FORM, do="split", path=["fields", 0], samples=["LOVELACE, ADA"])
    assert names(told) == ["borrowr", "borrowr2", "dateLoan", "late"]
    assert "comma" in told["note"]
    told = edit(client, told["outline"]["text"], do="merge", path=["fields", 1], other=["fields", 0], scan=1)
    assert names(told) == ["borrowr", "dateLoan", "late"]
    assert told["path"] == ["fields", 0]
    told = edit(client, told["outline"]["text"], do="move", path=["fields", 0], index=2)
    assert names(told) == ["dateLoan", "late", "borrowr"]
    told = edit(client, told["outline"]["text"], do="delete", path=["fields", 0])
    assert names(told) == ["late", "borrowr"]
    assert "# filled in on 2 of 2" in told["outline"]["text"]
    told = edit(client, told["outline"]["text"], do="add", where=["fields"], index=1)
    assert names(told) == ["late", "field", "borrowr"]


def test_what_others_need_is_not_taken_from_them(client: httpx.Client) -> None:
    text = FORM.replace('item: "1"', "words: &w [a]").replace('item: "2"', "words: *w")
    refused = {"do": "delete", "path": ["fields", 0]}
    answer = client.post("/api/edit", json={"text": text, "operation": refused})
    assert answer.status_code == 422
    assert "need this one" in answer.json()["message"]
    assert names(edit(client, text, do="delete", path=["fields", 1])) == ["borrowr", "late"]


def test_labels_printed_as_one_are_joined(client: httpx.Client) -> None:
    text = FORM.replace('"1. Name of borrower"', '"1. Name"').replace(
        "  - {name: dateLoan", '  - {name: rest, kind: text, labels: ["of borrower"]}\n  - {name: dateLoan'
    )
    told = edit(client, text, do="merge", path=["fields", 0], other=["fields", 1], scan=1)
    assert told["outline"]["entries"][0]["labels"] == ["1. Name of borrower"]
    assert "printed as one" in told["note"]
    told = edit(client, FORM, do="merge", path=["fields", 0], other=["fields", 1], scan=1)
    assert told["outline"]["entries"][0]["labels"] == ["1. Name of borrower", "2. Date of loan"]


def test_what_is_saved_loads_without_the_editor(client: httpx.Client, bench: Bench) -> None:
    before = client.get("/api/form").json()["saved"]
    told = edit(client, FORM, do="rename", path=["fields", 0], name="borrower")
    text = told["outline"]["text"]
    bench.path.chmod(0o640)
    saved = client.put("/api/form", json={"text": text, "before": before})
    assert saved.status_code == 200
    assert bench.path.read_text(encoding="utf-8") == text == FORM.replace("borrowr", "borrower")
    assert bench.path.stat().st_mode & 0o777 == 0o640
    assert load_definition(bench.path).rules[0].fields == ("borrower", "dateLoan")
    assert [p.name for p in bench.path.parent.iterdir()] == ["form.yaml"], "nothing is left behind"
    again = client.put("/api/form", json={"text": FORM, "before": before})
    assert again.status_code == 409, "what someone else has written is not overwritten unseen"
    assert client.put("/api/form", json={"text": FORM, "before": saved.json()["saved"]}).status_code == 200


def test_what_is_wrong_is_not_saved(client: httpx.Client, bench: Bench) -> None:
    before = client.get("/api/form").json()["saved"]
    refused = client.put("/api/form", json={"text": FORM.replace("kind: date", "kind: dat"), "before": before})
    assert refused.status_code == 400
    assert "unknown kind 'dat'" in refused.json()["message"]
    assert bench.path.read_text(encoding="utf-8") == FORM


def test_a_link_is_written_through(bench: Bench) -> None:
    link = bench.path.with_name("link.yaml")
    link.symlink_to(bench.path)
    write_whole(link, "form: x\n")
    assert link.is_symlink()
    assert bench.path.read_text() == "form: x\n"


def test_other_sites_are_refused(client: httpx.Client, bench: Bench) -> None:
    body = {"text": "form: x\n", "before": client.get("/api/form").json()["saved"]}
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    assert client.put("/api/form", json=body, headers={"origin": "https://evil.example"}).status_code == 403
    assert client.put("/api/form", json=body, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.put("/api/form", json=body, headers={"x-csrf-token": ""}).status_code == 403
    assert client.post("/api/edit", json={"text": FORM}, headers={"x-csrf-token": ""}).status_code == 403
    assert bench.path.read_text(encoding="utf-8") == FORM


def test_text_of_a_scan_or_a_form_is_never_markup(client: httpx.Client, bench: Bench) -> None:
    bench.path.write_text(FORM.replace("Library loan card", "</script><img src=x onerror=alert(1)>"), encoding="utf-8")
    page = client.get("/").text
    assert "<img src=x" not in page
    assert page.count("</script>") == page.count("<script")


@pytest.mark.parametrize(
    "operation",
    [
        {"do": "delete", "path": ["fields", 99]},
        {"do": "delete", "path": ["nothing", 0]},
        {"do": "rename", "path": ["fields", "x"], "name": "y"},
        {"do": "rename", "path": ["form"], "name": "y"},
        {"do": "merge", "path": ["fields", 0], "other": ["fields", 99], "scan": 1},
        {"do": "split", "path": ["rules", 0]},
        {"do": "move", "path": ["fields", 99], "index": 0},
        {"do": "move", "path": ["rules", 0, "kind"], "index": 0},
        {"do": "change", "path": ["fields"], "values": {"kind": "text"}},
        {"do": "add", "where": ["fields", 0], "index": 0},
        {"do": "add", "where": ["rules"], "index": 0},
        {"do": "point", "where": ["fields"], "index": 0, "scan": 9, "page": 1, "box": [0, 0, 100, 100]},
        {"do": "point", "where": ["fields"], "index": 0, "scan": 1, "page": 9, "box": [0, 0, 100, 100]},
        {"do": "explode", "path": ["fields", 0]},
    ],
    ids=str,
)
def test_what_cannot_be_done_is_refused(client: httpx.Client, operation: dict[str, Any]) -> None:
    answer = client.post("/api/edit", json={"text": FORM, "operation": operation})
    assert answer.status_code in (404, 422), answer.text
    assert answer.json()["message"]


def test_a_definition_that_extends_another_is_changed_where_it_is_its_own(bench: Bench) -> None:
    other = bench.path.parent.parent / "child" / "form.yaml"
    other.parent.mkdir()
    other.write_text("form: child\nextends: loan-card\nfields:\n  - borrowr\n  - {name: late, labels: [Late]}\n")
    here = Bench(other, bench.scans, bench.settings, bench.cache, bench.pictures)
    headers = {"x-csrf-token": "local"}
    with editing(here) as address, httpx.Client(base_url=address, headers=headers, trust_env=False, timeout=60) as mine:
        told = edit(mine, other.read_text(), do="rename", path=["fields", 0], name="lender")["outline"]
        assert told["wrong"] == []
        assert told["entries"][0]["labels"] == ["1. Name of borrower"]
        assert [e["name"] for e in told["entries"]] == ["lender", "late"]
        check_definition(other, told["text"].encode())


def test_a_table_has_the_columns_that_its_head_is_ruled_into(client: httpx.Client) -> None:
    preview(client, FORM, 2)
    told = edit(client, FORM, do="table", scan=1, page=1, box=[90, 190, 1520, 215])
    assert told["path"] == ["tables", 0]
    (grid,) = told["outline"]["grids"]
    assert [(c["name"], c["kind"], c["labels"]) for c in grid["columns"]] == [
        ("nameBorrower", "name", ["1. Name of borrower"]),
        ("dateLoan", "date", ["2. Date of loan"]),
    ]
    assert told["outline"]["wrong"] == []
    assert told["outline"]["text"].startswith(FORM), "all else stays"
    again = edit(client, told["outline"]["text"], do="table", scan=2, page=1, box=[90, 390, 1520, 215])
    assert [g["name"] for g in again["outline"]["grids"]] == [grid["name"], again["outline"]["grids"][1]["name"]]
    assert "    columns:\n      - {name: nameBorrower, kind: name" in told["outline"]["text"]


def test_a_table_is_refused_where_no_head_is_printed(client: httpx.Client) -> None:
    operation = {"do": "table", "scan": 1, "page": 1, "box": [100, 1500, 900, 200]}
    answer = client.post("/api/edit", json={"text": FORM, "operation": operation})
    assert answer.status_code == 422
    assert "No two columns" in answer.json()["message"]


def test_rules_are_added_changed_and_deleted(client: httpx.Client) -> None:
    told = edit(client, FORM, do="rule", kind="exclusive", fields=["borrowr", "late"])
    assert told["path"] == ["rules", 1]
    rule = told["outline"]["rules"][1]
    assert (rule["rule"], rule["fields"], rule["table"]) == ("exclusive", ["borrowr", "late"], "")
    told = edit(
        client,
        told["outline"]["text"],
        do="change",
        path=["rules", 1],
        values={"kind": "range", "fields": ["dateLoan"], "least": "1950-01-01", "by": []},
    )
    assert told["outline"]["text"].endswith('  - {kind: range, fields: [dateLoan], least: "1950-01-01"}\n')
    told = edit(client, told["outline"]["text"], do="change", path=["rules", 1], values={"least": ""})
    (wrong,) = told["outline"]["wrong"]
    assert wrong["path"] == ["rules", 1]
    assert edit(client, told["outline"]["text"], do="delete", path=["rules", 1])["outline"]["text"] == FORM
    without = FORM[: FORM.index("rules:")]
    assert (
        "rules:\n  - {kind: required, fields: [late]}"
        in (edit(client, without, do="rule", kind="required", fields=["late"])["outline"]["text"])
    )
