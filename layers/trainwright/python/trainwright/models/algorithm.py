"""A registered algorithm: its manifest and where its parts are."""

from trainwright.models.manifest import AlgorithmManifest
from trainwright.models.message import Message, Problem
from trainwright.models.names import Version


class RegisteredAlgorithm(Message):
    """What planning reads: written once for each version, then pointed to by SSM."""

    manifest: AlgorithmManifest
    version: Version
    source: str
    """S3 URI of the scripts, `sourcedir.tar.gz`."""
    artifact: str
    """S3 URI of the artifact of an algorithm that is only served, `model.tar.gz`."""
    files: str
    """S3 URI of the folder that holds the files of the smoke tests."""
    training_image: str = ""
    """Of a run with the default instance type; `ssm:<parameter>` for a container's own."""
    inference_image: str = ""
    source_commit: str = ""
    """Of the git repository that was packed, if one was."""


class Registration(Message):
    """What became of an uploaded algorithm; *problems* says why it was refused."""

    name: str
    version: str
    problems: tuple[Problem, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the version is in force now."""
        return not self.problems
