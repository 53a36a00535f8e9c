"""What training makes small is least where it should be."""

from __future__ import annotations

import pytest
import torch

from models.training.steps.losses import iou_loss


def logit(probability: torch.Tensor) -> torch.Tensor:
    return torch.logit(probability, eps=1e-6)


def test_overlap_of_hard_targets() -> None:
    """Two of four pixels right, one missed, one false: 2 of 4 overlap; one pixel more on both sides."""
    target = torch.tensor([1.0, 1.0, 1.0, 0.0]).reshape(1, 1, 2, 2)
    found = torch.tensor([1.0, 1.0, 0.0, 1.0]).reshape(1, 1, 2, 2)
    assert iou_loss(logit(found), target).item() == pytest.approx(1 - 3 / 5, abs=1e-4)
    assert iou_loss(logit(target), target).item() == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("inside", [None, torch.ones(1, 1, 8, 8)])
def test_a_soft_target_is_not_driven_to_black_and_white(inside: torch.Tensor | None) -> None:
    target = torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(1)) * 0.6 + 0.2
    at_target = iou_loss(logit(target), target, inside).item()
    for change in (0.7, 0.9, 1.1, 1.2):
        assert iou_loss(logit(target * change), target, inside).item() > at_target
    assert iou_loss(logit((target > 0.5).float()), target, inside).item() > at_target
