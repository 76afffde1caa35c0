"""The variants of one configuration: all of them healthy, or none."""

from collections.abc import Mapping
from functools import partial
from itertools import accumulate
from random import choices

from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.endpoints.threads import together
from trainwright_local.sagemaker.endpoints.variants import Variant
from trainwright_local.sagemaker.store import Record


class Deployment:
    """Everything that serves one target."""

    def __init__(self, endpoint: str, target: Record, context: Context) -> None:
        self.id: str = target["Id"]
        self._counts = {v["VariantName"]: v["DesiredInstanceCount"] for v in target["Variants"]}
        asynchronous = "AsyncInferenceConfig" in target
        self.variants = [
            Variant(endpoint, self.id, v, context, asynchronous=asynchronous)
            for v in target["Variants"]
        ]
        self._grace = context.config.grace_seconds
        self._weigh()

    @property
    def is_up(self) -> bool:
        """Whether every instance could answer now."""
        return all(variant.is_up for variant in self.variants)

    def start(self) -> None:
        """Bring all variants up at once; at the first that cannot, raise and stop them all."""
        try:
            self.scale(self._counts)
        except BaseException:
            self.stop(0)
            raise

    def scale(self, counts: Mapping[str, int]) -> None:
        """Have as many instances of each variant as *counts* says; raises DeploymentError."""
        together([partial(v.scale, counts[v.name], self._grace) for v in self.variants])

    def weigh(self, weights: Mapping[str, float]) -> None:
        """Share requests among the variants by *weights*."""
        for variant in self.variants:
            variant.weight = weights[variant.name]
        self._weigh()

    def limit(self, most: Mapping[str, int]) -> None:
        """Let serverless variants take so many requests at once."""
        for variant in self.variants:
            if variant.name in most:
                variant.limit(most[variant.name])

    def activate(self, share: float) -> None:
        """Let that share of each variant's instances answer."""
        for variant in self.variants:
            variant.activate(share)

    def choose(self, name: str | None) -> Variant | None:
        """Return the variant called *name*, or without a name one by the weights."""
        if name is not None:
            return next((variant for variant in self.variants if variant.name == name), None)
        if len(self.variants) == 1:
            return self.variants[0]
        return choices(self.variants, cum_weights=self._weights)[0]  # noqa: S311 - traffic

    def retire(self) -> None:
        """Take no request any more, wait for those inside, and stop."""
        together([partial(variant.retire, self._grace) for variant in self.variants])

    def stop(self, grace: float) -> None:
        """Stop all at once, without waiting for requests."""
        together([partial(variant.stop, grace) for variant in self.variants])

    def _weigh(self) -> None:
        self._weights = list(accumulate(variant.weight for variant in self.variants))
