"""Images from the folders below `containers/`: built, pushed, and recorded for the stack.

* `folders`     what a container's folder says of itself, and what an image is built from
* `engines`     docker, podman and buildah, as far as building and pushing goes
* `building`    the images in the order in which they need each other
* `scripts`     an image without an engine: the scripts alone, for the local cloud
* `registry`    the protocol that all registries speak
* `repositories` ECR's repositories, and who may do what with them
* `records`     which image of a container is in force

An image is named by the content of all that it is built from, its base's included: what has not
changed is neither built nor pushed again, and what is in a registry is never replaced.
"""
