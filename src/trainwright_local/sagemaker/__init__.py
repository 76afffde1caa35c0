"""SageMaker, as far as the local cloud has it: requests are AWS's, the work behind them is real.

`service.SageMakerService` is the whole: a store of records, a table of operations and the parts
that run in the background (the queue of training jobs, the endpoints). It knows no server:
`service.install` mounts it in MiniStack, which brings HTTP, credentials and EventBridge.

* `api/`       from a request's bytes to an operation and back: validation, errors, paging, tags
* `training/`  training jobs, each a process under the container contract of SageMaker
* `storage`    what a job or an endpoint may reach in AWS: always with its own role's credentials

The price of doing the work for real is that it takes as long as the work takes, and that only what
is emulated is accepted: an input that would be ignored is refused instead.
"""
