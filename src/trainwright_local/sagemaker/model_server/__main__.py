"""Start the server from its folder: ``python PATH/TO/model_server``."""

import importlib.util
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
# A name no algorithm uses; its modules are not on the path, where they would hide an algorithm's.
NAME = "sagemaker_model_server"

sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != FOLDER]
spec = importlib.util.spec_from_file_location(
    NAME, FOLDER / "__init__.py", submodule_search_locations=[str(FOLDER)]
)
assert spec is not None
sys.modules[NAME] = importlib.util.module_from_spec(spec)
sys.exit(importlib.import_module(f"{NAME}.server").main())
