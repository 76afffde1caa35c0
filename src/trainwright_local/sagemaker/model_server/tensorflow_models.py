"""SavedModels below a folder, asked as TensorFlow Serving's REST API has it.

Requests and answers: https://www.tensorflow.org/tfx/serving/api_rest. Only `predict` is there, as
the other methods take protocol buffers.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

_PATH = re.compile(
    r"/v1/models/(?P<name>[^/:]+)(?:/versions/(?P<version>\d+))?(?::(?P<method>\w+))?"
)
_DEFAULT_SIGNATURE = "serving_default"

Load = Callable[[str], Any]


class RestError(Exception):
    """A request that TensorFlow Serving would refuse, and its status."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Models:
    """The models found in `<folder>/[<name>/]<version>/saved_model.pb`, loaded."""

    def __init__(self, folder: Path, load: Load | None = None) -> None:
        load = load or import_module("tensorflow").saved_model.load
        self._loaded = {
            (path.parent.name, int(path.name)): load(str(path)) for path in _versions(folder)
        }
        if not self._loaded:
            raise FileNotFoundError(
                f"no SavedModel bundles found: there is no <number>/saved_model.pb in {folder}"
            )
        self.default = min(self._loaded)[0]
        """Name of the model that a request without a name is for."""

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Give the status and the JSON that TensorFlow Serving answers with."""
        found = _PATH.fullmatch(path)
        try:
            if found is None:
                raise RestError(f"Malformed request: {method} {path}", 404)
            model = self._find(found["name"], found["version"])
            if method == "GET":
                return 200, self._status(found["name"])
            if found["method"] != "predict":
                raise RestError(f"only 'predict' is emulated here, not '{found['method']}'")
            return 200, predict(model, body)
        except RestError as error:
            return error.status, {"error": str(error)}

    def _find(self, name: str, version: str | None) -> Any:  # noqa: ANN401 - TensorFlow's
        known = [number for model, number in self._loaded if model == name]
        wanted = int(version) if version else max(known, default=0)
        if wanted not in known:
            asked = f"Specific({name}, {version})" if version else f"Latest({name})"
            raise RestError(f"Servable not found for request: {asked}", 404)
        return self._loaded[name, wanted]

    def _status(self, name: str) -> dict[str, Any]:
        fine = {"error_code": "OK", "error_message": ""}
        numbers = sorted((number for model, number in self._loaded if model == name), reverse=True)
        status = [{"version": str(n), "state": "AVAILABLE", "status": fine} for n in numbers]
        return {"model_version_status": status}


def _versions(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("saved_model.pb")):
        if file.parent.name.isdigit() and file.parent != folder:
            yield file.parent


def predict(model: Any, body: bytes) -> dict[str, Any]:  # noqa: ANN401 - TensorFlow's
    """Answer the JSON *body* of a predict request."""
    request = _request(body)
    name = request.get("signature_name", _DEFAULT_SIGNATURE)
    if name not in model.signatures:
        raise RestError(f'Serving signature name: "{name}" not found in signature def')
    signature = model.signatures[name]
    specs = signature.structured_input_signature[1]
    by_row = "instances" in request
    columns = _columns(request["instances"], specs) if by_row else request["inputs"]
    if not isinstance(columns, dict):
        columns = {_only(specs): columns}
    if columns.keys() != specs.keys():
        raise RestError(f"the inputs are {sorted(columns)}, the model takes {sorted(specs)}")
    outputs = _run(signature, {key: _tensor(key, columns[key], specs[key]) for key in specs})
    if not by_row:
        return {"outputs": outputs if len(outputs) > 1 else next(iter(outputs.values()))}
    if len(outputs) == 1:
        return {"predictions": next(iter(outputs.values()))}
    rows = zip(*outputs.values(), strict=True)
    return {"predictions": [dict(zip(outputs, row, strict=True)) for row in rows]}


def _request(body: bytes) -> dict[str, Any]:
    try:
        request = json.loads(body)
    except ValueError as error:
        raise RestError(f"JSON Parse error: {error}") from error
    if not isinstance(request, dict) or ("instances" in request) == ("inputs" in request):
        raise RestError("Missing 'inputs' or 'instances' key")
    if "instances" in request and not isinstance(request["instances"], list):
        raise RestError("Excepting 'instances' to be an list/array")
    if "instances" in request and not request["instances"]:
        raise RestError("'instances' must have at least one value")
    return request


def _columns(instances: list[Any], specs: dict[str, Any]) -> dict[str, Any]:
    """Turn rows into the values of each input."""
    if not isinstance(instances[0], dict) or "b64" in instances[0]:
        return {_only(specs): instances}
    for instance in instances:
        if not isinstance(instance, dict) or instance.keys() != instances[0].keys():
            raise RestError("the instances do not all have the same inputs")
    return {key: [instance[key] for instance in instances] for key in instances[0]}


def _only(specs: dict[str, Any]) -> str:
    if len(specs) != 1:
        raise RestError(f"the model has several inputs, so each must be named: {sorted(specs)}")
    return next(iter(specs))


def _tensor(name: str, values: Any, spec: Any) -> Any:  # noqa: ANN401 - TensorFlow's
    numpy, kind = import_module("numpy"), spec.dtype.as_numpy_dtype
    try:
        found = numpy.asarray(_plain(values), dtype=kind)
    except (ValueError, TypeError, OverflowError) as error:
        raise RestError(f"the input '{name}' is no {spec.dtype.name}: {error}") from error
    wanted = spec.shape.as_list() if spec.shape.rank is not None else None
    if wanted is not None and not _fits(found.shape, wanted):
        raise RestError(f"the input '{name}' has the shape {list(found.shape)}, not {wanted}")
    return import_module("tensorflow").constant(found, dtype=spec.dtype)


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict) and value.keys() == {"b64"}:
        return base64.b64decode(value["b64"])
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _fits(shape: tuple[int, ...], wanted: list[int | None]) -> bool:
    pairs = zip(shape, wanted, strict=True) if len(shape) == len(wanted) else None
    return pairs is not None and all(size is None or size == found for found, size in pairs)


def _run(signature: Any, tensors: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - TensorFlow's
    try:
        outputs = signature(**tensors)
    except import_module("tensorflow").errors.OpError as error:
        raise RestError(str(error.message)) from error
    return {name: _as_json(tensor.numpy()) for name, tensor in sorted(outputs.items())}


def _as_json(array: Any) -> Any:  # noqa: ANN401 - numpy's
    """Write an array as nested lists; bytes as text, as TensorFlow Serving does where it can."""
    listed = array.tolist() if hasattr(array, "tolist") else array
    if isinstance(listed, list):
        return [_as_json(item) for item in listed]
    return listed.decode("utf-8", errors="replace") if isinstance(listed, bytes) else listed
