"""Lets `torch.load` read whole models and any other object, as before torch 2.6.

Since then it reads tensors alone unless it is told otherwise: a pickle can run code. Scripts for
images of earlier versions do not say so.
https://pytorch.org/docs/stable/notes/serialization.html#torch-load-with-weights-only-true
"""
# ruff: noqa: INP001 - a module of its own, which tells another package

import os

os.environ.setdefault("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "1")
