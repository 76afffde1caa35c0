"""The adapters of pipelines: one module for each port of `logic/pipelines/running/ports.py`."""
