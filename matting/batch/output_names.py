"""Names of output files: a template, the source tree mirrored, and never two photos on one file."""

from __future__ import annotations

import hashlib
import os
import re
import string
import unicodedata
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from pathlib import Path

from matting.batch.find_photos import FoundPhoto
from matting.errors import BadTemplate, TemplateProblem
from matting.settings import DEFAULT_TEMPLATE, CanvasSize, Format, OutputSettings, Write
from matting.system.file_names import is_reserved_on_windows

FIELDS = ("stem", "kind", "model", "index")
# File systems allow 255 bytes a name; a temporary file's decoration and a number must still fit.
LONGEST_NAME = 220
_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]')


def check_template(template: str) -> None:
    """Accept a name template: text with ``{stem}``, ``{kind}``, ``{model}``, ``{index}``, and ``/`` for folders.

    Raises:
        BadTemplate: with the reason, when names made from it would not be valid on Linux, macOS and Windows alike.
    """
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise BadTemplate(template=template, reason=TemplateProblem.BRACES) from error
    for _, field, spec, conversion in parts:
        if field is not None and field not in FIELDS:
            raise BadTemplate(template=template, reason=TemplateProblem.UNKNOWN_FIELD(field=field))
        if spec or conversion:
            raise BadTemplate(template=template, reason=TemplateProblem.FIELD_FORMAT(field=field))
    literal = "".join(text for text, *_ in parts)
    if wrong := _FORBIDDEN.search(literal):
        shown = repr(wrong.group())[1:-1]
        raise BadTemplate(template=template, reason=TemplateProblem.CHARACTER(character=shown))
    for segment in template.format(stem="s", kind="cutout", model="m", index="1").split("/"):
        if not segment.strip():
            raise BadTemplate(template=template, reason=TemplateProblem.EMPTY_NAME)
        if segment in {".", ".."} or segment != segment.rstrip(". "):
            raise BadTemplate(template=template, reason=TemplateProblem.END_OF_NAME)
        if is_reserved_on_windows(segment):
            raise BadTemplate(template=template, reason=TemplateProblem.RESERVED(name=segment))


def kinds_of(output: OutputSettings, classes: Sequence[str]) -> tuple[str, ...]:
    """List what is written for a photo, one kind a file.

    Masks and maps of several classes come one a class, cutouts on several canvases one a canvas.
    """
    kinds: list[str] = []
    for write in dict.fromkeys(output.writes):
        if write is Write.CUTOUT:
            kinds += cutout_kinds(output)
        else:
            kinds += [f"{write}-{name}" for name in classes] if len(classes) > 1 else [str(write)]
    return tuple(kinds)


def cutout_kinds(output: OutputSettings) -> dict[str, CanvasSize | None]:
    """Return the canvas of each kind of cutout: of its size in its name where there are several."""
    sizes = tuple(dict.fromkeys(output.canvases))
    if len(sizes) < 2:
        return {str(Write.CUTOUT): sizes[0] if sizes else None}
    return {f"{Write.CUTOUT}-{str(size).replace(':', '-')}": size for size in sizes}


def example_name(
    template: str | None, kind: str = "cutout", format: Format = Format.PNG, stem: str = "photo", model: str = "model"
) -> str:
    """Return a file name as the template makes it, for a live example; raises ``BadTemplate`` like the check."""
    check_template(template or DEFAULT_TEMPLATE)
    name = (template or DEFAULT_TEMPLATE).format(stem=stem, kind=kind, model=model, index="1")
    return name + _suffix(kind, format)


def output_paths(
    photos: Sequence[FoundPhoto], output: OutputSettings, kinds: Sequence[str], model: str = "model"
) -> list[dict[str, Path]]:
    """Return the output files of each photo, kind → path, for the whole batch at once and always the same for it.

    A photo's folder is mirrored below ``output.folder``. Where photos would meet on one file (``a.jpg`` beside
    ``a.png``; also ``A.jpg``, as some file systems ignore case) each of them takes its suffix into its name
    (``a-jpg-cutout.png``), and a number where that is not enough. No path is one of the photos themselves.
    A template without ``{kind}`` gets it at the end when one photo has several files.

    Raises:
        BadTemplate: as ``check_template``.
    """
    _real_folder.cache_clear()  # links may have been turned since the last batch
    namer = _Namer(photos, output, kinds, model)
    everything = range(len(photos))
    planned = [namer.paths(number) for number in everything]
    meeting = _meeting(planned)
    for number in meeting:
        planned[number] = namer.paths(number, with_suffix=True)
    still = _meeting(planned)
    sources = {key for photo in photos for key in (_same(photo.path), _same(Path(os.path.realpath(photo.path))))}
    # Photos whose paths are theirs alone keep their names; the others avoid those names.
    keep = {number for number in everything if number not in still and not sources & _keys(planned[number])}
    taken = sources.union(*(_keys(planned[number]) for number in keep))
    last_count: dict[str, int] = {}
    for number in everything:
        if number in keep:
            continue
        first = _same(next(iter(planned[number].values())))
        count = last_count.get(first, 0) + 1
        while taken & _keys(named := namer.paths(number, tail="" if count == 1 else f"-{count}")):
            count += 1
        last_count[first] = count
        planned[number] = named
        taken |= _keys(named)
    return planned


def without_own_outputs(
    photos: Sequence[FoundPhoto],
    output: OutputSettings,
    kinds: Sequence[str],
    model: str = "model",
    known: Callable[[], Collection[Path]] = tuple,
) -> list[FoundPhoto]:
    """Return the photos without those that an earlier run wrote among them: ``a-cutout.png`` beside ``a.jpg``.

    For an output folder that is also searched for photos. ``known`` returns outputs that a journal remembers.
    """
    start = f"{_same(output.folder)}{os.sep}"
    inside = {key for photo in photos if (key := _same(photo.path)).startswith(start)}
    if not inside:
        return list(photos)
    namer = _Namer(photos, output, kinds, model)
    written = {_same(path) for path in known()}
    for number, photo in enumerate(photos):
        for with_suffix in (False, True):
            written |= _keys(namer.paths(number, with_suffix)) - {_same(photo.path)}
    ours = inside & written
    return [photo for photo in photos if _same(photo.path) not in ours]


class _Namer:
    """Fills the template for one photo of a batch, with no regard to the others."""

    def __init__(self, photos: Sequence[FoundPhoto], output: OutputSettings, kinds: Sequence[str], model: str) -> None:
        template = output.name or DEFAULT_TEMPLATE
        check_template(template)
        if len(kinds) > 1 and "kind" not in [field for _, field, *_ in string.Formatter().parse(template)]:
            template += "-{kind}"
        self._template, self._photos, self._output, self._kinds = template, photos, output, kinds
        self._model = _FORBIDDEN.sub("-", model).replace("/", "-")

    def paths(self, number: int, with_suffix: bool = False, tail: str = "") -> dict[str, Path]:
        """Return kind → path; ``with_suffix`` takes the photo's suffix into its stem, ``tail`` ends the name."""
        photo = self._photos[number]
        stem, index = photo.path.stem, str(number + 1).zfill(len(str(len(self._photos))))
        if with_suffix and photo.path.suffix:
            stem += f"-{photo.path.suffix[1:].lower()}"
        folder = self._output.folder / photo.below_root.parent
        named: dict[str, Path] = {}
        for kind in self._kinds:
            name = self._template.format(stem=stem, kind=kind, model=self._model, index=index)
            named[kind] = folder / _fit(name + tail, _suffix(kind, self._output.format))
        return named


def numbered(path: Path, number: int) -> Path:
    """Return the same file name with a number before the suffix: ``a-cutout-2.png``."""
    return path.with_name(_fit(f"{path.stem}-{number}", path.suffix))


def _suffix(kind: str, format: Format) -> str:
    return f".{format}" if kind.partition("-")[0] == Write.CUTOUT else ".png"


def _fit(name: str, suffix: str) -> str:
    """Name and suffix, the last segment shortened to ``LONGEST_NAME`` bytes; what was cut off stays told apart."""
    head, slash, last = name.rpartition("/")
    raw = os.fsencode(last)
    if len(raw) + len(suffix) > LONGEST_NAME:
        digest = hashlib.sha256(raw).hexdigest()[:8]
        ending = raw[-20:].decode("utf-8", "ignore")
        room = LONGEST_NAME - len(suffix) - len(digest) - len(ending.encode()) - 2
        last = f"{raw[:room].decode('utf-8', 'ignore')}-{digest}-{ending}"
    return f"{head}{slash}{last}{suffix}"


@lru_cache(maxsize=4096)
def _real_folder(folder: str) -> str:
    return os.path.realpath(folder)


def _same(path: Path) -> str:
    """Return one text for all spellings that some file system takes for one file: folder links, case, Unicode form."""
    folder, name = os.path.split(str(path))  # strings: runs for every file of a large batch
    return unicodedata.normalize("NFC", f"{_real_folder(folder)}{os.sep}{name}").casefold()


def _keys(named: dict[str, Path]) -> set[str]:
    return {_same(path) for path in named.values()}


def _meeting(planned: Sequence[dict[str, Path]]) -> set[int]:
    """Return the numbers of the photos that share an output path with another, or whose own two files share one."""
    first: dict[str, int] = {}
    meeting: set[int] = set()
    for number, named in enumerate(planned):
        for path in named.values():
            other = first.setdefault(_same(path), number)
            if other != number:
                meeting |= {other, number}
    return meeting
