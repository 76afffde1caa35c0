"""The local cloud: AWS, as far as trainwright and its users need it, in one process on a laptop."""
