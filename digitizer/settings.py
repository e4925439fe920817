"""Settings of a run: made once at the edge, handed down unchanged."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def _as_double(value: object) -> object:
    """Yes and no are what they mean: the doubtful lines, or none."""
    return {"true": "doubtful", "1": "doubtful", "false": "none", "0": "none"}.get(str(value).lower(), value)


Double = Annotated[Literal["doubtful", "all", "none"], BeforeValidator(_as_double)]
"""Which lines the second reader reads."""


class Settings(BaseSettings):
    """Every setting can also be given in the environment as DIGITIZER_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="DIGITIZER_", frozen=True, extra="forbid")

    dpi: int | None = Field(default=None, ge=50, le=1200, description="resolution of images that do not say theirs")
    render_dpi: int = Field(default=300, ge=100, le=600, description="resolution at which PDF drawings are rendered")
    max_pixels: int = Field(default=200_000_000, ge=10_000, description="largest page, checked before decoding")
    max_pages: int = Field(default=5_000, ge=1, description="most pages in one file")
    language: str = Field(default="eng", pattern=r"^[A-Za-z_]+(\+[A-Za-z_]+)*$", description="Tesseract language")
    double: Double = Field(default="doubtful", description="which lines a second reader, where installed, reads too")
    max_error: float = Field(
        default=0.01, gt=0, lt=1, description="share of wrong values promised among those accepted"
    )
    separators: bool = Field(default=False, description="look for separator sheets and barcodes")
    workers: int = Field(default=0, ge=0, description="processes; 0: one per core")
    page_timeout: float = Field(default=120.0, gt=0, description="seconds a page may take")
    max_memory: int = Field(default=4096, ge=256, description="MiB of address space a worker may take")
