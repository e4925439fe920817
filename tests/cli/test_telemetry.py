from __future__ import annotations

import json
import socket
import urllib.request
from pathlib import Path

import pytest
from batch.test_run import document
from prometheus_client.parser import text_string_to_metric_families

from cli.conftest import Call
from digitizer.batch.archive import FinishedDocument
from digitizer.batch.steps import Stage
from digitizer.cli.telemetry import open_telemetry
from digitizer.errors import UsageError


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def samples(port: int) -> dict[tuple[str, ...], float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_numbers_are_served_while_the_run_lasts_and_no_longer() -> None:
    port = free_port()
    with open_telemetry(metrics=str(port)) as telemetry:
        telemetry.begun("scans", 3)
        telemetry.stage(Stage("read", "a.pdf", 1, 0.5))
        telemetry.stage(Stage("read", "a.pdf", 2, failure="timeout"))
        telemetry.stage(Stage("assemble", "a.pdf", 0, 0.25))
        telemetry.settled(FinishedDocument("a.pdf", ("/scans/a.pdf", "/scans/copy.pdf"), "partly", 2))
        told = samples(port)
    assert told["digitizer_pages_total", "read"] == 1
    assert told["digitizer_pages_total", "failed"] == 1
    assert told["digitizer_failures_total", "timeout"] == 1
    assert told["digitizer_documents_total", "partly"] == 1
    assert told["digitizer_queue_documents",] == 1
    assert told["digitizer_stage_seconds_sum", "read"] == 0.5
    assert told["digitizer_stage_seconds_count", "assemble"] == 1
    with open_telemetry(metrics=f"127.0.0.1:{port}"):
        assert ("digitizer_pages_total", "read") not in samples(port), "each run counts for itself, the port is free"


@pytest.mark.parametrize("place", ["", "x", "0", "70000", "host:"])
def test_what_is_no_port_is_told(place: str, tmp_path: Path) -> None:
    if not place:
        with open_telemetry() as telemetry:
            telemetry.ended()
        return
    with pytest.raises(UsageError, match="is no port"), open_telemetry(metrics=place):
        pass


def test_a_port_in_use_is_told() -> None:
    port = free_port()
    with (
        open_telemetry(metrics=str(port)),
        pytest.raises(UsageError, match="cannot be served"),
        open_telemetry(metrics=str(port)),
    ):
        pass


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"), open_telemetry(log=tmp_path):
        pass


def test_a_batch_leaves_json_lines_without_values(call: Call, tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    document(scans, "a.pdf", 2)
    document(scans, "b.pdf", 2, p2="encrypted")
    log = tmp_path / "log.jsonl"
    assert call("batch", scans, "--store", tmp_path / "a.db", "--log", log, "--metrics", free_port())[0] == 5
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [lines[0]["event"], lines[-1]["event"]] == ["run begun", "run ended"]
    assert all(line["timestamp"] and line["level"] for line in lines)
    read = sorted((line["document"], line["page"]) for line in lines if line["event"] == "read")
    assert read == [("a.pdf", 1), ("a.pdf", 2), ("b.pdf", 1)]
    (failed,) = [line for line in lines if line["level"] == "error"]
    assert (failed["event"], failed["document"], failed["page"], failed["kind"]) == (
        "read failed",
        "b.pdf",
        2,
        "encrypted",
    )
    assert {line["event"] for line in lines} == {
        "run begun", "probe", "read", "read failed", "assemble", "store", "document", "run ended",
    }  # fmt: skip
    known = {"event", "level", "timestamp", "document", "page", "seconds", "kind", "source", "left", "state", "pages"}
    assert {key for line in lines for key in line} <= known | {"failures", "fresh"}
    call("watch", scans, "--store", tmp_path / "b.db", "--once", "--settle", 0, "--log", log)
    assert len(log.read_text().splitlines()) > len(lines), "appended to"
