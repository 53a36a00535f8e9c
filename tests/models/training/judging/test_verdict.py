"""When the photos kept aside are too few to say which model is better."""

from __future__ import annotations

import pytest

from matting.settings import Mode
from models.training.judging.verdict import compare

BETTER = {"max_f": 0.9, "mae": 0.03, "iou": 0.85}
BEFORE = {"max_f": 0.85, "mae": 0.05, "iou": 0.8}


@pytest.mark.parametrize(
    ("gains", "verdict"),
    [
        ([0.02], "same"),
        ([0.1, -0.06, 0.02], "same"),
        ([0.02, 0.021, 0.019], "better"),
        ([0.1, -0.06] * 10, "better"),
        ([], "better"),
    ],
    ids=["one photo", "they disagree", "they agree", "enough of them", "not known"],
)
def test_few_photos_must_agree(gains: list[float], verdict: str) -> None:
    kind, sentence = compare(Mode.CUTOUT, BETTER, BEFORE, max(len(gains), 1), gains)
    assert kind == verdict
    assert ("Too few photos" in str(sentence)) == (verdict == "same")
