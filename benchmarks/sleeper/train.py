"""Say when the script began, then sleep."""

import os
import time
from pathlib import Path

print(f"first line at {time.time()}", flush=True)
time.sleep(float(os.environ["SM_HP_SECONDS"]))
Path(os.environ["SM_MODEL_DIR"], "model.json").write_text("{}")
