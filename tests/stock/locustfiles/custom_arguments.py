"""Own arguments: a plain one, a secret one, a choice, one required from the environment."""

from argparse import Namespace

from locust import HttpUser, events, task
from locust.argument_parser import LocustArgumentParser


@events.init_command_line_parser.add_listener
def add_arguments(parser: LocustArgumentParser) -> None:
    parser.add_argument("--greeting", default="hello", help="what to say")
    parser.add_argument("--api-token", is_secret=True, default="none", help="never shown")
    parser.add_argument("--tier", choices=["free", "paid"], default="free")
    parser.add_argument("--tenant", env_var="SHOP_TENANT", required=True, include_in_web_ui=False)


@events.test_start.add_listener
def check(environment, **_kwargs: object) -> None:  # noqa: ANN001
    assert environment.parsed_options.greeting


class ArgumentUser(HttpUser):
    @task
    def request(self) -> None:
        options: Namespace = self.environment.parsed_options
        token = len(options.api_token)
        name = f"{options.greeting} {options.tier} {options.tenant} of {token}"
        self.client.get("/ok", name=name, headers={"Authorization": options.api_token})
        self.environment.runner.quit()
