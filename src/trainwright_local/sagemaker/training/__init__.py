"""Training jobs: a queue, and for each job a folder, a process and a record.

* `operations`  what callers ask for; `admission` refuses what would not be emulated
* `jobs`        the queue: who runs, who waits, who is stopped, what the last life left behind
* `running`     one job from its first status to its last
* `records`     what DescribeTrainingJob answers, and each change of it as an event
* `opt_ml`      the folder a script knows as `/opt/ml`
* `output`      lines of a script on their way to CloudWatch Logs and into metrics

The record is the only truth: a job's thread writes it, everybody else reads it.
"""

from trainwright_local.sagemaker.training import operations as operations
