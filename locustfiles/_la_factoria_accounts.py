"""Users with an account: one of their own, or the administrator's."""

from __future__ import annotations

import logging
import random
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import gevent
from _la_factoria import (
    ADMIN_EMAIL,
    ADMIN_PASSWORD,
    JOB,
    JOBS,
    ME,
    REGISTER,
    Answer,
    ApiUser,
    Token,
    unique_email,
    unique_topic,
)
from gevent.lock import RLock
from locust.exception import RescheduleTask

# A token about to expire is renewed before it is used.
_RENEW_BEFORE_S = 5.0
_CLEAN_UP_S = 15.0
# How often an account that may not exist is looked for before it counts as never made.
_LOOKS = 4
# Answers that leave no doubt that a registration made nothing.
_NOTHING_MADE = (400, 401, 403, 413, 422, 429, 503)
# What a target under load answers to hundreds of users that clean up at once. They try again,
# so these are no failures: a stop must not spoil the figures of the run before it.
_BUSY = (429, 503)

log = logging.getLogger(__name__)


class Account:
    """An account of one's own: unique, made when first needed, and deleted at the end."""

    def __init__(self, user: ApiUser, prefix: str = "load") -> None:
        self.email = unique_email(prefix)
        self.password = uuid.uuid4().hex
        self._user = user
        self._asked_for = False
        self._exists = False
        self._deleting = False
        self._token: Token | None = None

    def register(self) -> bool:
        """Make the account, unless it is there. A later try may find the earlier one's work."""
        if self._exists:
            return True
        expect = (201, 400) if self._asked_for else (201,)
        self._asked_for = True
        answer = self._user.call(
            "POST",
            REGISTER,
            name=REGISTER,
            expect=expect,
            json={"email": self.email, "password": self.password},
        )
        self._exists = answer.status in expect
        if not self._exists and answer.status in _NOTHING_MADE:
            self._asked_for = False
        return self._exists

    def token(self) -> Token | None:
        """A token that is good for a while yet, or None when there is none to be had now."""
        if self._token is not None and time.monotonic() < self._token.until - _RENEW_BEFORE_S:
            return self._token
        if not self.register():
            return None
        self._token = self._user.log_in(self.email, self.password)
        return self._token

    def forget_token(self) -> None:
        self._token = None

    def delete(self) -> None:
        """Delete the account with its jobs. Tries for a while, never raises an error."""
        if not self._asked_for:
            return
        with gevent.Timeout(_CLEAN_UP_S, False):
            try:
                self._delete(time.monotonic() + _CLEAN_UP_S)
            except Exception:  # a clean-up that fails must not end the user with an error
                log.debug("clean-up of %s failed", self.email, exc_info=True)

    def _delete(self, deadline: float) -> None:
        looks, pause_s = 0, 0.5
        # Locust takes a Timeout inside a request for the request's own: that may not end this.
        while time.monotonic() < deadline and looks < _LOOKS:
            status = self._try_delete()
            if status == 200:
                self._asked_for = self._exists = self._deleting = False
                return
            looks += status == 401
            gevent.sleep(random.uniform(0.5, 1.5) * pause_s)
            pause_s = min(pause_s * 1.5, 2.0)

    def _try_delete(self) -> int:
        """200 when the account is gone, else why it is not (401: it was not found).

        A user that is stopped in the middle of a request does not know what became of it: a 401
        then says that the account is not there yet, or not any more, and is no failure.
        """
        refused = (401,) if self._deleting or not self._exists else ()
        expect = (200, *refused, *_BUSY)
        if self._token is None:
            status, self._token = self._user.try_log_in(self.email, self.password, expect)
            if self._token is None:
                return 200 if self._deleting and status == 401 else status
        sent_before, self._deleting = self._deleting, True
        answer = self._user.call("DELETE", ME, name=ME, expect=expect, token=self._token)
        if answer.status == 401:
            self._token = None
            return 200 if sent_before else 401
        if answer.status == 200:
            self._token = None
        elif answer.status in _BUSY:
            self._deleting = sent_before
        return answer.status


class AccountUser(ApiUser):
    """A user with an account; signs in at the start and cleans up at the end."""

    abstract = True

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self.account = Account(self)
        self._spares: list[Account] = []

    def on_start(self) -> None:
        # If this fails, the first task tries again: a user must not be lost to a busy target.
        self.account.token()

    def on_stop(self) -> None:
        for account in (*self._spares, self.account):
            account.delete()

    @contextmanager
    def spare_account(self, prefix: str) -> Iterator[Account]:
        """Another account, not registered yet, for the length of the block."""
        spare = Account(self, prefix)
        self._spares.append(spare)
        try:
            yield spare
        except Exception:
            self._drop(spare)
            raise
        # A user that is stopped in the block (no Exception) leaves the deletion to on_stop.
        self._drop(spare)

    def _drop(self, spare: Account) -> None:
        spare.delete()
        self._spares.remove(spare)

    def api(self, method: str, path: str, **options: Any) -> Answer:
        """A call with the account's token; signs in again where that is needed."""
        token = self.account.token()
        if token is None:
            raise RescheduleTask
        answer = self.call(method, path, token=token, **options)
        if answer.status == 401:
            self.account.forget_token()
        return answer

    def create_job(self, **wanted: str) -> str | None:
        """Queue a job; its id, or None."""
        job = {"topic": unique_topic(), "content_type": "summary", "size": "small", **wanted}
        answer = self.api("POST", JOBS, name=JOBS, expect=(201,), json=job)
        return str(answer.body["id"]) if answer.status == 201 else None

    def job_status(self, job_id: str) -> str | None:
        answer = self.api("GET", f"{JOBS}/{job_id}", name=JOB)
        return str(answer.body["status"]) if answer.status == 200 else None


class AdministratorUser(ApiUser):
    """Users that share the administrator's one account, and its token: logins are limited."""

    abstract = True
    _shared: ClassVar[Token | None] = None
    _login: ClassVar[RLock] = RLock()

    def admin_api(self, method: str, path: str, **options: Any) -> Answer:
        token = self._admin_token()
        answer = self.call(method, path, token=token, **options)
        if answer.status == 401 and AdministratorUser._shared is token:
            AdministratorUser._shared = None
        return answer

    def _admin_token(self) -> Token:
        with AdministratorUser._login:
            token = AdministratorUser._shared
            if token is None or time.monotonic() >= token.until - _RENEW_BEFORE_S:
                token = AdministratorUser._shared = self.log_in(ADMIN_EMAIL, ADMIN_PASSWORD)
        if token is None:
            raise RescheduleTask
        return token
