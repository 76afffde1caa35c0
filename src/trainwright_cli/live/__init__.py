"""Watching a run: its states, nested ones too, the training job's metrics, and how it ended.

The core is pure: `history` reads what Step Functions recorded, `definition` knows what is still to
come, `tree` joins them, `metrics` and `curve` read and draw the job's log, `drawing` and `lines`
show it on a terminal and in a pipe. Only `source`, `job` and `follow` talk to a cloud. The price is
that all of it is computed anew for every look; a history has tens of events, not thousands.
"""
