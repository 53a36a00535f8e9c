"""A network made ready for prediction on one device in one precision.

What was tried and what won is in ``docs/decisions/0003-execution-path.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from models.networks.conv_unit import ConvUnit
from models.networks.u2net import ResidualBlock
from models.predict.memory import keep_freed_memory

# A folded bias larger than this means that big numbers cancel each other there, and the eight significant bits of bf16
# leave nothing of the difference. Three of 119 convolutions in the authors' U²-Net small are so and made nearly all of
# its error in bf16 (docs/decisions/0004-bf16-with-islands.md).
LARGEST_BIAS = 64.0


class PlainConv(nn.Module):
    """A convolution with its batch norm folded in, then ReLU: the same output for less work, on any device.

    Like ``OneDnnConv`` it takes its input to its own precision and gives its output in that.
    """

    def __init__(self, conv: nn.Conv2d, relu: bool) -> None:
        super().__init__()
        self.conv = conv
        self.relu = relu

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, in, h, w) to (n, out, h, w)."""
        x = self.conv(x.to(self.conv.weight.dtype))
        return x.relu_() if self.relu else x


class OneDnnConv(nn.Module):
    """Convolution and ReLU as one oneDNN call on channels-last tensors, with a kernel packed beforehand.

    ``nn.Conv2d`` takes slow paths for small and for dilated pictures and packs its kernel again at every call. The
    operation is the one that ``torch.compile`` emits, used here without needing a compiler on the user's machine.
    """

    def __init__(self, conv: nn.Conv2d, relu: bool) -> None:
        super().__init__()
        self._dtype = conv.weight.dtype
        self._kernel = conv.weight.detach()
        self._bias = conv.bias.detach() if conv.bias is not None else None
        self._shape = (list(conv.padding), list(conv.stride), list(conv.dilation), conv.groups)
        self._activation = "relu" if relu else "none"
        self._packed: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Map (n, in, h, w) to (n, out, h, w), both channels last."""
        x = x.to(self._dtype)
        if self._packed is None:
            # The best packing depends on the picture's size; a later size works with the first one's.
            self._packed = torch.ops.mkldnn._reorder_convolution_weight(self._kernel, *self._shape, list(x.shape))
            del self._kernel
        y: Tensor = torch.ops.mkldnn._convolution_pointwise(
            x, self._packed, self._bias, *self._shape, self._activation, [], ""
        )
        return y


def has_onednn(dtype: torch.dtype = torch.float32) -> bool:
    """Tell whether torch has oneDNN's fused convolution here; in bf16 oneDNN asks for a processor with AVX-512."""
    available: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    if not available or not hasattr(torch.ops.mkldnn, "_convolution_pointwise"):
        return False
    return dtype is not torch.bfloat16 or bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def fold_norms(network: nn.Module, convert: Callable[[nn.Conv2d, bool], nn.Module] = PlainConv) -> nn.Module:
    """Fold the batch norms of a network into the convolutions before them; ``network`` itself is changed and returned.

    Its tensors are not: they may be shared with the weights it was built from. ``convert`` makes the module that
    replaces each convolution (with ReLU or without).
    """
    network = network.eval().requires_grad_(False)
    for parent in list(network.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, ConvUnit):
                parent.register_module(name, convert(fuse_conv_bn_eval(child.conv, child.norm), True))
            elif isinstance(child, nn.Conv2d) and not isinstance(parent, ConvUnit):
                parent.register_module(name, convert(child, False))
    return network


class Engine:
    """A folded network, channels last, that takes and gives float32 tensors on the CPU. ``network`` is used up.

    ``dtype`` is the precision of its convolutions, but for those that need float32 (``LARGEST_BIAS``).
    """

    def __init__(self, network: nn.Module, device: torch.device, dtype: torch.dtype) -> None:
        self.device = device
        self.dtype = dtype
        fused = device.type == "cpu" and has_onednn(dtype)
        if device.type == "cpu":
            keep_freed_memory()

        def convert(conv: nn.Conv2d, relu: bool) -> nn.Module:
            cancels = conv.bias is not None and bool(conv.bias.abs().max() > LARGEST_BIAS)
            conv = conv.to(device=device, dtype=torch.float32 if cancels else dtype)
            return OneDnnConv(conv, relu) if fused else PlainConv(conv, relu)

        network = fold_norms(network, convert).to(device)
        for module in network.modules():
            if isinstance(module, nn.ConvTranspose2d):
                module.to(dtype).register_forward_pre_hook(_take_to_own_precision)
            elif isinstance(module, ResidualBlock):
                # What float32 is needed for ends with the block; its output is the largest tensor around.
                module.register_forward_hook(lambda _module, _inputs, output: output.to(dtype))
        self._network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @torch.inference_mode()
    def __call__(self, x: Tensor) -> Tensor:
        """Turn prepared photos (n, c, h, w) into probabilities (n, classes, h, w) in [0, 1]."""
        x = x.to(device=self.device, dtype=self.dtype, memory_format=torch.channels_last)
        probability: Tensor = self._network(x).float().sigmoid().cpu()
        return probability


def _take_to_own_precision(module: nn.Module, inputs: tuple[Any, ...]) -> tuple[Tensor, ...]:
    weight: Tensor = module.get_parameter("weight")
    return tuple(x.to(weight.dtype) for x in inputs)
