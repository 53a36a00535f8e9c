"""What both networks are made of."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F


class ConvUnit(nn.Module):
    """3×3 convolution, batch norm, ReLU; keeps height and width.

    A ``bias`` beside a batch norm is redundant; the published U²-Net has it, and so its weights do.
    """

    def __init__(self, in_channels: int, out_channels: int, dilation: int = 1, bias: bool = True) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, 3, padding=dilation, dilation=dilation, bias=bias)
        self.norm = nn.BatchNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        """(n, in, h, w) to (n, out, h, w)."""
        return F.relu(self.norm(self.conv(x)), inplace=True)
