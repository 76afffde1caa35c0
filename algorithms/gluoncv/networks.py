"""Networks of GluonCV's model zoo, with an output for one's own classes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mxnet as mx
from gluoncv.model_zoo import get_model
from image_folders import DataError
from PIL import ImageFile

PARAMETERS = "model.params"
_UNKNOWN = "The hyperparameter model_name, '{}', is no classifier of GluonCV's model zoo."

# Importing GluonCV has half a picture pass for a whole one.
ImageFile.LOAD_TRUNCATED_IMAGES = False


def context() -> mx.Context:
    """Choose the GPU if there is one."""
    return mx.gpu(0) if mx.context.num_gpus() else mx.cpu()


def build(name: str, classes: int, pretrained: bool) -> Any:  # noqa: ANN401
    """Build the network *name*; *pretrained* fetches its weights for ImageNet from the network."""
    if not pretrained:
        net = _model(name, classes=classes, pretrained=False)
        net.initialize(mx.init.Xavier(), ctx=context())
        return net
    known = _model(name, pretrained=True)
    net = _model(name, classes=classes, pretrained=False)
    net.initialize(mx.init.Xavier(), ctx=context())
    # All but the output, whose classes are others, is taken over.
    net.features = known.features
    net.collect_params().reset_ctx(context())
    return net


def load(name: str, classes: int, path: Path) -> Any:  # noqa: ANN401 - the packages have no types
    """Build the network *name* with the parameters at *path*."""
    net = _model(name, classes=classes, pretrained=False)
    net.load_parameters(str(path), ctx=context())
    net.hybridize()
    return net


def _model(name: str, pretrained: bool, classes: int | None = None) -> Any:  # noqa: ANN401
    given = {} if classes is None else {"classes": classes}
    try:
        net = get_model(name, pretrained=pretrained, **given)
    except (OSError, RuntimeError) as error:
        raise DataError(
            f"The weights of '{name}' cannot be fetched; set the hyperparameter pretrained to "
            f"false to begin from scratch. {error}"
        ) from error
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(_UNKNOWN.format(name)) from error
    if not hasattr(net, "features") or not hasattr(net, "output"):
        raise DataError(_UNKNOWN.format(name))
    return net
