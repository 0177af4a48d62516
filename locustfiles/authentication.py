"""Authentication under load: registrations, logins good and bad, tokens, and the login limit.

    RegistrationUser  a storm of registrations, the refused ones included (400 is expected)
    LoginUser         good logins, unknown accounts and wrong passwords (401 is expected)
    TokenUser         uses a token; tampered, missing and expired ones (401 is expected)
    RateLimitUser     wrong passwords until the limit answers: 429 is expected there and counts as
                      a success, and a target that never answers it counts as a failure

A request that is meant to be refused has a name of its own, such as
`/api/v1/auth/login (429 expected)`, so that its times do not mix with those of the real ones.
Every account is deleted when it has served. Settings and their defaults: see `_la_factoria.py`.

    locust -f locustfiles/authentication.py --headless -u 20 -r 5 -t 2m -H http://127.0.0.1:8000

Tags: register, login, token, limit, negative.
"""

from __future__ import annotations

import time
import uuid

import gevent
from _la_factoria import (
    ADMIN_EMAIL,
    LOGIN,
    REGISTER,
    USAGE,
    Token,
    think,
    unique_email,
)
from _la_factoria_accounts import Account, AccountUser
from locust import tag, task

REFUSED_REGISTER = f"{REGISTER} (400 expected)"
REFUSED_LOGIN = f"{LOGIN} (401 expected)"
LIMITED_LOGIN = f"{LOGIN} (429 expected)"
REFUSED_TOKEN = f"{USAGE} (401 expected)"
# The target allows 30 logins for one account in a minute: well before, take another account.
LOGINS_PER_ACCOUNT = 20
# How often a wrong password is tried before the limit counts as missing; the target allows 5.
TRIES_UNTIL_LIMIT = 12


class RegistrationUser(AccountUser):
    """Registers again and again, and removes what it made."""

    weight = 4
    wait_time = think(0.2, 1)

    @tag("register")
    @task(5)
    def register(self) -> None:
        with self.spare_account("storm") as newcomer:
            newcomer.register()

    @tag("register", "negative")
    @task(1)
    def register_taken_address(self) -> None:
        """The administrator's: it stays.

        An address of our own could be free again by the time that the target gets to a request
        which was cut off, and the account that it then makes would be nobody's.
        """
        self.refused_registration(ADMIN_EMAIL, "another-password")

    @tag("register", "negative")
    @task(1)
    def register_without_address(self) -> None:
        self.refused_registration("not an address", "long-enough-password")

    @tag("register", "negative")
    @task(1)
    def register_weak_password(self) -> None:
        self.refused_registration(unique_email("weak"), "short")

    def refused_registration(self, email: str, password: str) -> None:
        self.call(
            "POST",
            REGISTER,
            name=REFUSED_REGISTER,
            expect=(400,),
            json={"email": email, "password": password},
        )


class LoginUser(AccountUser):
    """Logs in, rightly and wrongly."""

    weight = 4
    wait_time = think(1, 3)
    logins = 0

    @tag("login")
    @task(6)
    def log_in_again(self) -> None:
        if not self.account.register():
            return
        self.logins += 1
        self.log_in(self.account.email, self.account.password)
        if self.logins >= LOGINS_PER_ACCOUNT:
            self.take_other_account()

    @tag("login", "negative")
    @task(2)
    def unknown_account(self) -> None:
        self.refused_login(unique_email("nobody"))

    @tag("login", "negative")
    @task(1)
    def wrong_password(self) -> None:
        """Once for each account, so that this user does not run into the limit."""
        with self.spare_account("typo") as other:
            if other.register():
                self.refused_login(other.email)

    def refused_login(self, email: str) -> None:
        wrong = {"username": email, "password": uuid.uuid4().hex}
        self.call("POST", LOGIN, name=REFUSED_LOGIN, expect=(401,), data=wrong)

    def take_other_account(self) -> None:
        self.account.delete()
        self.account = Account(self)
        self.logins = 0


class TokenUser(AccountUser):
    """Shows its token: the good one, and ones that must not be taken."""

    weight = 3
    wait_time = think(0.5, 2)

    @tag("token")
    @task(6)
    def use_token(self) -> None:
        token = self.account.token()
        if token is not None:
            self.api("GET", USAGE.replace("{id}", token.user_id), name=USAGE)

    @tag("token", "negative")
    @task(2)
    def use_tampered_token(self) -> None:
        token = self.account.token()
        if token is not None:
            self.refused(Token(token.value[::-1], token.until, token.user_id))

    @tag("token", "negative")
    @task(1)
    def use_no_token(self) -> None:
        self.call("GET", USAGE.replace("{id}", "anyone"), name=REFUSED_TOKEN, expect=(401,))

    @tag("token", "negative", "slow")
    @task(1)
    def use_expired_token(self) -> None:
        """A token asked for with a life of one second, used once that has passed."""
        with self.spare_account("expiry") as other:
            if not other.register():
                return
            token = self.log_in(other.email, other.password, expires_in="1")
            left = token.until - time.monotonic() if token is not None else 0
            # A service that takes no wish for a short life is not waited for.
            if token is not None and left < 5:
                gevent.sleep(max(0.0, left) + 0.2)
                self.refused(token)

    def refused(self, token: Token) -> None:
        path = USAGE.replace("{id}", token.user_id)
        self.call("GET", path, name=REFUSED_TOKEN, expect=(401,), token=token)


class RateLimitUser(AccountUser):
    """Guesses passwords until it is told to stop."""

    weight = 1
    wait_time = think(2, 5)

    @tag("limit", "negative", "slow")
    @task
    def guess_until_limited(self) -> None:
        with self.spare_account("limit") as victim:
            # Its token is taken first: once the limit holds, no login can clean up.
            if victim.token() is not None:
                self.guess(victim)

    def guess(self, victim: Account) -> None:
        for tries in range(TRIES_UNTIL_LIMIT):
            last = tries == TRIES_UNTIL_LIMIT - 1
            answer = self.call(
                "POST",
                LOGIN,
                name=LIMITED_LOGIN,
                expect=(429,) if last else (401, 429),
                data={"username": victim.email, "password": uuid.uuid4().hex},
            )
            if answer.status == 429:
                return
