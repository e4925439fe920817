"""The real steps: what the pipeline does to a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from digitizer.batch.discover import Source
from digitizer.batch.steps import Assembled
from digitizer.batch.versions import key_of, versions_of
from digitizer.document.layout import Readings
from digitizer.document.packing import pack, unpack
from digitizer.errors import ModelMismatchError
from digitizer.imaging.load import Document, probe
from digitizer.settings import Settings


@dataclass(frozen=True, slots=True)
class Digitizing:
    """The real steps. forms: folders of the user's own definitions; form: the only one to look for, '' for all.

    versions: key of those that a worker on another machine must have, '' where it can have no others.

    The pipeline is imported where the steps run: the parent of the workers only sends them, and starts sooner without.
    """

    settings: Settings
    forms: tuple[Path, ...] = ()
    form: str = ""
    layout: bool = False
    versions: str = ""

    def prepare(self) -> None:
        from digitizer import pipeline

        tools = pipeline.load_tools(self.settings, self.forms, self.form)
        if self.versions and self.versions != key_of(
            versions_of(self.settings, self.forms, self.form, tools.versions.tesseract)
        ):
            message = "this worker has another program, Tesseract, models or definitions than the driver"
            raise ModelMismatchError(message, "install the same on every machine of the cluster")

    def probe(self, source: Source) -> Document:
        return replace(probe(source.path, self.settings), name=source.name)

    def read(self, document: Document, page: int) -> Readings:
        from digitizer import pipeline

        return pipeline.read_page(document, page, self.settings)

    def pack(self, readings: Readings) -> bytes:
        return pack(readings)

    def unpack(self, data: bytes) -> Readings:
        return unpack(data)

    def assemble(self, document: Document, pages: Sequence[Readings]) -> Assembled:
        from digitizer import pipeline

        tools = pipeline.load_tools(self.settings, self.forms, self.form)
        records = tuple(pipeline.assemble(document, pages, tools))
        return Assembled(records, tuple(pipeline.describe(pages, tools)) if self.layout else ())
