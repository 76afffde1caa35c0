"""What computes in an instance of each family, which decides the image that runs there."""

from typing import Literal

from trainwright.errors import InvalidRequestError

type Processor = Literal["cpu", "gpu", "arm64", "neuron", "neuronx", "gaudi"]

_FAMILIES: dict[Processor, str] = {
    "cpu": "c4 c5 c5d c5n c6a c6i c6id c6in c7i c7i-flex c8i c8i-flex geospatial i3en m4 m5 m5d "
    "m6a m6i m6id m7i m7i-flex m8i m8i-flex r5 r5d r6i r6id r7i r8i r8i-flex t2 t3",
    "gpu": "g4dn g5 g5n g6 g6e g7 g7e gr6 p2 p3 p3dn p4d p4de p5 p5e p5en p6-b200 p6-b300 "
    "p6e-gb200",
    "arm64": "c6g c6gd c6gn c7g c8g m6g m6gd m7g m8g r6g r6gd r7gd r8g",
    "neuron": "inf1",
    "neuronx": "inf2 trn1 trn1n trn2",
    "gaudi": "dl1",
}
_PROCESSORS = {
    family: processor for processor, families in _FAMILIES.items() for family in families.split()
}


def processor_of(instance_type: str) -> Processor:
    """Name the kind of processor in an instance of type *instance_type*; refuse an unknown one."""
    family = instance_type.removeprefix("ml.").partition(".")[0]
    if family not in _PROCESSORS:
        known = ", ".join(sorted(_PROCESSORS))
        raise InvalidRequestError(
            f"'{instance_type}' is of no family of instances that is known; known: {known}"
        )
    return _PROCESSORS[family]
