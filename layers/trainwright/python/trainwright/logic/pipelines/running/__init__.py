"""Runs a plan: a step starts the moment the last of what it needs has ended.

There is no loop and no scheduler. Each step is an execution of its own, and the end of a step
releases those that wait for it: an atomic removal from a set, after which the one that emptied it
starts the step. Everything is written so that doing it twice does nothing: names of executions and
jobs come from the run, the step and the attempt, and a step ends only once. The price: the state
of a run is in a table, not in one execution's history.
"""
