"""What is published of a pipeline: its files, and where the code and the data they name now are."""

from trainwright.models.message import Message


class PublishedFile(Message):
    """One file of the pipeline, as it was written."""

    name: str
    text: str


class Bundle(Message):
    """All that is needed to plan a run anywhere: `pipelines/<name>/pipeline.json` in the bucket.

    A bare `conf.yaml` that is uploaded there is a bundle of that file alone.
    """

    name: str
    """Of its folder, which reading holds against the name in the file."""
    files: tuple[PublishedFile, ...]
    values: dict[str, str] = {}
    """The `SMP_*` variables at the time of publishing; the stack knows the rest."""
    staged: dict[str, str] = {}
    """S3 URI of each local path that the files name: a data file, or a folder of code as
    `sourcedir.tar.gz`; the URI holds the content's hash."""
