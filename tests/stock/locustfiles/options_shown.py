"""Shows its options as the name of a request, whatever source they come from."""

from locust import HttpUser, events, tag, task
from locust.argument_parser import LocustArgumentParser
from locust.exception import StopUser


@events.init_command_line_parser.add_listener
def add_arguments(parser: LocustArgumentParser) -> None:
    parser.add_argument("--color", default="none", env_var="SHOP_COLOR")


class OptionsUser(HttpUser):
    @tag("smoke")
    @task
    def request(self) -> None:
        options = self.environment.parsed_options
        users, rate, run_time = options.num_users, options.spawn_rate, options.run_time
        name = f"u={users} r={rate} t={run_time} tags={options.tags} color={options.color}"
        self.client.get("/ok", name=name)
        raise StopUser
