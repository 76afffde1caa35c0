"""What every client runs as a processing job: leave out the rows above a limit."""

import argparse
import time
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--limit", type=float, default=0.0)
parser.add_argument("--seconds", type=float, default=0.0)
given = parser.parse_args()
time.sleep(given.seconds)  # long enough to be stopped

source, target = Path("/opt/ml/processing/input/rows"), Path("/opt/ml/processing/output")
rows = [row for path in sorted(source.iterdir()) for row in path.read_text().split()]
kept = [row for row in rows if float(row.split(",")[0]) <= given.limit]
(target / "kept.csv").write_text("\n".join(kept) + "\n")
print(f"kept {len(kept)} of {len(rows)} rows")
