"""Pipelines beside those of others: planning them, what a step costs, and what its time costs.

Each of the `peers` is run by the interpreter of its own environment, as its users run it; none of
them sends telemetry with the settings given here. The price is three more environments to prepare.
"""
