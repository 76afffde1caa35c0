"""What the operations on every kind of job do alike: create, describe, list and stop."""

from trainwright_local.sagemaker.api.errors import ResourceInUse, ValidationException
from trainwright_local.sagemaker.api.listing import page
from trainwright_local.sagemaker.api.operations import Context
from trainwright_local.sagemaker.api.tags import attach
from trainwright_local.sagemaker.jobs.kinds import JobKind
from trainwright_local.sagemaker.jobs.queue import Jobs
from trainwright_local.sagemaker.jobs.running import Work
from trainwright_local.sagemaker.roles import Role
from trainwright_local.sagemaker.store import Record


def refuse_taken_name(kind: JobKind, record: Record, context: Context) -> None:
    """Raise ResourceInUse if there is, or was, a job of this name."""
    if kind.collection(context).get(record[kind.name]):
        raise _name_is_taken(kind, record)


def create(
    kind: JobKind, record: Record, request: Record, context: Context, role: Role, work: Work
) -> Record:
    """Begin a job that *request* asks for, with its new *record*; return its ARN as AWS does."""
    if not kind.collection(context).add(record[kind.name], record):
        raise _name_is_taken(kind, record)
    attach(context, record[kind.arn], request.get("Tags", []))
    context.part(Jobs).submit(kind, context, record, role, work)
    return {kind.arn: record[kind.arn]}


def found(kind: JobKind, request: Record, context: Context) -> Record:
    """Return the record of the job that *request* names; raises as AWS does if there is none."""
    job = kind.collection(context).get(request[kind.name])
    if job is None:
        raise ValidationException(kind.not_found.format(name=request[kind.name]))
    return job


def listed(kind: JobKind, request: Record, context: Context, *more: str) -> Record:
    """List the jobs that *request* asks for; *more* are members that only this kind shows."""
    jobs, following = page(
        request, kind.collection(context).list(), name=kind.name, status=kind.status
    )
    times = ("CreationTime", f"{kind.prefix}EndTime", "LastModifiedTime")
    members = (kind.name, kind.arn, *times, kind.status, *more)
    summaries = [{m: job[m] for m in members if m in job} for job in jobs]
    return {f"{kind.prefix}JobSummaries": summaries, **following}


def stop(kind: JobKind, request: Record, context: Context) -> Record:
    """Begin to stop a job; stopping one that is being stopped is no error."""
    job = found(kind, request, context)
    if kind.has_ended(job):
        raise ValidationException(
            f"The request was rejected because the {kind.noun} is in status {job[kind.status]}."
        )
    context.part(Jobs).stop(kind, context, job)
    return {}


def _name_is_taken(kind: JobKind, record: Record) -> ResourceInUse:
    return ResourceInUse(kind.name_taken.format(arn=record[kind.arn]))
