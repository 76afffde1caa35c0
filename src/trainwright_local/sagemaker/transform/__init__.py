"""Transform jobs: a model that is served for the time it takes to ask it about a set of objects.

* `operations`    what callers ask for; `admission` refuses what would not be emulated
* `records`       what DescribeTransformJob answers
* `running`       a job's work: its model served (`serving`), its objects listed (`objects`)
* `transforming`  each object split (`splitting`), grouped (`payloads`, `limits`), sent
                  (`invocations`), filtered and joined (`joining`, `paths`), and stored
* `data_log`      what went wrong with which object

The price of a laptop: there is one instance, whatever InstanceCount says.
"""

from trainwright_local.sagemaker.transform import operations as operations
