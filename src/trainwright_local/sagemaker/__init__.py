"""SageMaker, as far as the local cloud has it: requests are AWS's, the work behind them is real.

`service.SageMakerService` is the whole: a store of records, a table of operations and the parts
that run in the background (the queue of jobs, the endpoints). It knows no server: `mount.install`
puts it into MiniStack, which brings HTTP, credentials and EventBridge.

* `api/`       from a request's bytes to an operation and back: validation, errors, paging, tags
* `jobs/`      what all kinds of job share: one queue, one life, processes on instances, logs
* `training/`, `processing/`, `transform/`, `tuning/`  each kind of job: operations, records, stages
* `models/`, `endpoints/`, `registry/`  what is served, where, and what was approved for it
* `storage`, `roles`  what a job or an endpoint may reach: always with its own role's credentials

Imports go one way: `mount` knows `service`, which knows the packages by name only; these know
`jobs`, which knows the core (`api`, `store`, `events`, `parts`). What is below sees the service as
the protocol `parts.Service`: a package is added without a change to any other, at the price that
the type checker cannot tell whether it was imported at all; a missing one is an unknown operation.

The price of doing the work for real is that it takes as long as the work takes, and that only what
is emulated is accepted: an input that would be ignored is refused instead.
"""
