"""Accounts, bearer tokens and the login limit, all in memory and all bounded."""

from __future__ import annotations

import hashlib
import hmac
import math
import re
import secrets
import time
import uuid
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from lftui.demo.errors import ApiError

MAX_ACCOUNTS = 20_000
MAX_TOKENS = 40_000
MAX_LIMITED = 10_000
WINDOW_S = 60.0
LOGINS_PER_WINDOW = 30
FAILURES_PER_WINDOW = 5
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(slots=True)
class Account:
    """One user, and what they used."""

    email: str
    digest: bytes
    role: str = "user"
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    requests: int = 0
    jobs_created: int = 0
    generations: int = 0
    cache_hits: int = 0


class LoginLimit:
    """At most so many logins, and so many failed ones, for one account in a minute."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._tries: OrderedDict[tuple[str, bool], deque[float]] = OrderedDict()

    def check(self, email: str) -> None:
        """Raises:
        ApiError: 429 with the seconds until the next try counts.
        """
        for good, limit in ((False, FAILURES_PER_WINDOW), (True, LOGINS_PER_WINDOW)):
            tries = self._recent(email, good)
            if len(tries) >= limit:
                wait_s = tries[0] + WINDOW_S - self._clock()
                raise ApiError(429, "too many logins for this account", retry_after_s=wait_s)

    def note(self, email: str, good: bool) -> None:
        self._tries.setdefault((email, good), deque()).append(self._clock())
        self._tries.move_to_end((email, good))
        while len(self._tries) > MAX_LIMITED:
            self._tries.popitem(last=False)

    def _recent(self, email: str, good: bool) -> deque[float]:
        tries = self._tries.get((email, good), deque())
        while tries and self._clock() - tries[0] >= WINDOW_S:
            tries.popleft()
        return tries


class Accounts:
    """Who may do what."""

    def __init__(self, token_ttl_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = LoginLimit(clock)
        self.token_ttl_s = token_ttl_s
        self._clock = clock
        self._salt = secrets.token_bytes(16)
        self._by_email: dict[str, Account] = {}
        self._by_id: dict[str, Account] = {}
        self._tokens: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._by_email)

    @property
    def tokens_held(self) -> int:
        return len(self._tokens)

    def all(self) -> list[Account]:
        return list(self._by_email.values())

    def get(self, account_id: str) -> Account | None:
        return self._by_id.get(account_id)

    def register(self, email: str, password: str, role: str = "user") -> Account:
        """Raises:
        ApiError: 400, with what is wrong.
        """
        email = email.strip().lower()
        if len(email) > 254 or not _EMAIL.fullmatch(email):
            raise ApiError(400, "the email is not an email address")
        if not 8 <= len(password) <= 128:
            raise ApiError(400, "the password needs 8 to 128 characters")
        if email in self._by_email:
            raise ApiError(400, "the email is already registered")
        account = Account(email, self._digest(password), role)
        self._by_email[email] = self._by_id[account.id] = account
        return account

    def overflow(self) -> Account | None:
        """The oldest ordinary account, while there are more than may be kept."""
        if len(self._by_email) <= MAX_ACCOUNTS:
            return None
        return next((a for a in self._by_email.values() if a.role != "admin"), None)

    def remove(self, account: Account) -> None:
        # Its tokens stay until they expire: they name an account that is no more.
        self._by_email.pop(account.email, None)
        self._by_id.pop(account.id, None)

    def log_in(self, email: str, password: str, ttl_s: float | None) -> tuple[str, float, Account]:
        """A new token, its seconds to live (at most the target's own), and whose it is.

        Raises:
            ApiError: 401.
        """
        email = email.strip().lower()
        account = self._by_email.get(email)
        good = account is not None and hmac.compare_digest(self._digest(password), account.digest)
        self.limit.note(email, good)
        if account is None or not good:
            raise ApiError(401, "the email or the password is wrong")
        life_s = min(self.token_ttl_s, ttl_s) if ttl_s else self.token_ttl_s
        token = secrets.token_urlsafe(24)
        self._tokens[token] = (account.id, self._clock() + life_s)
        self._forget_tokens()
        return token, life_s, account

    def holder(self, token: str) -> Account:
        """Whose token it is.

        Raises:
            ApiError: 401: unknown, expired, or its account is gone.
        """
        account_id, expires = self._tokens.get(token, ("", -math.inf))
        account = self._by_id.get(account_id)
        if account is None or self._clock() >= expires:
            self._tokens.pop(token, None)
            raise ApiError(401, "the token is unknown or has expired")
        return account

    def _forget_tokens(self) -> None:
        now = self._clock()
        while self._tokens:
            token, (_, expires) = next(iter(self._tokens.items()))
            if expires > now and len(self._tokens) <= MAX_TOKENS:
                return
            del self._tokens[token]

    def _digest(self, password: str) -> bytes:
        # Quick on purpose: what hashing costs a real service is in the latency curve.
        return hashlib.blake2b(password.encode(), key=self._salt).digest()
