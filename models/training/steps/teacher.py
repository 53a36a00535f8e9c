"""Knowledge distillation: block by block from a teacher of the same shape, from the maps alone of any other.

Masks tell a network little about its inner features; a trained network gives a target for each of them. In the first
part of a run from scratch each block is trained apart: its input is that of the teacher's block and its target the
teacher's output, so that all depths learn at once and none waits for those before it. Then the whole network is
trained, on the masks as well. A run that starts from a model begins there, since its blocks already fit together.
How maps teach is in ``models.training.data.teacher_maps``.

Sources: Koratana, Kang, Bailis, Zaharia, "LIT: Learned Intermediate Representation Training for Model Compression",
ICML 2019 (blocks fed by the teacher); Romero et al., "FitNets", ICLR 2015 (features as hints); Beyer et al., "Knowledge
distillation: a good teacher is patient and consistent", CVPR 2022 (the teacher sees the very crop). What it gives here
is in ``docs/decisions/0045-blocks-learn-from-a-teacher.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from matting.settings import Mode
from models.catalogue.load import load_predictor
from models.networks.u2net import U2Net, enlarge, pool
from models.networks.weights import WeightsInfo, build_network
from models.predict.onnx_predictor import OnnxPredictor
from models.predict.prediction import ModelPredictor
from models.training.errors import CannotTeach
from models.training.phrases import TeacherProblem

APART = 0.75
"""The part of a run from scratch in which the blocks learn apart."""

HINT = 0.3
"""How much the features count, beside the outputs, once the blocks learn together."""


class Pupil(nn.Module):
    """A network beside its teacher; only the network's parameters learn."""

    def __init__(self, network: U2Net, teacher: U2Net) -> None:
        super().__init__()
        self.network = network
        self.teacher = teacher.eval().requires_grad_(False)

    def train(self, mode: bool = True) -> Self:
        """Only the network learns: the teacher's norms keep their statistics."""
        super().train(mode)
        self.teacher.eval()
        return self

    def forward(self, x: Tensor, apart: bool) -> tuple[list[Tensor], Tensor]:
        """Return the network's logits for (n, channels, h, w), as ``U2Net`` gives them in training, and the distance.

        The distance, a scalar from 0, is between what network and teacher make of ``x``. When ``apart``, each block
        sees the teacher's features, and the logits are those of the last layers on them.
        """
        with torch.no_grad():
            features = self.teacher.encode(x)
            decoded = self.teacher.decode(features)
            wanted = self.teacher.fuse(decoded)
        if apart:
            ours = _each_alone(self.network, x, features, decoded)
            outputs = self.network.fuse(decoded)
        else:
            ours_features = self.network.encode(x)
            ours_decoded = self.network.decode(ours_features)
            ours = [*ours_features, *ours_decoded[:-1]]
            outputs = self.network.fuse(ours_decoded)
        hints = torch.stack(
            [relative_distance(*pair) for pair in zip(ours, [*features, *decoded[:-1]], strict=True)]
        ).sum()
        answers = torch.stack([_disagreement(*pair) for pair in zip(outputs, wanted, strict=True)]).sum()
        return outputs, answers + (1.0 if apart else HINT) * hints


def relative_distance(ours: Tensor, wanted: Tensor) -> Tensor:
    """Mean squared difference of features (n, c, h, w), as a part of the wanted ones' variance within channels."""
    wanted = wanted.float()
    # Not Tensor.var: over these dimensions it takes four times as long, a twelfth of a step.
    spread = (wanted - wanted.mean(dim=(0, 2, 3), keepdim=True)).square().mean()
    return (ours.float() - wanted).square().mean() / (spread + 1e-4)


@dataclass(frozen=True)
class Teachers:
    """Whom a network learns from.

    ``blocks`` is a network of its own shape. ``maps`` label photos that have no masks: the teachers of another shape,
    who have a ``second_opinion`` on photos with masks too, or the first where there is none.
    """

    blocks: U2Net | None = None
    maps: tuple[ModelPredictor | OnnxPredictor, ...] = ()
    second_opinion: bool = False


def load_teachers(names: Sequence[str], info: WeightsInfo, device: str = "auto") -> Teachers:
    """Load the models to learn from, for a network that ``info`` describes; ``names`` as in ``find_model``.

    The first one whose blocks and numbers are the network's teaches block by block.
    Raises ``UnknownModel``, ``WeightsError`` types, ``DeviceUnavailable``, and ``CannotTeach`` for another mode or
    number of classes.
    """
    alike: ModelPredictor | None = None
    others: list[ModelPredictor | OnnxPredictor] = []
    for name in names:
        predictor = load_predictor(name, device)
        if predictor.mode != info.mode:
            vessels = predictor.mode == Mode.VESSEL
            reason = TeacherProblem.FINDS_VESSELS if vessels else TeacherProblem.FINDS_SUBJECTS
            raise CannotTeach(teacher=name, reason=reason)
        if len(predictor.classes) != len(info.classes):
            reason = TeacherProblem.CLASSES(count=len(predictor.classes), expected=len(info.classes))
            raise CannotTeach(teacher=name, reason=reason)
        if alike is None and isinstance(predictor, ModelPredictor) and _same_shape(predictor.info, info):
            alike = predictor
        else:
            others.append(predictor)
    if alike is None:
        return Teachers(None, tuple(others), bool(others))
    blocks = build_network(alike.weights)
    assert isinstance(blocks, U2Net)  # _same_shape saw to it
    return Teachers(blocks, tuple(others or [alike]), bool(others))


def _same_shape(theirs: WeightsInfo, ours: WeightsInfo) -> bool:
    """Tell whether features of one mean something to the other; how a dark photo is brightened makes no difference."""
    return theirs.network == "u2net" and all(
        getattr(theirs, name) == getattr(ours, name) for name in ("network", "size", "mean", "deviation")
    )


def _each_alone(network: U2Net, x: Tensor, features: Sequence[Tensor], decoded: Sequence[Tensor]) -> list[Tensor]:
    """Return what each block gives for the teacher's features: the encoder's, then the decoder's from shallow."""
    inputs = [x, *(pool(feature) for feature in features[:-1])]
    given = [block(one) for block, one in zip(network.encoder, inputs, strict=True)]
    joined = [torch.cat((enlarge(deep, skip), skip), 1) for deep, skip in zip(decoded[1:], features[:-1], strict=True)]
    return given + [block(one) for block, one in zip(reversed(network.decoder), joined, strict=True)]


def _disagreement(ours: Tensor, wanted: Tensor) -> Tensor:
    """Cross-entropy with the teacher's probabilities, less the teacher's own entropy: 0 where both agree."""
    probability = wanted.float().sigmoid()
    entropy = F.binary_cross_entropy_with_logits(wanted.float(), probability)
    return F.binary_cross_entropy_with_logits(ours.float(), probability) - entropy
