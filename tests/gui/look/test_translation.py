"""Every text of the window and of the errors has its Chinese, with the same fields to fill in."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication

import resources

CATALOGUES = sorted(resources.TRANSLATIONS.glob("*.ts"))


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("update", resources.TRANSLATIONS / "update.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.stem)
def test_no_text_is_missing_unfinished_or_obsolete(tool: ModuleType, catalogue: Path) -> None:
    assert tool.problems(catalogue) == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.stem)
def test_translations_keep_the_fields(tool: ModuleType, catalogue: Path) -> None:
    for (context, source), translation in tool.texts(catalogue).items():
        fields = re.findall(r"\{[^{}]*\}", source)
        assert sorted(re.findall(r"\{[^{}]*\}", translation or "")) == sorted(fields), (context, source)


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.stem)
def test_the_compiled_catalogue_says_what_the_source_says(
    tool: ModuleType, catalogue: Path, qapp: QApplication
) -> None:
    translator = QTranslator(qapp)
    assert translator.load(str(catalogue.with_suffix(".qm")))
    qapp.installTranslator(translator)
    try:
        for (context, source), translation in tool.texts(catalogue).items():
            # Qt trims nothing, the reader of the catalogue does.
            assert QCoreApplication.translate(context, source).strip() == translation, (context, source)
    finally:
        qapp.removeTranslator(translator)
