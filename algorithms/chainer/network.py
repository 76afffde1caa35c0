"""The network, for training and for serving. Python 3.5 runs this: the image has no newer one."""

import chainer
import chainer.functions as F  # noqa: N812 - as all of Chainer's examples
import chainer.links as L  # noqa: N812


class Network(chainer.Chain):  # type: ignore[misc] # it has no types
    """Three dense layers with rectifiers between them."""

    def __init__(self, units: int, classes: int) -> None:
        super().__init__()
        with self.init_scope():
            self.first = L.Linear(None, units)
            self.second = L.Linear(None, units)
            self.last = L.Linear(None, classes)

    def forward(self, rows: object) -> object:
        """Give a value for each class, before any softmax."""
        return self.last(F.relu(self.second(F.relu(self.first(rows)))))

    __call__ = forward
