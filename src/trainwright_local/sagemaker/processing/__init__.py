"""Processing jobs: commands that turn what they find below `/opt/ml/processing` into outputs.

* `operations`  what callers ask for; `admission` refuses what would not be emulated
* `records`     what DescribeProcessingJob answers
* `running`     the stages of a job
* `opt_ml`      one instance: its folders, its configuration, its inputs
* `program`     what it runs: a command in a framework image, or an image of its own
* `outputs`     folders of the instances on their way to S3, at the end or all the time

Whatever an entry point starts is run in the environment of a framework image: Python, a shell, a
program of this machine. The price is that a path in the image itself, outside of `/opt/ml`, is one
of this machine. All that is not particular to processing is in `jobs`.
"""

from trainwright_local.sagemaker.processing import operations as operations
