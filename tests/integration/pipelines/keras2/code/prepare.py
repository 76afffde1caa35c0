"""Scale the measurements, and put some rows aside."""

from pathlib import Path

import numpy as np

rows = np.loadtxt("/opt/ml/processing/input/table/data.csv", delimiter=",", skiprows=1)
values, target = rows[:, :-1], rows[:, -1:] / 100
values = (values - values.mean(0)) / values.std(0)
made = Path("/opt/ml/processing/output/train")
for name, chosen in {"train": slice(50, None), "test": slice(50)}.items():
    (made / name).mkdir()
    np.savetxt(made / name / f"x_{name}.csv", values[chosen], delimiter=",")
    np.savetxt(made / name / f"y_{name}.csv", target[chosen], delimiter=",")
