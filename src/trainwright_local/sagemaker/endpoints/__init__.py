"""Endpoints: a live model server for each variant, exchanged blue/green, kept over restarts.

* `configs`      endpoint configurations, and the variants that can be emulated
* `operations`   create, update, describe, list, delete
* `records`      what is known of an endpoint, each change of which is an event
* `fleet`        what runs: brings endpoints up, exchanges and ends them in the background
* `deployment`   the servers of one configuration: all of them healthy, or none
* `server`       one model server: started, watched, started again when it dies
* `artifact`     from model data in S3 to the folder a server works in
* `connections`  kept-alive connections to a server
* `invoke`       InvokeEndpoint

The price of a laptop: a variant is one process whatever its InitialInstanceCount says, and a server
that lives but hangs is not replaced.
"""

from trainwright_local.sagemaker.endpoints import configs, invoke, operations

__all__ = ["configs", "invoke", "operations"]
