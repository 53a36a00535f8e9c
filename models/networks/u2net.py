"""U²-Net: a U of small U's, for finding subjects.

Source: Qin, Zhang, Huang, Dehghan, Zaiane, Jagersand, "U²-Net: Going Deeper with Nested U-Structure for Salient
Object Detection", Pattern Recognition 106 (2020), arXiv:2005.09007, table 1 (full) and section 4.2 (small, "U²-Net†").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.networks.conv_unit import ConvUnit


@dataclass(frozen=True)
class Block:
    """One row of the paper's table 1: a residual U-block (RSU).

    ``height`` counts its levels (RSU-7 has 7), ``inside`` and ``out`` are the paper's M and C_out. A ``dilated``
    block (the paper's "4F") keeps one resolution and widens the view by dilation instead of pooling.
    """

    height: int
    inside: int
    out: int
    dilated: bool = False


@dataclass(frozen=True)
class Table:
    """The blocks of a whole network, each in the order that a photo meets them."""

    encoder: tuple[Block, ...]
    decoder: tuple[Block, ...]


Size = Literal["full", "small"]

SIZES: dict[Size, Table] = {
    "full": Table(
        encoder=(
            Block(7, 32, 64),
            Block(6, 32, 128),
            Block(5, 64, 256),
            Block(4, 128, 512),
            Block(4, 256, 512, dilated=True),
            Block(4, 256, 512, dilated=True),
        ),
        decoder=(
            Block(4, 256, 512, dilated=True),
            Block(4, 128, 256),
            Block(5, 64, 128),
            Block(6, 32, 64),
            Block(7, 16, 64),
        ),
    ),
    "small": Table(
        encoder=(
            Block(7, 16, 64),
            Block(6, 16, 64),
            Block(5, 16, 64),
            Block(4, 16, 64),
            Block(4, 16, 64, dilated=True),
            Block(4, 16, 64, dilated=True),
        ),
        decoder=(
            Block(4, 16, 64, dilated=True),
            Block(4, 16, 64),
            Block(5, 16, 64),
            Block(6, 16, 64),
            Block(7, 16, 64),
        ),
    ),
}


def pool(x: Tensor) -> Tensor:
    """Halve height and width, rounding up, so that no size is special."""
    return F.max_pool2d(x, 2, stride=2, ceil_mode=True)


def enlarge(x: Tensor, like: Tensor) -> Tensor:
    """Bring ``x`` to the height and width of ``like``, bilinear."""
    if x.shape[-2:] == like.shape[-2:]:
        return x
    return F.interpolate(x, size=like.shape[-2:], mode="bilinear", align_corners=False)


class ResidualBlock(nn.Module):
    """The paper's RSU: a U inside one stage, added to what enters it."""

    def __init__(self, in_channels: int, row: Block) -> None:
        super().__init__()
        self.dilated = row.dilated
        self.enter = ConvUnit(in_channels, row.out)
        # Dilations double level by level in a dilated block; elsewhere only the deepest level, which is not pooled
        # again, looks twice as far.
        levels = range(row.height)
        dilations = [2**level if row.dilated else 1 for level in levels]
        if not row.dilated:
            dilations[-1] = 2
        self.down = nn.ModuleList(
            ConvUnit(row.out if level == 0 else row.inside, row.inside, dilations[level]) for level in levels
        )
        self.up = nn.ModuleList(
            ConvUnit(2 * row.inside, row.out if level == 0 else row.inside, dilations[level])
            for level in reversed(levels[:-1])
        )

    def encode(self, x: Tensor) -> list[Tensor]:
        """Return the features of each level, shallow to deep."""
        features: list[Tensor] = []
        deepest = len(self.down) - 1
        for level, unit in enumerate(self.down):
            if features and not self.dilated and level < deepest:
                x = pool(x)
            x = unit(x)
            features.append(x)
        return features

    def decode(self, features: Sequence[Tensor]) -> Tensor:
        """Join the levels from deep to shallow."""
        *skips, x = features
        for unit, skip in zip(self.up, reversed(skips), strict=True):
            x = unit(torch.cat((enlarge(x, skip), skip), dim=1))
        return x

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, in, h, w) to (n, out, h, w)."""
        x = self.enter(x)
        return x + self.decode(self.encode(x))


class U2Net(nn.Module):
    """U²-Net, full (44,009,869 parameters for three input channels and one output) or small (1,131,181).

    Input: (n, in_channels, h, w), floats prepared by ``models.networks.preprocess``; any height and width from 1.
    Output: logits (n, out_channels, h, w), one class a channel; their sigmoid is the probability map. In training
    mode a list of seven such tensors for deep supervision: the fused one first, then the side outputs from shallow
    to deep. In evaluation mode the fused one alone.
    """

    def __init__(self, in_channels: int = 3, out_channels: int = 1, size: Size = "full") -> None:
        super().__init__()
        table = SIZES[size]
        self.encoder = nn.ModuleList()
        channels = in_channels
        for row in table.encoder:
            self.encoder.append(ResidualBlock(channels, row))
            channels = row.out
        self.decoder = nn.ModuleList()
        skips = [row.out for row in table.encoder[:-1]]
        for row, skip in zip(table.decoder, reversed(skips), strict=True):
            self.decoder.append(ResidualBlock(channels + skip, row))
            channels = row.out
        from_deep = [table.encoder[-1], *table.decoder]
        self.sides = nn.ModuleList(nn.Conv2d(row.out, out_channels, 3, padding=1) for row in reversed(from_deep))
        self.fusion = nn.Conv2d(len(self.sides) * out_channels, out_channels, 1)

    def encode(self, x: Tensor) -> list[Tensor]:
        """Return the features of each stage, shallow to deep, each half the size of the one before."""
        features: list[Tensor] = []
        for block in self.encoder:
            x = block(pool(x) if features else x)
            features.append(x)
        return features

    def decode(self, features: Sequence[Tensor]) -> list[Tensor]:
        """Return what the side outputs look at, shallow to deep."""
        *skips, x = features
        decoded = [x]
        for block, skip in zip(self.decoder, reversed(skips), strict=True):
            x = block(torch.cat((enlarge(x, skip), skip), dim=1))
            decoded.append(x)
        return decoded[::-1]

    def fuse(self, decoded: Sequence[Tensor]) -> list[Tensor]:
        """Return all seven outputs as logits at full size: fused, then the sides from shallow to deep."""
        sides: list[Tensor] = []
        for conv, x in zip(self.sides, decoded, strict=True):
            side = conv(x)
            sides.append(enlarge(side, sides[0]) if sides else side)
        return [self.fusion(torch.cat(sides, dim=1)), *sides]

    def forward(self, x: Tensor) -> Tensor | list[Tensor]:
        """Return logits; see the class."""
        outputs = self.fuse(self.decode(self.encode(x)))
        return outputs if self.training else outputs[0]
