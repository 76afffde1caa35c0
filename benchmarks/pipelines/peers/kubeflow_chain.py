"""A chain of components that do nothing, run by Kubeflow's SubprocessRunner; into the folder given.

Without its virtual environments, which take seconds each: every step has the packages already.
"""

import sys

from kfp import dsl, local

COUNT, FOLDER = int(sys.argv[1]), sys.argv[2]

local.init(runner=local.SubprocessRunner(use_venv=False), pipeline_root=FOLDER)


@dsl.component(install_kfp_package=False)
def work() -> None:
    """Do nothing."""


@dsl.pipeline
def chain() -> None:
    """Do nothing, one after the other."""
    before = None
    for _ in range(COUNT):
        task = work()
        if before is not None:
            task.after(before)
        before = task


chain()
