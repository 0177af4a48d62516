"""What each cause of failures is called, where it points, and what an operator can do now."""

from __future__ import annotations

from typing import Literal

import msgspec

Category = Literal[
    "refused",
    "reset",
    "dns",
    "tls",
    "unreachable",
    "proxy",
    "pool",
    "files",
    "connect_timeout",
    "read_timeout",
    "rate_limit",
    "auth",
    "not_found",
    "too_large",
    "client_error",
    "server_error",
    "redirects",
    "malformed",
    "check",
    "script",
    "memory",
    "other",
]
PointsAt = Literal["target", "network", "generator", "script"]

TITLES: dict[Category, str] = {
    "refused": "Connection refused",
    "reset": "Connection reset or closed",
    "dns": "Host name not resolved",
    "tls": "TLS failed",
    "unreachable": "Host or network unreachable",
    "proxy": "Proxy failed",
    "pool": "Connection pool or ports used up",
    "files": "Too many open files",
    "connect_timeout": "No connection in time",
    "read_timeout": "No response in time",
    "rate_limit": "Too many requests (429)",
    "auth": "Not signed in or not allowed (401, 403)",
    "not_found": "Not found (404)",
    "too_large": "Request too large (413)",
    "client_error": "Request rejected (4xx)",
    "server_error": "Server error (5xx)",
    "redirects": "Too many redirects",
    "malformed": "Response not understood",
    "check": "Content check failed",
    "script": "Exception in the locustfile",
    "memory": "Out of memory",
    "other": "Other",
}


class Advice(msgspec.Struct, frozen=True):
    """A cause's category, what it points at (None: it cannot be told) and what to do."""

    category: Category
    points_at: PointsAt | None
    remedy: str


# By cause. A name that ends in `_never` is the same failure of an endpoint that never answered.
ADVICE: dict[str, Advice] = {
    "refused": Advice(
        "refused",
        "target",
        "It answered before: see whether it restarts, or its accept queue is full (listen "
        "backlog, net.core.somaxconn). Lower the spawn rate, and let users keep connections open.",
    ),
    "refused_never": Advice(
        "refused",
        "target",
        "Nothing listens at that address and port. Check --host and its port (with HTTP_PROXY set: "
        "the proxy's), and that the target runs and is not on localhost only: try curl -v here.",
    ),
    "reset": Advice(
        "reset",
        "target",
        "A few: the target closes idle connections sooner than users wait; raise its keep-alive "
        "time-out. Many: look for crashes, restarts and connection limits of it or its balancer; "
        "lower the spawn rate.",
    ),
    "reset_never": Advice(
        "reset",
        "target",
        "It closes every connection without a response: http:// on a TLS port, a port of another "
        "protocol, an address filter, or a crash at once. Try it by hand: curl -v.",
    ),
    "cut": Advice(
        "reset",
        "target",
        "The response broke off halfway. Look in the logs of the target and of the proxies before "
        "it for killed workers, and for time and size limits at this endpoint.",
    ),
    "dns": Advice(
        "dns",
        "network",
        "The host name is unknown here. Check its spelling in --host and in the locustfile, and "
        "look it up on this machine: getent hosts NAME (VPN, /etc/hosts, search domain).",
    ),
    "dns_busy": Advice(
        "dns",
        "network",
        "The resolver did not answer. Each new connection asks it: use a local DNS cache, an "
        "entry in /etc/hosts or an address as host, and keep connections open.",
    ),
    "tls": Advice(
        "tls",
        "target",
        "The TLS handshake failed. Compare protocol versions and client certificates: openssl "
        "s_client -connect HOST:PORT. Where it happens under load only, lower the spawn rate.",
    ),
    "tls_certificate": Advice(
        "tls",
        "target",
        "Its certificate is not trusted here: expired, self-signed or for another name. Mend it, "
        "or trust its CA (REQUESTS_CA_BUNDLE); on a test system set self.client.verify = False.",
    ),
    "tls_plain": Advice(
        "tls",
        "script",
        "What answers there does not speak TLS. Check scheme and port: http:// instead of "
        "https://, or the target's TLS port.",
    ),
    "unreachable": Advice(
        "unreachable",
        "network",
        "There is no way from this machine to that address. Check route, VPN and firewall: ip "
        "route get ADDRESS. Where the name has IPv6 addresses too, try its IPv4 address.",
    ),
    "not_permitted": Advice(
        "unreachable",
        "generator",
        "This machine itself does not let the connection out. Look at its firewall (nft list "
        "ruleset), a full connection-tracking table (dmesg), and the sandbox it runs in.",
    ),
    "proxy": Advice(
        "proxy",
        "network",
        "The proxy did not pass the request on. Check HTTP_PROXY, HTTPS_PROXY and its login; to "
        "go straight to the target, put its host into NO_PROXY.",
    ),
    "pool": Advice(
        "pool",
        "generator",
        "Users wait for a connection from a pool that is too small. Enlarge it (FastHttpUser: "
        "concurrency; HttpUser: pool_manager with a larger maxsize), or use fewer users.",
    ),
    "shared_socket": Advice(
        "pool",
        "script",
        "Two greenlets use one connection at once. Give each user a client of its own, or a "
        "shared pool (client_pool) with at least as many connections as requests at a time.",
    ),
    "ports": Advice(
        "pool",
        "generator",
        "No local port is free towards that address. Keep connections open (no new client or "
        "close() per request), widen net.ipv4.ip_local_port_range, or use more machines.",
    ),
    "files": Advice(
        "files",
        "generator",
        "No file handle is left for a connection. Raise the limit before lftui starts "
        "(ulimit -n 65535; in a service LimitNOFILE=), or use fewer users or more processes.",
    ),
    "files_system": Advice(
        "files",
        "generator",
        "This whole machine has no file handle left. Raise it with sysctl fs.file-max, end what "
        "else holds files open, or use more machines.",
    ),
    "connect_timeout": Advice(
        "connect_timeout",
        "target",
        "It answered before, so its accept queue is full or a firewall drops packets under load. "
        "Look at its backlog and connection limits (ss -lnt), or lower the spawn rate.",
    ),
    "connect_timeout_never": Advice(
        "connect_timeout",
        "network",
        "It never answered: mostly a firewall or security group drops the packets, or the "
        "address is wrong. Check --host and try nc -vz HOST PORT from this machine.",
    ),
    "read_timeout": Advice(
        "read_timeout",
        "target",
        "Look at this endpoint in the target's slow logs (database, locks, queues); fewer users "
        "show where it begins. If it may take so long, raise timeout= (FastHttpUser: "
        "network_timeout).",
    ),
    "rate_limit": Advice(
        "rate_limit",
        "target",
        "A rate limit was reached, so this measures the limiter. Use fewer users or longer waits, "
        "more accounts or addresses, or have the limit raised for this test.",
    ),
    "unauthorized": Advice(
        "auth",
        "script",
        "The login is missing, wrong or expired. Check the credentials given to the locustfile; "
        "in a long run, sign in again before the token expires.",
    ),
    "forbidden": Advice(
        "auth",
        "script",
        "Signed in, but not allowed. Check the role of the test accounts and CSRF tokens; where "
        "it begins under load, a firewall (WAF) may have taken the test for an attack.",
    ),
    "not_found": Advice(
        "not_found",
        "script",
        "Check the path against the version of the target, and --host for a prefix. If only some "
        "fail, the script uses data that is gone: refresh its ids or seed the test data.",
    ),
    "too_large": Advice(
        "too_large",
        "script",
        "The body is larger than the target or its proxy takes. Send a smaller one, or raise the "
        "limit there (nginx: client_max_body_size).",
    ),
    "bad_request": Advice(
        "client_error",
        "script",
        "The target rejects what the script sends. Repeat one request by hand, read the body of "
        "the response, and check fields, types and test data.",
    ),
    "method": Advice(
        "client_error",
        "script",
        "This path does not take this method. Check method and path; a redirect from http:// to "
        "https:// or to a trailing slash turns POST into GET.",
    ),
    "conflict": Advice(
        "client_error",
        "script",
        "Users get in one another's way, or repeat what was done already. Give each user data of "
        "its own (unique names, own records).",
    ),
    "client_error": Advice(
        "client_error",
        "script",
        "The target rejects the request. Repeat one by hand, read the body of the response, and "
        "correct the request in the locustfile.",
    ),
    "server_crash": Advice(
        "server_error",
        "target",
        "An exception in the target: find it in its log at the time first seen. If it comes with "
        "load only, look for exhausted pools, locks and data that users share.",
    ),
    "gateway": Advice(
        "server_error",
        "target",
        "The proxy before the target got no (good) response in time. Look at the service behind "
        "it: is it up, is it slow? Compare its workers and time-outs with the proxy's.",
    ),
    "overload": Advice(
        "server_error",
        "target",
        "The target sheds load or has no healthy instance. Compare with the step where it began: "
        "use fewer users, or add workers or instances; look at its queue and pool limits.",
    ),
    "server_error": Advice(
        "server_error",
        "target",
        "The target or a proxy before it failed. Look in their logs at the time first seen, and "
        "whether it began with a step.",
    ),
    "redirects": Advice(
        "redirects",
        "target",
        "The redirects go round in circles: often http/https behind a proxy, or a lost session "
        "cookie. Follow one with curl -vL; use allow_redirects=False to test one hop.",
    ),
    "malformed": Advice(
        "malformed",
        "target",
        "What came back is no proper HTTP or is packed wrongly. Check scheme and port (TLS or "
        "another protocol there?) and look at one response with curl -v.",
    ),
    "check": Advice(
        "check",
        "target",
        "The response came, but not with the content that the script expects. See the message "
        "and one response: an error page sent as 200, empty data, or a check that is out of date.",
    ),
    "check_json": Advice(
        "check",
        "target",
        "The response is no JSON, often an error or login page sent as 200, or an empty body. "
        "Look at one response; check the Accept header and the session.",
    ),
    "check_slow": Advice(
        "check",
        "target",
        "The script calls a slow response a failure. Look at this endpoint's p95 and where it "
        "rises; if the limit is too strict, change it in the locustfile.",
    ),
    "script": Advice(
        "script",
        "script",
        "The locustfile raised it{place}. Mend that line; where it handles a response, check "
        "status and content before using it.",
    ),
    "script_request": Advice(
        "script",
        "script",
        "The request could not be built: a wrong URL, scheme or header{place}. Check --host (with "
        "http:// or https://) and how the locustfile makes the path.",
    ),
    "memory": Advice(
        "memory",
        "generator",
        "This machine or its limit (cgroup, ulimit -v) has no memory left. Use fewer users, more "
        "processes on more machines, and do not keep responses in the script.",
    ),
    "threads": Advice(
        "memory",
        "generator",
        "No more threads or processes can be started. Raise the limit (ulimit -u, pids.max of the "
        "container), or use fewer users.",
    ),
    "no_response": Advice(
        "other",
        "script",
        "No response came, and the script's own message hides why. In its check pass the cause "
        "on: response.failure(response.error) where status_code is 0.",
    ),
    "many_kinds": Advice(
        "other",
        "script",
        "Too many different messages to keep apart. Give failure() a short text that stays the "
        "same; put ids and bodies into the log.",
    ),
    "unnamed": Advice(
        "other",
        None,
        "The record that names these failures is missing; the count is right. See the gaps in "
        "the log, and the whole journal with lftui report.",
    ),
    "rest": Advice(
        "other",
        None,
        "The kinds with the most failures come first; mend those, and see what is left.",
    ),
    "other": Advice(
        "other",
        None,
        "No known cause. Read the message and one sample, and look in the target's log at the "
        "time first seen; repeat the request by hand.",
    ),
}
