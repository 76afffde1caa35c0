"""Tuning jobs: training jobs begun one after the other, each where a search says to look next.

* `operations`  what callers ask for; `admission` refuses what would not be emulated
* `records`     what is kept of a tuning job; `children` of its training jobs
* `jobs`        the tuning jobs under way, also after a restart; `tuner` one of them
* `progress`    what the training jobs have come to, and whether that is enough
* `ranges`      values of hyperparameters; `search` chooses them
* `warm_start`  what other tuning jobs have found out before
* `stopping`    which training jobs are not worth going on with

A tuning job's record holds all that its decisions depend on, so it goes on after a restart of the
cloud; only the training jobs of that moment have failed.
"""

from trainwright_local.sagemaker.tuning import operations as operations
