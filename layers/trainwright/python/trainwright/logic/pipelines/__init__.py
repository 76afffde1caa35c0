"""Pipelines: files are read to a definition, a definition is planned, and a plan is run.

Each room knows the one before it: `reading` (text to definition, every problem at once), `planning`
(definition to requests), `running` (one function for each state). A plan is plain data; what a
step learns only from earlier steps stands in it as a JSONata expression.
"""
