"""What copying and scanning do to a page, one effect a function.

Pages are uint8 of shape (height, width), 0 black to 255 white.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from digitizer.document.page import Pixels

Noise = np.random.Generator
Field = NDArray[np.float32]
Face = ImageFont.FreeTypeFont | ImageFont.ImageFont

TILE = 1024
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def soften(pixels: Pixels, sigma: float) -> Pixels:
    """Blurs, as a lens or worn toner does; sigma in pixels."""
    if sigma < 0.15:
        return pixels
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), dtype=np.uint8)


def grain(pixels: Pixels, rng: Noise, strength: float, size: float = 0.0) -> Pixels:
    """Adds noise of that standard deviation in grey levels; size: how far it hangs together, in pixels."""
    tile = rng.standard_normal((TILE, TILE), dtype=np.float32)
    if size > 0.3:
        tile = cv2.GaussianBlur(tile, (0, 0), size).astype(np.float32)
        tile /= max(float(tile.std()), 1e-6)
    height, width = pixels.shape
    # Cut at a random place and repeated: drawing noise for every pixel would take longer than all else together.
    tile = np.roll(tile, (int(rng.integers(TILE)), int(rng.integers(TILE))), (0, 1)) * strength
    repeats = (-(-height // TILE), -(-width // TILE))
    noise = np.tile(tile.astype(np.int16), repeats)[:height, :width]
    return np.asarray(cv2.add(pixels, noise, dtype=cv2.CV_8U), dtype=np.uint8)


def light_field(shape: tuple[int, int], rng: Noise, cells: int = 4) -> Field:
    """A smooth random field between 0 and 1, float32 (height, width)."""
    coarse = rng.random((cells + 1, cells + 1), dtype=np.float32)
    field = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    low, high = float(coarse.min()), float(coarse.max())
    return np.asarray(np.clip((field - low) / max(high - low, 1e-6), 0, 1), dtype=np.float32)


def shade(pixels: Pixels, rng: Noise, depth: float, cells: int = 3) -> Pixels:
    """Uneven light: the darkest place loses that share of its brightness."""
    gain = 1 - depth * light_field((pixels.shape[0], pixels.shape[1]), rng, cells)
    return np.asarray(cv2.multiply(pixels, gain, dtype=cv2.CV_8U), dtype=np.uint8)


def fade(pixels: Pixels, black: int, white: int) -> Pixels:
    """Narrows the range: ink no darker than black, paper no brighter than white."""
    levels = np.linspace(black, white, 256).astype(np.uint8)
    return np.asarray(cv2.LUT(pixels, levels), dtype=np.uint8)


def threshold(pixels: Pixels, rng: Noise, level: float, drift: float) -> Pixels:
    """Black and white at that grey level, which drifts over the page by so many levels up and down."""
    height, width = pixels.shape
    bias = ((light_field((height, width), rng, 5) - 0.5) * 2 * drift).astype(np.int16)
    shifted = cv2.add(pixels, bias, dtype=cv2.CV_8U)
    return np.asarray(cv2.threshold(shifted, level, 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)


def speckle(pixels: Pixels, rng: Noise, count: int, most: int, white: bool = False) -> Pixels:
    """Dots of up to so many pixels across, black or (dust on the glass) white."""
    page = pixels.copy()
    height, width = page.shape
    xs, ys = rng.integers(0, width, count), rng.integers(0, height, count)
    sizes = np.maximum(1, (rng.random(count) ** 3 * most).astype(int))
    for x, y, size in zip(xs.tolist(), ys.tolist(), sizes.tolist(), strict=True):
        across, down = (size, max(1, size - 1)) if size % 2 else (max(1, size - 1), size)
        page[y : y + down, x : x + across] = 255 if white else 0
    return page


def punch_holes(pixels: Pixels, rng: Noise, dpi: float) -> Pixels:
    """Two or three punched holes, black as the lid behind them or a grey ring, along the top or the left."""
    page = pixels.copy()
    height, width = page.shape
    across = bool(rng.random() < 0.6)
    length, radius = (width if across else height), int(dpi * rng.uniform(0.1, 0.16))
    inset = int(dpi * rng.uniform(0.14, 0.32))
    middle = length // 2 + int(rng.uniform(-0.3, 0.3) * dpi)
    spread = dpi * rng.choice([1.375, 2.125, 1.88, 2.125])
    places = [-spread, spread] if rng.random() < 0.7 else [-2 * spread / 1.3, 0, 2 * spread / 1.3]
    for place in places:
        along = int(middle + place)
        center = (along, inset) if across else (inset, along)
        cv2.circle(page, center, radius, int(rng.integers(0, 40)), -1, cv2.LINE_AA)
    return page


def stamp(pixels: Pixels, rng: Noise, dpi: float) -> Pixels:
    """A date stamp, turned a little, anywhere: over text too."""
    size = int(dpi * rng.uniform(0.14, 0.26))
    word = str(rng.choice(["RECEIVED", "RECEIVED", "FILED", "COPY", "SCANNED", "PAID"]))
    day = f"{int(rng.integers(1, 29)):02d} {rng.choice(MONTHS)} {int(rng.integers(1996, 2026))}"
    face = str(rng.choice(["DejaVuSans-Bold.ttf", "LiberationSans-Bold.ttf", "LiberationMono-Bold.ttf"]))
    font = load_font(face, size)
    canvas = Image.new("L", (size * 9, size * 5), 255)
    pen = ImageDraw.Draw(canvas)
    pen.text((size, size * 0.6), word, font=font, fill=0)
    pen.text((size, size * 2.3), day, font=font, fill=0)
    if rng.random() < 0.3:
        pen.rectangle((size // 3, size // 3, size * 8.6, size * 4.2), outline=0, width=max(2, size // 8))
    ink = np.asarray(canvas.rotate(rng.normal(0, 6), fillcolor=255, expand=True), dtype=np.uint8)
    ink = fade(ink, int(rng.integers(0, 90)), 255)
    page = pixels.copy()
    height, width = min(ink.shape[0], page.shape[0]), min(ink.shape[1], page.shape[1])
    top = int(rng.integers(0, page.shape[0] - height + 1))
    left = int(rng.integers(0, page.shape[1] - width + 1))
    patch = page[top : top + height, left : left + width]
    np.minimum(patch, ink[:height, :width], out=patch)
    return page


def dark_edges(pixels: Pixels, rng: Noise, dpi: float) -> Pixels:
    """Black bands where the stack did not reach the edge of the glass, ragged along their inner side."""
    page = pixels.copy()
    for side in range(4):
        if rng.random() < 0.55:
            continue
        turned = np.rot90(page, side)
        length = turned.shape[1]
        width = rng.uniform(0.01, 0.12) * dpi
        lean = np.linspace(0, rng.uniform(-0.06, 0.06) * dpi, length)
        edge = (width + lean + rng.normal(0, 0.6, length)).clip(0, 0.25 * dpi).astype(int)
        deep = int(edge.max())
        turned[:deep][np.arange(deep)[:, None] < edge[None, :]] = 0
    return page


def weaken(pixels: Pixels, rng: Noise, strength: float) -> Pixels:
    """Bleaches ink in dots and patches, so that thin rules and strokes come apart; strength 0 to 1."""
    dots = grain(np.full_like(pixels, 128), rng, 60, float(rng.uniform(0.7, 1.6)))
    patches = light_field((pixels.shape[0], pixels.shape[1]), rng, 9)
    lift = cv2.multiply(np.maximum(dots, 100) - np.uint8(100), patches * (2.2 * strength), dtype=cv2.CV_8U)
    return np.asarray(cv2.add(pixels, lift), dtype=np.uint8)


def drum_bands(pixels: Pixels, rng: Noise, dpi: float, strength: float) -> Pixels:
    """Bands that print pale, once in each turn of the drum; strength: the share of its ink that the palest loses.

    Drums of office copiers are 24 to 40 mm across: a worn place comes back every 75 to 125 mm.
    """
    mm = dpi / 25.4
    ys = np.arange(pixels.shape[0], dtype=np.float64)
    pale = np.zeros_like(ys)
    period = rng.uniform(75, 125) * mm
    for _ in range(int(rng.integers(1, 4))):
        off = (ys - rng.uniform(0, period) + period / 2) % period - period / 2
        pale = np.maximum(pale, rng.uniform(0.4, 1.0) * np.exp(-((off / (rng.uniform(0.8, 4) * mm)) ** 2)))
    page = 255 - (255 - pixels) * (1 - strength * pale[:, None]).astype(np.float32)
    if rng.random() < 0.4:
        # A scratch on the drum or a hair on the glass: a dark line down the whole copy.
        x, lean = rng.uniform(0, page.shape[1]), rng.uniform(-0.002, 0.002)
        end = (round(x + lean * page.shape[0]), page.shape[0])
        cv2.line(page, (round(x), 0), end, float(rng.uniform(60, 170)), max(1, round(rng.uniform(0.05, 0.2) * mm)))
    return page.astype(np.uint8)


def lid_shadow(pixels: Pixels, rng: Noise, dpi: float) -> Pixels:
    """The grey that spreads in from one side where the lid stood open or the sheet was bound."""
    page = pixels.copy()
    turned = np.rot90(page, int(rng.integers(4)))
    reach = rng.uniform(0.04, 0.2) * dpi
    gain = 1 - rng.uniform(0.4, 0.9) * np.exp(-np.arange(turned.shape[1]) / reach)
    turned[...] = (turned * gain.astype(np.float32)).astype(np.uint8)
    return page


def diffuse(pixels: Pixels) -> Pixels:
    """Greys as black and white dots, the error of each passed on to those beside and below it."""
    return np.asarray(Image.fromarray(pixels).convert("1").convert("L"), dtype=np.uint8)


def lose_lines(pixels: Pixels, rng: Noise, bursts: int) -> Pixels:
    """Lines of a fax lost on the way, one to three at a time, are filled with the line before them."""
    rows = np.arange(pixels.shape[0])
    for at in rng.integers(1, pixels.shape[0] - 3, bursts):
        rows[at : at + int(rng.integers(1, 4))] = at - 1
    return pixels[rows]


def fax_header(pixels: Pixels, rng: Noise) -> Pixels:
    """The line that the sender's machine puts over a page."""
    page = pixels.copy()
    month, day, hour = rng.choice(MONTHS), rng.integers(1, 29), rng.integers(8, 19)
    text = f"{month}-{day:02d}-{rng.integers(1996, 2012)} {hour:02d}:{rng.integers(60):02d}"
    number = f"{rng.integers(200, 990)} {rng.integers(200, 990)} {rng.integers(1000, 9999)}"
    text += f"     FROM:{number}     P.{rng.integers(1, 9):02d}"
    height, width = page.shape
    lines = height / 11
    face = load_font("LiberationMono-Regular.ttf", 26)
    strip = Image.new("L", (int(face.getlength(text)) + 8, 34), 255)
    ImageDraw.Draw(strip).text((4, 2), text, font=face, fill=0)
    size = (round(width * 0.62), max(8, round(0.11 * lines)))
    ink = cv2.threshold(cv2.resize(np.asarray(strip), size, interpolation=cv2.INTER_AREA), 150, 255, cv2.THRESH_BINARY)
    top, left = round(0.06 * lines), round(width * rng.uniform(0.05, 0.2))
    patch = page[top : top + size[1], left : left + size[0]]
    np.minimum(patch, ink[1], out=patch)
    return page


def shake(pixels: Pixels, rng: Noise, length: float) -> Pixels:
    """The hand moved so many pixels while the picture was taken."""
    if length < 1:
        return pixels
    size = 2 * int(np.ceil(length / 2)) + 1
    kernel = np.zeros((size, size), np.float32)
    angle, middle = rng.uniform(0, np.pi), size // 2
    across, down = np.cos(angle) * length / 2, np.sin(angle) * length / 2
    ends = [(round((middle + s * across) * 16), round((middle + s * down) * 16)) for s in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA, 4)
    kernel[middle, middle] = max(1.0, float(kernel[middle, middle]))
    return np.asarray(cv2.filter2D(pixels, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE), dtype=np.uint8)


def hand_shadow(pixels: Pixels, rng: Noise, depth: float) -> Pixels:
    """The soft shadow of a hand and its telephone, from one side into the page."""
    height, width = pixels.shape
    scale = 16
    mask = np.zeros((height // scale, width // scale), np.float32)
    high, wide = mask.shape
    side = -1 if rng.random() < 0.5 else 1
    middle = (round(wide / 2 + side * wide * rng.uniform(0.2, 0.5)), round(high * rng.uniform(0.4, 1.0)))
    axes = (round(wide * rng.uniform(0.25, 0.5)), round(high * rng.uniform(0.15, 0.35)))
    cv2.ellipse(mask, middle, axes, rng.uniform(-40, 40), 0, 360, 1.0, -1)
    cv2.line(mask, middle, (middle[0] + side * wide, high), 1.0, round(wide * rng.uniform(0.15, 0.35)))
    mask = cv2.GaussianBlur(mask, (0, 0), wide * rng.uniform(0.015, 0.06)).astype(np.float32)
    gain = 1 - depth * cv2.resize(mask, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(pixels, gain.astype(np.float32), dtype=cv2.CV_8U), dtype=np.uint8)


def compress(pixels: Pixels, quality: int) -> Pixels:
    """What JPEG leaves of it."""
    data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def load_font(name: str, size: int) -> Face:
    """A face of that name and size in pixels, or Pillow's own where it is not installed."""
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        # Any font will do for a stamp; Pillow brings one of its own.
        return ImageFont.load_default(size)
