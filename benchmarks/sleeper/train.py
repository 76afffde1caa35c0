"""Say when the script began, sleep, and leave the code that serves in the model."""

import os
import shutil
import time
from pathlib import Path

print(f"first line at {time.time()}", flush=True)
time.sleep(float(os.environ["SM_HP_SECONDS"]))
shutil.copytree(Path(__file__).parent, Path(os.environ["SM_MODEL_DIR"], "code"))
