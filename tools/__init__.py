"""Generators of committed files; a test keeps each file equal to what its generator writes."""
