"""The machine that was measured on."""

import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Machine:
    """What the numbers depend on; *load* is that of others and ourselves, when it began."""

    processor: str
    cores: int
    system: str
    python: str
    load: float
    date: str

    @classmethod
    def this(cls) -> Self:
        """Describe the machine that this runs on."""
        return cls(
            processor=_processor(),
            cores=os.cpu_count() or 0,
            system=f"{platform.system()} {platform.machine()}",
            python=platform.python_version(),
            load=round(os.getloadavg()[0], 1),
            date=f"{datetime.now(UTC):%Y-%m-%d}",
        )

    def __str__(self) -> str:
        """Say it in one line."""
        return (
            f"{self.processor}, {self.cores} cores, {self.system}, Python {self.python}, "
            f"load {self.load} at the start, {self.date}"
        )

    def data(self) -> dict[str, str | int | float]:
        """Give it as JSON."""
        return asdict(self)


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()
