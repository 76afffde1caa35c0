"""What a stack has of algorithms: the versions in force, and the packages they came from."""

from trainwright.logic.packaging import MAX_PACKED_BYTES
from trainwright.logic.registration import PACKAGE, ROOT
from trainwright.logic.unpacking import unpack
from trainwright.models.message import Problem
from trainwright_cli.cloud_access import Cloud


def registered_versions(cloud: Cloud) -> dict[str, str]:
    """Ask the stack for the version in force of each algorithm."""
    root = f"/{cloud.stack_name}/algorithms/"
    pages = cloud.ssm.get_paginator("get_parameters_by_path").paginate(Path=root, Recursive=True)
    found = (parameter for page in pages for parameter in page["Parameters"])
    return {
        parameter["Name"].split("/")[-2]: parameter["Value"].split("/")[-2]
        for parameter in found
        if parameter["Name"].endswith("/manifest")
    }


def prefix_of(name: str, version: str) -> str:
    """Give the prefix of all that belongs to a *version*."""
    return f"{ROOT}/{name}/{version}/"


def registered_files(cloud: Cloud, name: str, version: str) -> dict[str, bytes]:
    """Give the files of a registered *version*; none if its package was removed or is odd."""
    key = prefix_of(name, version) + PACKAGE
    try:
        found = cloud.s3.get_object(Bucket=cloud.stack.bucket, Key=key)
    except cloud.s3.exceptions.NoSuchKey:
        return {}
    problems: list[Problem] = []
    return unpack(found["Body"].read(MAX_PACKED_BYTES), problems)
