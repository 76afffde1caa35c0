"""What a handler that takes a context gets: the request, and a say in the response."""

from __future__ import annotations


class RequestProcessor:
    """The request's headers and the response's status, as multi-model-server presents them."""

    def __init__(self, headers: dict[str, str]) -> None:
        self._headers = headers
        self.status: int | None = None

    def get_request_properties(self) -> dict[str, str]:
        """Return the request's headers, their names in title case."""
        return self._headers

    def get_request_property(self, key: str) -> str | None:
        """Return one header of the request, whatever the case of *key*."""
        return self._headers.get(key.title())


class Context:
    """One request, seen through the interface of multi-model-server; the index is always 0."""

    def __init__(self, model_dir: str, headers: dict[str, str]) -> None:
        self.system_properties = {"model_dir": model_dir, "gpu_id": None, "batch_size": 1}
        self.request_processor = [RequestProcessor(headers)]
        self.response_headers: dict[str, str] = {}

    def get_request_header(self, idx: int, key: str) -> str | None:
        """Return one header of the request."""
        return self.request_processor[idx].get_request_property(key)

    def set_response_header(self, idx: int, key: str, value: str) -> None:  # noqa: ARG002
        """Add a header to the response."""
        self.response_headers[key] = value

    def set_response_content_type(self, idx: int, value: str) -> None:
        """Set the content type of the response."""
        self.set_response_header(idx, "Content-Type", value)

    def get_response_content_type(self, idx: int) -> str | None:  # noqa: ARG002
        """Return the content type of the response, if it is set."""
        return self.response_headers.get("Content-Type")

    def set_response_status(
        self,
        code: int = 200,
        phrase: str = "",  # noqa: ARG002 -- HTTP/1.1 servers write their own
        idx: int = 0,
    ) -> None:
        """Set the status of the response."""
        self.request_processor[idx].status = code
