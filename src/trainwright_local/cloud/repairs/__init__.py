"""What is put right in MiniStack so that it behaves as AWS does."""


def apply_all() -> None:
    """Put all repairs into the MiniStack of this process, before it serves."""
