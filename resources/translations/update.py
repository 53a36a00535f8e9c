"""Bring the catalogues of the window's languages up to date: ``python resources/translations/update.py``.

Texts come from the window's sources, the sentences of all error types, the settings of photos, the presets and the
catalogue of models; ``--check`` changes nothing and fails when one is missing, unfinished or no longer
used. Needs the Linguist tools of PySide6-Essentials.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
LANGUAGES = ("zh_CN",)
Kind = TypeVar("Kind")


def error_sentences() -> list[str]:
    """Return the sentences of every error type of ``matting`` and ``models`` and all their phrases, sorted."""
    sys.path.insert(0, str(ROOT))
    from matting.errors import KirieError
    from matting.phrases import Phrase

    rooms = ("matting", "models")
    for room in rooms:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            importlib.import_module(module.name)
    ours = [kind for kind in _descendants(KirieError) if kind.__module__.split(".")[0] in rooms]
    texts = {text for kind in ours for text in (kind.sentence, kind.row) if text}
    return sorted(texts | {phrase.template for phrase in Phrase.declared.values()})


def catalogue_texts() -> list[str]:
    """Return titles and descriptions of the models that the catalogue offers, sorted."""
    entries = json.loads((ROOT / "resources" / "catalogue.json").read_text("utf-8"))["models"]
    return sorted({entry[key] for entry in entries for key in ("title", "description") if entry.get(key)})


def preset_texts() -> list[str]:
    """Return titles and descriptions of the presets that come with Kirie, sorted."""
    presets = [json.loads(file.read_text("utf-8")) for file in (ROOT / "resources" / "presets").glob("*.json")]
    return sorted({preset[key] for preset in presets for key in ("title", "about")})


def setting_texts() -> list[str]:
    """Return labels and tips of a photo's settings, sorted."""
    sys.path.insert(0, str(ROOT))
    from matting.setting_rows import PHOTO_SETTINGS

    return sorted({text for row in PHOTO_SETTINGS for text in (row.label, row.tip)})


def _descendants(kind: type[Kind]) -> Iterator[type[Kind]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)


def update(catalogue: Path) -> None:
    """Merge the texts of today into one ``.ts`` file, dropping those no longer used."""
    with tempfile.TemporaryDirectory() as folder:
        # Texts that live where no Qt is: lent to lupdate in the one form that it reads.
        lent = Path(folder) / "lent.py"
        texts_of = {
            "errors": error_sentences(),
            "catalogue": catalogue_texts(),
            "photo settings": setting_texts(),
            "presets": preset_texts(),
        }
        calls = [f"QT_TRANSLATE_NOOP({name!r}, {text!r})" for name, found in texts_of.items() for text in found]
        lent.write_text("\n".join(calls), "utf-8")
        sources = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "gui").rglob("*.py"))]
        _run("pyside6-lupdate", *sources, str(lent), "-no-obsolete", "-locations", "none", "-ts", str(catalogue))


def compile_catalogue(catalogue: Path) -> None:
    """Write the ``.qm`` that the window loads."""
    _run("pyside6-lrelease", str(catalogue), "-qm", str(catalogue.with_suffix(".qm")))


def texts(catalogue: Path) -> dict[tuple[str, str], str | None]:
    """(context, source text) to translation, ``None`` where it is missing or unfinished."""
    found: dict[tuple[str, str], str | None] = {}
    for context in ElementTree.parse(catalogue).getroot().iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            translation = message.find("translation")
            done = translation is not None and translation.get("type") is None
            text = "".join(translation.itertext()).strip() if done and translation is not None else ""
            found[name, message.findtext("source", "")] = text or None
    return found


def problems(catalogue: Path) -> list[str]:
    """Return what is wrong with a catalogue, a line each: untranslated, new, or obsolete texts."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / catalogue.name
        shutil.copy(catalogue, fresh)
        update(fresh)
        wanted, there = texts(fresh), texts(catalogue)
    lines = [f"{context}: {text!r} is not translated" for (context, text), done in wanted.items() if done is None]
    return lines + [f"{context}: {text!r} is no longer used" for context, text in there.keys() - wanted.keys()]


def _run(tool: str, *arguments: str) -> None:
    beside_python = Path(sys.executable).with_name(tool)
    command = str(beside_python) if beside_python.exists() else tool
    done = subprocess.run([command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{tool} failed:\n{done.stdout}{done.stderr}")


def main() -> int:
    """Update, or check and return 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail on anything missing")
    check = parser.parse_args().check
    wrong: list[str] = []
    for language in LANGUAGES:
        catalogue = FOLDER / f"kirie_{language}.ts"
        if check:
            wrong += problems(catalogue)
        else:
            update(catalogue)
            compile_catalogue(catalogue)
            missing = sum(done is None for done in texts(catalogue).values())
            print(f"{catalogue.name}: {len(texts(catalogue))} texts, {missing} not translated")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
