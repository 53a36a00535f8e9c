"""Errors carry facts: phrases that each language words, stored and read back, and no English text among them."""

from __future__ import annotations

import ast
import errno
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from matting.batch.output_names import check_template
from matting.batch.write_outputs import make_folder
from matting.error_json import error_from_json, error_to_json
from matting.errors import BadTemplate, FolderNotWritable, PhotoUnreadable, TemplateProblem
from matting.phrases import Lists, Phrase, listed
from matting.system.os_errors import SystemProblem, system_reason
from tests.matting.error_samples import all_error_types, sample_facts

ROOT = Path(__file__).resolve().parents[2]


def test_a_phrase_is_filled_and_reads_as_english() -> None:
    with pytest.raises(BadTemplate, match=re.escape("cannot be used because {size} is unknown; write text")) as caught:
        check_template("{size}-{stem}")
    assert caught.value.facts["reason"] == TemplateProblem.UNKNOWN_FIELD(field="size")


def test_lists_are_phrases_too() -> None:
    assert str(listed(["a", TemplateProblem.BRACES, "c"])) == "a, its braces do not match, c"
    assert str(listed(["a", "b"], Lists.OR)) == "a or b"
    assert listed(["alone"]) == "alone"


def test_every_error_and_every_phrase_survives_as_json() -> None:
    for kind in all_error_types():
        error = kind(**sample_facts(kind.sentence + kind.row))
        again = error_from_json(error_to_json(error))
        assert again is not None
        assert (type(again), again.facts, str(again)) == (kind, error.facts, str(error))
    for phrase in list(Phrase.declared.values()):
        inside = PhotoUnreadable(Path("a.jpg"), reason=phrase(**sample_facts(phrase.template)))
        again = error_from_json(error_to_json(inside))
        assert again is not None
        assert again.facts["reason"] == inside.facts["reason"]


@pytest.mark.parametrize(
    "stored",
    [
        None,
        {"type": "OfTomorrow", "facts": {}},
        {"type": "PhotoUnreadable", "facts": {"path": "a", "reason": {"phrase": "Of.TOMORROW", "facts": {}}}},
        {"type": "PhotoUnreadable", "facts": {"path": "a"}},
        {"type": "PhotoUnreadable", "facts": 3},
    ],
)
def test_an_error_of_another_version_is_none(stored: object) -> None:
    assert error_from_json(stored) is None


@pytest.mark.parametrize(
    ("number", "phrase"),
    [
        (errno.EACCES, SystemProblem.NO_ACCESS),
        (errno.EROFS, SystemProblem.READ_ONLY),
        (errno.ENOSPC, SystemProblem.FULL),
        (errno.ENOENT, SystemProblem.MISSING),
        (errno.ENOTDIR, SystemProblem.NOT_A_FOLDER),
        (errno.EISDIR, SystemProblem.A_FOLDER),
        (errno.ENAMETOOLONG, SystemProblem.LONG_NAME),
        (errno.EBUSY, SystemProblem.IN_USE),
        (errno.EIO, SystemProblem.BROKEN_DISK),
    ],
)
def test_the_usual_refusals_of_the_system_have_words_of_ours(number: int, phrase: Phrase) -> None:
    assert system_reason(OSError(number, os.strerror(number))) == phrase


def test_what_has_no_words_of_ours_is_quoted() -> None:
    assert str(system_reason(OSError(errno.EDOM, "Out of domain"))) == "the system says “Out of domain”"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs Linux's /proc, which takes no files")
def test_a_folder_that_takes_no_files_is_named_and_not_the_file_that_was_tried() -> None:
    with pytest.raises(FolderNotWritable, match=r"^Kirie cannot write to /proc/self \(.*\); choose another folder\.$"):
        make_folder(Path("/proc/self"))


def _texts_given_to_errors(room: str) -> Iterator[str]:
    """Where an English text is given as a fact of an error or a phrase."""
    names = {kind.__name__ for kind in all_error_types()} | {name.rpartition(".")[2] for name in Phrase.declared}
    for path in sorted((ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            for keyword in node.keywords if called in names else []:
                for part in ast.walk(keyword.value):
                    if isinstance(part, ast.Attribute) and part.attr == "strerror" and path.stem != "os_errors":
                        yield f"{path.relative_to(ROOT)}:{node.lineno}: the system's own words"
                    text = part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else ""
                    if re.search(r"[a-z]+ [a-z]+", text):
                        yield f"{path.relative_to(ROOT)}:{node.lineno}: {text!r}"


@pytest.mark.parametrize("room", ["matting", "models", "commands", "gui"])
def test_no_fact_is_an_english_text(room: str) -> None:
    assert list(_texts_given_to_errors(room)) == []


def test_all_errors_and_phrases_are_known_without_torch() -> None:
    code = """
import sys
import models.all_errors
from matting.error_json import known_types
from matting.phrases import Phrase
assert "torch" not in sys.modules and "cv2" not in sys.modules
print(*known_types(), *Phrase.declared)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    wanted = {kind.__name__ for kind in all_error_types()} | set(Phrase.declared)
    assert wanted - set(done.stdout.split()) == set()


def test_every_error_type_has_a_sentence_that_its_facts_fill() -> None:
    for kind in all_error_types():
        assert kind.sentence, kind
        assert str(kind(**sample_facts(kind.sentence)))
        assert kind.sentence.endswith((".", "{hint}")), kind
