"""What training makes small: cross-entropy on every output, and by choice the overlap of the best one."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F


def training_loss(
    outputs: Tensor | Sequence[Tensor],
    target: Tensor,
    inside: Tensor | None = None,
    side_weight: float = 0.4,
    soft_iou: float = 0.5,
) -> Tensor:
    """Return the loss of a batch, a scalar.

    ``outputs``: logits (n, classes, h, w), or U²-Net's list with the fused ones first. ``target`` the same shape, in
    [0, 1]. ``inside`` (n, 1, h, w): how much pixels count, in [0, 1].
    Deep supervision: binary cross-entropy of each output (Qin et al. 2020, equation 1), the side outputs weighted by
    ``side_weight`` (the paper: 1). ``soft_iou`` weighs the soft overlap of the first output.
    """
    fused, *sides = [outputs] if isinstance(outputs, Tensor) else list(outputs)
    loss = cross_entropy(fused, target, inside)
    if side_weight:
        for side in sides:
            loss = loss + side_weight * cross_entropy(side, target, inside)
    if soft_iou:
        loss = loss + soft_iou * iou_loss(fused, target, inside)
    return loss


def cross_entropy(logits: Tensor, target: Tensor, inside: Tensor | None = None) -> Tensor:
    """Return the binary cross-entropy, the mean over the pixels that count."""
    if inside is None:
        return F.binary_cross_entropy_with_logits(logits.float(), target)
    each = F.binary_cross_entropy_with_logits(logits.float(), target, reduction="none")
    return (each * inside).sum() / (inside.expand_as(each).sum() + 1e-6)


def iou_loss(logits: Tensor, target: Tensor, inside: Tensor | None = None) -> Tensor:
    """Return 1 - soft intersection over union, the mean over photos and classes; least where both agree.

    The common product form (Rahman, Wang, ISVC 2016) equals this for hard targets but drives a soft target's pixels
    to 0 and 1. Source: Wang, Ning, Blaschko, "Jaccard metric losses: optimizing the Jaccard index with soft labels",
    NeurIPS 2023.
    """
    probability = torch.sigmoid(logits.float())
    if inside is not None:
        probability, target = probability * inside, target * inside
    together = (probability + target).sum(dim=(2, 3))
    apart = (probability - target).abs().sum(dim=(2, 3))
    both, either = (together - apart) / 2, (together + apart) / 2
    # One pixel on both sides: an empty crop that is predicted empty has no loss and a smooth gradient.
    return (1 - (both + 1) / (either + 1)).mean()
