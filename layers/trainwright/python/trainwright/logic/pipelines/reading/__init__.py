"""From the files of a pipeline to its definition, or to everything that is wrong with them.

`nodes` keeps the place of every key, `placeholders` fills in what the environment says, `merging`
makes one document of several files, `shape` holds it against the models, and `definition` finds the
edges. None of them stops at the first problem.
"""
