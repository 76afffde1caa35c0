"""The `trainwright` command."""
