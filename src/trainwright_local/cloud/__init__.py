"""The process that is the local cloud: MiniStack with our SageMaker in it.

One process, one loopback port, one state folder; the folder's lock says whether it runs.
`lifecycle` starts and stops it from outside, `server` is what runs, `repairs` holds what is put
right in MiniStack, `snapshots` keeps its state, `doctor` says what the machine lacks. The price of
one process: what MiniStack holds in memory (all but the contents of S3 objects and our SageMaker)
reaches the disk with some delay, so a killed cloud comes back as it was a few seconds before.
"""
