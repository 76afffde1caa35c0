"""From the bytes of a request to an operation and back, driven by botocore's own service models.

The models say what a request may hold, so no operation checks a length or a pattern again; what
they do not say (a name that is taken, a bucket that is missing) is the operation's to refuse.
"""
