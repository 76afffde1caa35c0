"""Training jobs: scripts run under SageMaker's container contract, until they leave a model.

* `operations`  what callers ask for; `admission` refuses what would not be emulated
* `records`     what DescribeTrainingJob answers
* `running`     the stages of a job, gone through again when it is interrupted
* `program`     what it runs: a `script`, an `entrypoint` of its own, or a `container`
* `inputs`, `artifacts`, `checkpoints`  what comes from S3, and what goes there
* `opt_ml`      the folder that an instance knows as `/opt/ml`
* `spot`        how long spot jobs wait, and how they are interrupted on demand
* `metrics`     what the lines say of its progress

All that is not particular to training is in `jobs`.
"""

from trainwright_local.sagemaker.training import operations as operations
