"""A recogniser of text lines: convolutions and a recurrent network, learnt with CTC.

CRNN, Shi, Bai and Yao, 2015, https://arxiv.org/abs/1507.05717. The temporal classification (CTC)
needs no places of characters. Input and output are those of PP-OCR's recognisers, in whose place
rapidocr serves it.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from text_lines import HEIGHT
from torch import Tensor, nn

BLANK = 0
_MEMORY = 64


class Recogniser(nn.Module):
    """Pictures of lines in, for each four pixels of their width the scores of characters out."""

    def __init__(self, alphabet: str) -> None:
        super().__init__()
        self.alphabet = alphabet
        self.look = nn.Sequential(
            *_layer(3, 24, stride=2),
            *_layer(24, 48, stride=2),
            *_layer(48, 96),
            nn.MaxPool2d((2, 1)),
            *_layer(96, 128),
            nn.MaxPool2d((2, 1)),
            *_layer(128, 128, padding=(0, 1)),
        )
        self.read = nn.LSTM(128, _MEMORY, bidirectional=True, batch_first=True)
        # The blank comes first and the space last, as in PP-OCR.
        self.say = nn.Linear(2 * _MEMORY, len(alphabet) + 2)

    def forward(self, pictures: Tensor) -> Tensor:
        """Give N x W/4 x characters scores of N x 3 x 48 x W *pictures*."""
        columns = self.look(pictures).squeeze(2).transpose(1, 2)
        scores: Tensor = self.say(self.read(columns)[0])
        return scores

    def codes(self, text: str) -> list[int]:
        """Give the numbers of the characters of *text*."""
        return [
            len(self.alphabet) + 1 if one == " " else self.alphabet.index(one) + 1 for one in text
        ]

    def text(self, codes: Sequence[int]) -> str:
        """Turn the best code of each column into a text: repetitions and blanks say nothing."""
        characters = f"{self.alphabet} "
        before = (BLANK, *codes)
        said = (
            code for code, last in zip(codes, before, strict=False) if code not in (last, BLANK)
        )
        return "".join(characters[code - 1] for code in said)


def _layer(
    inside: int, outside: int, stride: int = 1, padding: tuple[int, int] = (1, 1)
) -> tuple[nn.Module, ...]:
    convolution = nn.Conv2d(inside, outside, 3, stride, padding, bias=False)
    return convolution, nn.BatchNorm2d(outside), nn.ReLU(inplace=True)


def export(network: Recogniser, path: Path) -> None:
    """Write *network* as ONNX, with its alphabet in it, where rapidocr looks for it."""
    program = nn.Sequential(network.cpu(), nn.Softmax(2)).eval()
    with warnings.catch_warnings():
        # The newer way takes a minute and fixes the number of pictures.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            program,
            (torch.zeros(1, 3, HEIGHT, 320),),
            str(path),
            input_names=["x"],
            output_names=["scores"],
            dynamic_axes={"x": {0: "n", 3: "width"}, "scores": {0: "n", 1: "columns"}},
            opset_version=17,
            **({"dynamo": False} if "dynamo" in torch.onnx.export.__code__.co_varnames else {}),
        )
    model = onnx.load(str(path))
    onnx.helper.set_model_props(model, {"character": "\n".join(network.alphabet)})
    onnx.save(model, str(path))
