"""The gate: which metric a model must reach before it is deployed."""

from typing import Self

from pydantic import FiniteFloat, model_validator

from trainwright.models.message import Message


class Gate(Message):
    """A bound on one metric, from below, from above, or both; the bounds themselves pass."""

    metric: str
    minimum: FiniteFloat | None = None
    maximum: FiniteFloat | None = None

    @model_validator(mode="after")
    def _is_a_bound(self) -> Self:
        if self.minimum is None and self.maximum is None:
            raise ValueError("needs a minimum or a maximum")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"minimum {self.minimum:.15g} is above maximum {self.maximum:.15g}")
        return self

    def __str__(self) -> str:
        """Show the bound as a formula."""
        low = f"{self.minimum:.15g} <= " if self.minimum is not None else ""
        high = f" <= {self.maximum:.15g}" if self.maximum is not None else ""
        return f"{low}{self.metric}{high}"
