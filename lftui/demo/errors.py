"""What the API answers when it does not serve."""

from __future__ import annotations


class ApiError(Exception):
    """An answer other than success.

    Attributes:
        status: the HTTP status.
        detail: the sentence in the body.
        retry_after_s: seconds for `Retry-After`, where the status has one.
    """

    def __init__(self, status: int, detail: str, retry_after_s: float | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.retry_after_s = retry_after_s
