"""The process that is the local cloud: MiniStack with our SageMaker in it.

One process, one loopback port, one state folder; the folder's lock says whether it runs.
`lifecycle` starts and stops it from outside, `server` is what runs, `repairs` holds what is put
right in MiniStack, `doctor` says what the machine lacks. The price of one process: what MiniStack
keeps in memory (all but the contents of S3 objects and our SageMaker) reaches the disk when it
stops in good order; a killed cloud comes back as of its last stop.
"""
