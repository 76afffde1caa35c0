"""Training jobs: scripts run under SageMaker's container contract, until they leave a model.

* `operations`  what callers ask for; `admission` refuses what would not be emulated
* `records`     what DescribeTrainingJob answers
* `running`     the stages of a job: `inputs`, `script`, `artifacts`
* `opt_ml`      the folder a script knows as `/opt/ml`
* `metrics`     what a script's lines say of its progress

All that is not particular to training is in `jobs`.
"""

from trainwright_local.sagemaker.training import operations as operations
