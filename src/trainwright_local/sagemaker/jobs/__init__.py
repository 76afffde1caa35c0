"""What training, processing and every other kind of job share: a queue, a life, instances.

* `kinds`      how one kind of job keeps its records; each visible change of one is an event
* `requests`   what Create, Describe, List and Stop do alike
* `admission`  what is refused alike: images nobody knows, what is no S3 URI, what is not emulated
* `queue`      who runs, who waits, who is stopped, what the last life left behind
* `running`    one job from its first status to its last, in the stages that its kind goes through
* `instances`  the processes of a job, one an instance, and the lines that they print
* `containers`  the same for images that nobody emulates
* `inputs`     data of S3 on its way to the instances
* `output`, `log_stream`  lines on their way to CloudWatch Logs
* `failures`   why a job fails, in the words that Describe has for it

A kind of job is a `JobKind` and a function of a `Run`: it makes its folders, enters a stage,
fetches its inputs, enters the next, executes its commands, collects what they left. The price of
having one queue is one limit for all kinds: a processing job waits for training jobs too.

The record is the only truth: a job's thread writes it, everybody else reads it.
"""
