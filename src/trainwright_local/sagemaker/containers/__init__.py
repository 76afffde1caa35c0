"""Images that nobody emulates, run by docker or podman: of jobs, of endpoints.

* `engine`     the program that runs containers, and what it is to be told
* `owned`      the containers of this cloud, of which none outlives it
* `relay`      how a container with a network of its own reaches the cloud
* `pushed`     images in this cloud's own registry, which may be of scripts alone
* `admission`  why an image cannot be run here

A container of a job shares the machine's network: it reaches the cloud under the address that
everything else has, and the instances of one job reach each other. A container of an endpoint
listens on port 8080, as all its fellows do, so each has a network of its own and is found at a port
of this machine. The price is one hop more: docker's proxy, or podman's slirp4netns.
"""

from trainwright_local.sagemaker.containers import owned as owned
