"""Measurements against their targets: `make bench`, or one alone: `python -m benchmarks imports`.

A benchmark is a module with `measure(bench) -> Table`; `__main__` lists them. What they share is a
`Bench`: the app as `sam build` makes it, and local clouds of their own, all in one folder that is
deleted at the end. Nothing here passes or fails: a number on a busy machine is no test. The price
is that somebody must look at the verdicts.
"""
