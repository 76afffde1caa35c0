"""The layers of StyleGAN2: weights scaled at run time, and convolutions that a style modulates.

Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020,
https://arxiv.org/abs/1912.04958.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

SLOPE = 0.2
GAIN = math.sqrt(2)
TINY = 1e-8


def activate(x: Tensor) -> Tensor:
    """Apply the leaky rectifier, and keep the variance."""
    return functional.leaky_relu(x, SLOPE) * GAIN


class Linear(nn.Module):
    """A linear layer whose weights learn *speed* times as fast as others."""

    def __init__(self, inputs: int, outputs: int, bias: float = 0.0, speed: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / speed)
        self.bias = nn.Parameter(torch.full((outputs,), bias / speed))
        self.scale, self.speed = speed / math.sqrt(inputs), speed

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs."""
        return functional.linear(x, self.weight * self.scale, self.bias * self.speed)


class Convolution(nn.Module):
    """A convolution with weights scaled at run time."""

    def __init__(self, inputs: int, outputs: int, kernel: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.scale = 1 / math.sqrt(inputs * kernel**2)

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs, in the size of *x*."""
        padding = self.weight.shape[-1] // 2
        return functional.conv2d(x, self.weight * self.scale, self.bias, padding=padding)


class Modulated(nn.Module):
    """A convolution whose inputs a style weighs; *demodulated*, its outputs keep their variance."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, style: int, *, demodulated: bool = True
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(1, outputs, 1, 1))
        self.style = Linear(style, inputs, bias=1.0)
        self.scale, self.demodulated = 1 / math.sqrt(inputs * kernel**2), demodulated

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """Convolve *x*: weights by style are the same as inputs by style, and one convolution."""
        weight, style = self.weight * self.scale, self.style(w)
        y = functional.conv2d(x * style[:, :, None, None], weight, padding=weight.shape[-1] // 2)
        if self.demodulated:
            power = style.square() @ weight.square().sum((2, 3)).T
            y = y * (power + TINY).rsqrt()[:, :, None, None]
        return y + self.bias


class Noise(nn.Module):
    """Noise with a strength that is learnt: `random`, the same for every picture, or none."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.strength = nn.Parameter(torch.zeros(1))
        self.register_buffer("constant", torch.randn(1, 1, size, size))

    def forward(self, x: Tensor, mode: str) -> Tensor:
        """Return *x* with noise."""
        if mode == "none":
            return x
        if mode == "const":
            return x + self.strength * self.get_buffer("constant")
        count, _, height, width = x.shape
        return x + self.strength * torch.randn(count, 1, height, width, device=x.device)


def doubled(x: Tensor) -> Tensor:
    """Return *x* in twice its size."""
    return functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
