"""The data: frozen pydantic models, parsed at the edge and trusted after."""
