"""What a Chinese window shows of every error and every phrase: no English sentence is left in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

import resources
from gui.look.error_text import phrase_text, row_sentence, sentence
from gui.photos.row_text import row_text, state_text
from gui.workspace.entry import PhotoEntry, PhotoState
from matting.errors import PhotoDamaged, PhotoError, PhotoUnreadable
from matting.phrases import Phrase
from matting.system.os_errors import SystemProblem
from models.errors import DeviceProblem, WeightsContent, WeightsNotRecognised
from models.training.errors import MaskUnclear
from tests.matting.error_samples import all_error_types, sample_facts

# What Chinese takes over as it is: names of products, formats, units, files and options, and what is typed in quotes.
_NAMES = re.compile(
    r"\b(AUC|Apple|BMP|CgBI|SDR|HDR|CPU|CUDA|Dice|GPU|HEIC|HTTP|JPEG|JSON|Kirie|MB|NVIDIA|ONNX|Runtime|PNG|PyTorch|Python|RAW|"
    r"SHA|TIFF|TorchScript|UTF|WebP|Windows|ZIP|Net|safetensors|pickle|state dict|kB|https?|"
    r"pip install|onnxruntime(-gpu)?|pip|wheel|opset|sigmoid)\b"
)
_TYPED = re.compile(
    r"“[^”]*”|--?[a-z][-a-z]*( scratch)?|[A-Z_]+=\S+|SSL_CERT_FILE|PIP_[A-Z_]+|[\w/]+\.(pth|json|txt)|1st_manual|"
    r"\{\w+\}|\b(images?|imgs|photos|masks?|labels)\b/?"
)


def latin_words(text: str) -> list[str]:
    """Words of a text in Latin letters that are not taken over as they are."""
    return re.findall(r"[A-Za-z]{2,}", _NAMES.sub(" ", _TYPED.sub(" ", text)))


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    translator = QTranslator(qapp)
    assert translator.load(str(resources.TRANSLATIONS / "kirie_zh_CN.qm"))
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


def test_the_measure_finds_an_english_sentence() -> None:
    assert latin_words("无法打开 a（Permission denied）") == ["Permission", "denied"]


@pytest.mark.usefixtures("chinese")
def test_every_error_type_speaks_chinese() -> None:
    for kind in all_error_types():
        for text, worded in ((kind.sentence, sentence), (kind.row, row_sentence)):
            shown = worded(kind(**sample_facts(kind.sentence + kind.row)))
            assert re.search(r"[\u4e00-\u9fff]", shown), (kind, text)
            assert latin_words(shown) == [], (kind, shown)


@pytest.mark.usefixtures("chinese")
def test_every_phrase_speaks_chinese() -> None:
    for name, phrase in Phrase.declared.items():
        shown = phrase_text(phrase(**sample_facts(phrase.template)))
        assert latin_words(shown) == [], (name, shown)


@pytest.mark.usefixtures("chinese")
def test_phrases_are_worded_inside_each_other() -> None:
    found = WeightsContent.NOT_THAT_LAYOUT(layout=DeviceProblem.NO_MEMORY, other=SystemProblem.FULL)
    assert sentence(WeightsNotRecognised(Path("/a/b.pth"), found=found)).startswith(
        "b.pth 不能用作权重：它像内存不足，但含有磁盘已满。"
    )


def test_a_row_says_what_is_wrong_without_the_name_that_it_shows_already() -> None:
    path = Path("/a/broken-half.jpg")
    entry = PhotoEntry(path, state=PhotoState.FAILED, error=PhotoDamaged(path))
    assert state_text(entry) == "Damaged or incomplete; copy it again from its source"
    assert row_text(entry) == f"broken-half.jpg · {state_text(entry)}"
    entry = replace(entry, error=PhotoUnreadable(path, reason=SystemProblem.NO_ACCESS))
    assert state_text(entry).startswith("Could not be opened (access is denied)")


def test_every_error_of_a_photo_has_words_for_its_row() -> None:
    for kind in all_error_types():
        if issubclass(kind, PhotoError) and kind.__module__ == "matting.errors":
            assert kind.row, kind
            assert "{path}" not in kind.row, kind


def test_an_error_without_words_for_its_row_says_its_whole_sentence() -> None:
    assert row_sentence(MaskUnclear(Path("/a/m.png"), values="7")) == sentence(
        MaskUnclear(Path("/a/m.png"), values="7")
    )
