"""What a pipeline is: its file, the graph read from it, its plan and its progress.

The spellings of the file (`conf.yaml`) are a contract with files that exist; from `definition` on
everything has names of ours.
"""
