"""What every List operation does alike: filters, order, pages."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from hashlib import sha256

from trainwright_local.sagemaker.api.errors import ValidationException
from trainwright_local.sagemaker.store import Record

DEFAULT_PAGE = 10
PAGING = {"NextToken", "MaxResults"}


def page(
    request: Record,
    records: Iterable[Record],
    *,
    name: str,
    status: str = "",
    order: str = "Ascending",
) -> tuple[list[Record], Record]:
    """Return the page of *records* that *request* asks for, and its `NextToken` if more follow.

    *name* and *status* are the members that hold a record's name and its status; *order* is the
    one the operation has when the request does not say.
    """
    kept = [record for record in records if _matches(record, request, name, status)]
    by: str = request.get("SortBy", "CreationTime")
    key: str = {"Name": name, "Status": status}.get(by, by)
    descending = request.get("SortOrder", order) == "Descending"
    kept.sort(key=lambda record: (record.get(key, 0), record[name]), reverse=descending)
    start = _start(request)
    end = start + request.get("MaxResults", DEFAULT_PAGE)
    return kept[start:end], {"NextToken": _token(request, end)} if end < len(kept) else {}


def _matches(record: Record, request: Record, name: str, status: str) -> bool:
    wanted = request.get("StatusEquals")
    return (
        request.get("NameContains", "").lower() in record[name].lower()
        and (wanted is None or record.get(status) == wanted)
        and all(
            _in_time(record, request, member) for member in ("CreationTime", "LastModifiedTime")
        )
    )


def _in_time(record: Record, request: Record, member: str) -> bool:
    after, before = request.get(f"{member}After"), request.get(f"{member}Before")
    moment = record.get(member, 0)
    return (after is None or moment >= after) and (before is None or moment <= before)


def _start(request: Record) -> int:
    if "NextToken" not in request:
        return 0
    try:
        start, question = json.loads(urlsafe_b64decode(request["NextToken"]))
    except (ValueError, TypeError) as error:
        raise ValidationException("The NextToken is not one that this service gave.") from error
    if question != _question(request):
        raise ValidationException("The NextToken belongs to a request with other filters.")
    return int(start)


def _token(request: Record, end: int) -> str:
    return urlsafe_b64encode(json.dumps([end, _question(request)]).encode()).decode()


def _question(request: Record) -> str:
    filters = {key: value for key, value in request.items() if key not in PAGING}
    return sha256(json.dumps(filters, sort_keys=True).encode()).hexdigest()[:16]
