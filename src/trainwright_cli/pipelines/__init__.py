"""Pipelines on the command line: files to bundles, bundles to runs, runs to pictures."""
