"""Endpoints: live model servers for each variant, exchanged in steps, kept over restarts.

* `configs`, `admission`        endpoint configurations, and what can be emulated of them
* `operations`, `updates`       create, describe, list, delete; update, weights and capacities
* `records`, `targets`          what is known of an endpoint, each change of which is an event
* `fleet`                       brings endpoints up, exchanges and ends them in the background
* `rollout`, `policies`, `alarms`  one update: its steps, and what rolls it back
* `traffic`, `deployment`, `variants`, `instances`, `serverless`  who answers, from the top down
* `hosts`, `multi_model`        what runs on an instance: a container, several, many models
* `sites`, `artifact`           from model data in S3 to the folder a server works in
* `server`, `connections`       one model server: started, watched, spoken to
* `invoke`, `streams`           InvokeEndpoint, InvokeEndpointWithResponseStream
* `asynchronous`, `queue`, `inference`, `notices`  InvokeEndpointAsync
* `capture`                     a share of requests and answers, kept in S3

The price of a laptop: a variant has `max_instances` processes at most, whatever number of instances
it is given.
"""

from trainwright_local.sagemaker.endpoints import (
    asynchronous,
    configs,
    invoke,
    operations,
    streams,
    updates,
)

__all__ = ["asynchronous", "configs", "invoke", "operations", "streams", "updates"]
