"""Durations as people read them."""

_MINUTE, _HOUR = 60, 3600


def duration(seconds: float) -> str:
    """Write *seconds* in the two largest units that matter."""
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} m {int(seconds % _MINUTE):02} s"
    return f"{int(seconds // _HOUR)} h {int(seconds % _HOUR // _MINUTE):02} m"
