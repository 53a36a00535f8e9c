"""U-Net, for retinal vessels and other fine structures.

Source: Ronneberger, Fischer, Brox, "U-Net: Convolutional Networks for Biomedical Image Segmentation", MICCAI 2015,
arXiv:1505.04597, figure 1; with padding so that the output has the input's size, and batch norm (Ioffe, Szegedy 2015).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.networks.conv_unit import ConvUnit


@dataclass(frozen=True)
class Level:
    """One row of the paper's figure 1: ``out`` channels, as a multiple of the network's width."""

    out: int


LEVELS: tuple[Level, ...] = (Level(1), Level(2), Level(4), Level(8), Level(16))

# Every level below the first halves the picture once.
MULTIPLE = 2 ** (len(LEVELS) - 1)


def double_conv(in_channels: int, out_channels: int) -> nn.Sequential:
    """Return the paper's pair of 3×3 convolutions; keeps height and width."""
    return nn.Sequential(
        ConvUnit(in_channels, out_channels, bias=False), ConvUnit(out_channels, out_channels, bias=False)
    )


class EnlargeUnit(nn.Module):
    """2×2 transposed convolution with stride 2, LeakyReLU; doubles height and width."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv = nn.ConvTranspose2d(in_channels, out_channels, 2, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, in, h, w) to (n, out, 2h, 2w)."""
        return F.leaky_relu(self.conv(x), inplace=True)


class UNet(nn.Module):
    """U-Net with ``width`` channels at full resolution and 16 times as many at the deepest level.

    31,038,145 parameters for three input channels, one output and width 64.
    Input: (n, in_channels, h, w), floats prepared by ``models.networks.preprocess``; any height and width from 1,
    padded inside to a multiple of 16. Output: logits (n, out_channels, h, w), one class a channel; their sigmoid is the
    probability map. The same in training and evaluation mode.
    """

    def __init__(self, in_channels: int = 3, out_channels: int = 1, width: int = 64) -> None:
        super().__init__()
        channels = [width * level.out for level in LEVELS]
        self.encoder = nn.ModuleList(
            double_conv(before, after) for before, after in zip([in_channels, *channels], channels, strict=False)
        )
        steps = list(zip(channels[1:], channels, strict=False))[::-1]
        self.enlarge = nn.ModuleList(EnlargeUnit(deep, shallow) for deep, shallow in steps)
        self.decoder = nn.ModuleList(double_conv(2 * shallow, shallow) for _, shallow in steps)
        self.head = nn.Conv2d(width, out_channels, 3, padding=1)

    def encode(self, x: Tensor) -> list[Tensor]:
        """Return the features of each level, shallow to deep, each half the size of the one before."""
        features: list[Tensor] = []
        for block in self.encoder:
            x = block(F.max_pool2d(x, 2) if features else x)
            features.append(x)
        return features

    def decode(self, features: Sequence[Tensor]) -> Tensor:
        """Join the levels from deep to shallow; full resolution, ``width`` channels."""
        *skips, x = features
        for enlarge, block, skip in zip(self.enlarge, self.decoder, reversed(skips), strict=True):
            x = block(torch.cat((enlarge(x), skip), dim=1))
        return x

    def forward(self, x: Tensor) -> Tensor:
        """Return logits; see the class."""
        height, width = x.shape[-2:]
        x = self.head(self.decode(self.encode(pad_to_multiple(x, MULTIPLE))))
        return x[..., :height, :width]


def pad_to_multiple(x: Tensor, multiple: int) -> Tensor:
    """Extend (n, c, h, w) to the right and below until height and width are multiples of ``multiple``.

    Reflected, because a repeated edge draws lines that look like vessels; repeated only where the picture is smaller
    than what must be added.
    """
    height, width = x.shape[-2:]
    below, right = -height % multiple, -width % multiple
    if not below and not right:
        return x
    mode = "reflect" if below < height and right < width else "replicate"
    return F.pad(x, (0, right, 0, below), mode=mode)
