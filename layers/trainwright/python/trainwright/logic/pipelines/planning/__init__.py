"""From a definition to a plan: one module for each kind of step builds its SageMaker request.

A planner never asks AWS anything, so a plan can be made, shown and compared without credentials.
"""
