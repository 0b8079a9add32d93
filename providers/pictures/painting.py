"""A page of a PDF, painted roughly: planes, lines and pictures where they are, and a bar for each run of letters.

It is no rendering. What is looked for is which colours cover how much of a page, and which fonts its letters have: curves are cut
short, holes are filled, clips are their bounds, and patterns, shadings and masks are left out. Nothing of it is begun anew for what is
not understood: it is passed over.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from PIL import Image, ImageDraw
from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

from providers.pictures.inks import BLACK, Ink, ink_in, ink_of

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
Box = tuple[float, float, float, float]

NO_MOVE: Matrix = (1, 0, 0, 1, 0, 0)
WIDTH, TALLEST = 360, 720
"""Pixels of a page that is painted."""
DEEPEST = 8
"""Forms within forms."""
LETTER_WIDTH, BAR = 0.5, 0.32
"""Of a font's size: how wide a letter is, and how much of its line is ink."""
MOST_PICTURE_PIXELS, MOST_PIXELS_OF_ALL = 12_000_000, 40_000_000
TAKEN = {"/DCTDecode", "/FlateDecode", "/LZWDecode", "/RunLengthDecode"}
"""How pictures may be packed. What else there is needs decoders that are not here, or are not to be trusted."""
FAINT = 0.4
"""Planes that are more transparent than this are passed over."""
BROKEN = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    OSError,
    NotImplementedError,
    AssertionError,
)


@dataclass(slots=True)
class Found:
    """In a whole document."""

    letters: Counter[tuple[str, float]] = field(default_factory=Counter)
    """By font and size in points."""
    pictures: int = 0
    pixels: int = 0


@dataclass(frozen=True, slots=True)
class State:
    matrix: Matrix
    clip: Box
    fill: Ink | None = BLACK
    stroke: Ink | None = BLACK
    fill_space: Any = "/DeviceGray"
    stroke_space: Any = "/DeviceGray"
    width: float = 1.0
    is_faint: bool = False
    font: str = ""
    is_wide: bool = False
    """Whether a letter takes two bytes."""
    size: float = 1.0


class Painter:
    """Of one page."""

    def __init__(self, reader: PdfReader, page: PageObject, found: Found) -> None:
        self._reader, self._page, self._found = reader, page, found
        box = page.mediabox
        wide, tall = max(1.0, float(box.width)), max(1.0, float(box.height))
        scale = min(WIDTH / wide, TALLEST / tall)
        size = max(1, round(wide * scale)), max(1, round(tall * scale))
        self.image = Image.new("RGB", size, "white")
        self._pen = ImageDraw.Draw(self.image)
        self._scale = scale
        whole = (scale, 0.0, 0.0, -scale, -float(box.left) * scale, float(box.top) * scale)
        self._state = State(matrix=whole, clip=(0.0, 0.0, float(size[0]), float(size[1])))
        self._stack: list[State] = []
        self._paths: list[list[Point]] = []
        self._clips = False
        self._line = self._text = NO_MOVE
        """Where the line of letters begins, and where the next letter goes."""
        self._leading = 0.0

    def paint(self) -> Image.Image:
        contents = self._page.get_contents()
        if contents is not None:
            self._walk(contents, self._page.get("/Resources", {}), ())
        return self.image

    def _walk(self, content: ContentStream, resources: Any, path: tuple[str, ...]) -> None:
        resources = resources.get_object() if hasattr(resources, "get_object") else resources
        for operands, operator in content.operations:
            step = STEPS.get(operator)
            try:
                if step is not None:
                    step(self, operands)
                elif operator in NAMED:
                    NAMED[operator](self, operands, resources, path)
            except BROKEN:
                continue

    # --- state

    def save(self, _: Sequence[Any]) -> None:
        if len(self._stack) < 256:
            self._stack.append(self._state)

    def restore(self, _: Sequence[Any]) -> None:
        if self._stack:
            self._state = self._stack.pop()

    def move_space(self, operands: Sequence[Any]) -> None:
        self._state = replace(self._state, matrix=_times(_matrix(operands), self._state.matrix))

    def set_width(self, operands: Sequence[Any]) -> None:
        self._state = replace(self._state, width=float(operands[0]))

    def set_fill(self, operands: Sequence[Any]) -> None:
        self._state = replace(self._state, fill=ink_of(operands))

    def set_stroke(self, operands: Sequence[Any]) -> None:
        self._state = replace(self._state, stroke=ink_of(operands))

    def fill_in_space(self, operands: Sequence[Any]) -> None:
        self._state = replace(self._state, fill=ink_in(self._state.fill_space, operands))

    def stroke_in_space(self, operands: Sequence[Any]) -> None:
        self._state = replace(self._state, stroke=ink_in(self._state.stroke_space, operands))

    def fill_space(self, operands: Sequence[Any], resources: Any, _: tuple[str, ...]) -> None:
        self._state = replace(self._state, fill_space=_named(resources, "/ColorSpace", operands[0]), fill=BLACK)

    def stroke_space(self, operands: Sequence[Any], resources: Any, _: tuple[str, ...]) -> None:
        self._state = replace(self._state, stroke_space=_named(resources, "/ColorSpace", operands[0]), stroke=BLACK)

    def more_state(self, operands: Sequence[Any], resources: Any, _: tuple[str, ...]) -> None:
        told = _named(resources, "/ExtGState", operands[0])
        if "/ca" in told:
            self._state = replace(self._state, is_faint=float(told["/ca"]) < FAINT)

    # --- paths

    def begin(self, operands: Sequence[Any]) -> None:
        self._paths.append([self._at(operands[0], operands[1])])

    def line(self, operands: Sequence[Any]) -> None:
        """Of a curve, to its end."""
        self._paths[-1].append(self._at(operands[-2], operands[-1]))

    def rectangle(self, operands: Sequence[Any]) -> None:
        x, y, wide, tall = (float(one) for one in operands)
        corners = ((x, y), (x + wide, y), (x + wide, y + tall), (x, y + tall))
        self._paths.append([self._at(*corner) for corner in corners])

    def clip(self, _: Sequence[Any]) -> None:
        self._clips = True

    def fill(self, _: Sequence[Any]) -> None:
        if not self._state.is_faint and self._state.fill is not None:
            for path in self._paths:
                self._plane(path, self._state.fill)
        self.end(())

    def trace(self, _: Sequence[Any]) -> None:
        width = max(1, round(self._state.width * self._scale))
        if self._state.stroke is not None:
            for path in self._paths:
                self._pen.line(
                    [_inside(point, self._state.clip) for point in path], fill=self._state.stroke, width=width
                )
        self.end(())

    def both(self, _: Sequence[Any]) -> None:
        paths = self._paths
        self.fill(())
        self._paths = paths
        self.trace(())

    def end(self, _: Sequence[Any]) -> None:
        if self._clips and self._paths:
            self._state = replace(
                self._state, clip=_common(self._state.clip, _box([p for path in self._paths for p in path]))
            )
        self._paths, self._clips = [], False

    def _plane(self, path: Sequence[Point], ink: Ink) -> None:
        if len(path) > 2:
            self._pen.polygon([_inside(point, self._state.clip) for point in path], fill=ink)

    # --- letters

    def begin_text(self, _: Sequence[Any]) -> None:
        self._line = self._text = NO_MOVE

    def set_font(self, operands: Sequence[Any], resources: Any, _: tuple[str, ...]) -> None:
        font = _named(resources, "/Font", operands[0])
        is_wide = font.get("/Subtype") == "/Type0"
        self._state = replace(
            self._state, font=str(font.get("/BaseFont", ""))[1:], is_wide=is_wide, size=float(operands[1])
        )

    def place_text(self, operands: Sequence[Any]) -> None:
        self._line = self._text = _matrix(operands)

    def move_text(self, operands: Sequence[Any]) -> None:
        self._line = self._text = _times((1, 0, 0, 1, float(operands[0]), float(operands[1])), self._line)

    def move_and_lead(self, operands: Sequence[Any]) -> None:
        self._leading = -float(operands[1])
        self.move_text(operands)

    def lead(self, operands: Sequence[Any]) -> None:
        self._leading = float(operands[0])

    def next_line(self, _: Sequence[Any]) -> None:
        self.move_text((0, -self._leading))

    def show_below(self, operands: Sequence[Any]) -> None:
        self.next_line(())
        self.show(operands)

    def show(self, operands: Sequence[Any]) -> None:
        """A bar as long as its letters are; what follows on the same line begins behind it."""
        parts = operands[-1] if isinstance(operands[-1], list) else [operands[-1]]
        count = sum(len(part) for part in parts if isinstance(part, (str, bytes)))
        count = count // 2 if self._state.is_wide and any(isinstance(part, bytes) for part in parts) else count
        placed = _times(self._text, self._state.matrix)
        size = self._state.size * (placed[2] ** 2 + placed[3] ** 2) ** 0.5
        if count and size > 0:
            self._found.letters[self._state.font, round(size / self._scale, 1)] += count
        long = count * LETTER_WIDTH * self._state.size
        if self._state.fill is not None:
            high = max(BAR * self._state.size, self._state.size / size if size else 0)  # never less than a pixel
            self._plane(
                [_moved(placed, *corner) for corner in ((0, 0), (long, 0), (long, high), (0, high))], self._state.fill
            )
        self._text = _times((1, 0, 0, 1, long, 0), self._text)

    # --- what is drawn by its name

    def draw(self, operands: Sequence[Any], resources: Any, path: tuple[str, ...]) -> None:
        name = str(operands[0])
        thing = _named(resources, "/XObject", name)
        if thing.get("/Subtype") == "/Image":
            self._picture(thing, (*path, name))
        elif thing.get("/Subtype") == "/Form" and len(path) < DEEPEST:
            before, stack = self._state, self._stack
            self._stack = []
            self.move_space(thing.get("/Matrix", (1, 0, 0, 1, 0, 0)))
            self._walk(ContentStream(thing, self._reader), thing.get("/Resources", resources), (*path, name))
            self._state, self._stack = before, stack

    def _picture(self, thing: Any, path: tuple[str, ...]) -> None:
        pixels = int(thing["/Width"]) * int(thing["/Height"])
        packed = thing.get("/Filter", [])
        names = {str(one) for one in (packed if isinstance(packed, list) else [packed])}
        if thing.get("/ImageMask") or not 0 < pixels <= MOST_PICTURE_PIXELS or not names <= TAKEN:
            return
        if self._found.pixels + pixels > MOST_PIXELS_OF_ALL:
            return
        self._found.pixels += pixels
        corners = [_moved(self._state.matrix, *corner) for corner in ((0, 0), (1, 0), (1, 1), (0, 1))]
        left, top, right, bottom = _common(_box(corners), self._state.clip)
        size = round(right - left), round(bottom - top)
        if min(size) < 1:
            return
        picture = self._page.images[path[0] if len(path) == 1 else list(path)].image
        if picture is None:
            return
        self._found.pictures += 1
        clear = picture.convert("RGBA").getchannel("A").resize(size) if picture.has_transparency_data else None
        self.image.paste(picture.convert("RGB").resize(size), (round(left), round(top)), clear)

    def _at(self, x: Any, y: Any) -> Point:
        return _moved(self._state.matrix, float(x), float(y))


def _named(resources: Any, kind: str, name: Any) -> Any:
    """What a name stands for in a page's or a form's resources; a colour space may be its own name."""
    found = resources.get(kind, {})
    found = found.get_object() if hasattr(found, "get_object") else found
    thing = found.get(name, name)
    return thing.get_object() if hasattr(thing, "get_object") else thing


def _matrix(operands: Sequence[Any]) -> Matrix:
    a, b, c, d, e, f = (float(one) for one in operands)
    return a, b, c, d, e, f


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _moved(matrix: Matrix, x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _box(points: Sequence[Point]) -> Box:
    across, down = [x for x, _ in points], [y for _, y in points]
    return min(across), min(down), max(across), max(down)


def _common(one: Box, other: Box) -> Box:
    left, top = max(one[0], other[0]), max(one[1], other[1])
    return left, top, max(left, min(one[2], other[2])), max(top, min(one[3], other[3]))


def _inside(point: Point, clip: Box) -> Point:
    return min(max(point[0], clip[0]), clip[2]), min(max(point[1], clip[1]), clip[3])


STEPS: Mapping[bytes, Any] = {
    b"q": Painter.save,
    b"Q": Painter.restore,
    b"cm": Painter.move_space,
    b"w": Painter.set_width,
    b"g": Painter.set_fill,
    b"rg": Painter.set_fill,
    b"k": Painter.set_fill,
    b"G": Painter.set_stroke,
    b"RG": Painter.set_stroke,
    b"K": Painter.set_stroke,
    b"sc": Painter.fill_in_space,
    b"scn": Painter.fill_in_space,
    b"SC": Painter.stroke_in_space,
    b"SCN": Painter.stroke_in_space,
    b"m": Painter.begin,
    b"l": Painter.line,
    b"c": Painter.line,
    b"v": Painter.line,
    b"y": Painter.line,
    b"re": Painter.rectangle,
    b"W": Painter.clip,
    b"W*": Painter.clip,
    b"f": Painter.fill,
    b"F": Painter.fill,
    b"f*": Painter.fill,
    b"S": Painter.trace,
    b"s": Painter.trace,
    b"B": Painter.both,
    b"B*": Painter.both,
    b"b": Painter.both,
    b"b*": Painter.both,
    b"n": Painter.end,
    b"BT": Painter.begin_text,
    b"Tm": Painter.place_text,
    b"Td": Painter.move_text,
    b"TD": Painter.move_and_lead,
    b"TL": Painter.lead,
    b"T*": Painter.next_line,
    b"Tj": Painter.show,
    b"TJ": Painter.show,
    b"'": Painter.show_below,
    b'"': Painter.show_below,
}
NAMED: Mapping[bytes, Any] = {
    b"cs": Painter.fill_space,
    b"CS": Painter.stroke_space,
    b"gs": Painter.more_state,
    b"Tf": Painter.set_font,
    b"Do": Painter.draw,
}
"""Operators that name something among the resources."""
