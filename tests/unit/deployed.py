"""The files of `deploy/` as data, to be looked at and not to be changed: containers with their
commands, pods, and who may reach whom."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
COMPOSE = DEPLOY / "compose.yaml"
CONTAINERFILE = DEPLOY / "Containerfile"
_VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")


class _OnceOnly(yaml.SafeLoader):
    """Refuses a key that stands twice in one mapping, where YAML lets the last one win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        assert len(keys) == len(set(keys)), f"{node.start_mark}: a key stands twice in {keys}"
        return super().construct_mapping(node, deep)


@functools.cache
def documents(path: Path) -> list[dict[str, Any]]:
    """The documents of a YAML file."""
    text = path.read_text(encoding="utf-8")
    return [one for one in yaml.load_all(text, _OnceOnly) if one]


def compose(environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """compose.yaml with its variables filled in, from the environment or by their defaults."""
    given = environment or {}
    text = _VARIABLE.sub(
        lambda match: given.get(match[1]) or match[2] or "", COMPOSE.read_text(encoding="utf-8")
    )
    loaded = yaml.load(text, _OnceOnly)
    assert isinstance(loaded, dict)
    return loaded


def kustomization() -> dict[str, Any]:
    (document,) = documents(KUBERNETES / "kustomization.yaml")
    return document


@functools.cache
def manifests() -> list[dict[str, Any]]:
    """Every object of the cluster, the shelf's included."""
    files = sorted(set(KUBERNETES.glob("*.yaml")) - {KUBERNETES / "kustomization.yaml"})
    return [document for file in files for document in documents(file)]


def objects(kind: str) -> dict[str, dict[str, Any]]:
    """The objects of this kind, by name."""
    return {one["metadata"]["name"]: one for one in manifests() if one["kind"] == kind}


def pods() -> dict[str, dict[str, Any]]:
    """Each pod with its `metadata` and `spec`, by the name of what makes it."""
    made = {
        one["metadata"]["name"]: one["spec"]["template"]
        for one in manifests()
        if one["kind"] in ("Job", "Deployment")
    }
    return made | objects("Pod")


def labels() -> dict[str, dict[str, str]]:
    """The labels of each pod, by the name of what makes it."""
    return {name: pod["metadata"]["labels"] for name, pod in pods().items()}


def container(name: str) -> dict[str, Any]:
    """The one container of a pod."""
    (only,) = pods()[name]["spec"]["containers"]
    assert isinstance(only, dict)
    return only


def settings() -> dict[str, str]:
    """The variables that the master gets from the ConfigMap of settings."""
    made = kustomization()["configMapGenerator"]
    (literals,) = [one["literals"] for one in made if "literals" in one]
    return dict(line.split("=", 1) for line in literals)


@dataclass(frozen=True)
class Command:
    """What a container runs: its words without `lftui`, and the variables around it."""

    where: str
    words: list[str]
    environment: dict[str, str] = field(default_factory=dict)


def commands() -> Iterator[Command]:
    """What each container runs, of those that run lftui, which is the image's entrypoint."""
    for name, service in compose()["services"].items():
        words = [*service.get("entrypoint", ["lftui"]), *service.get("command", [])]
        assert words[0] == "lftui"
        yield Command(f"compose {name}", words[1:])
    for name in pods():
        one = container(name)
        if "command" not in one:
            yield Command(f"kubernetes {name}", one["args"], settings() if "envFrom" in one else {})


def fits(selector: Mapping[str, Any], pod: Mapping[str, str]) -> bool:
    """Whether a label selector chooses the pod with these labels."""
    some = selector.get("matchExpressions", [])
    assert all(one["operator"] == "In" for one in some)
    return all(
        pod.get(key) == value for key, value in selector.get("matchLabels", {}).items()
    ) and all(pod.get(one["key"]) in one["values"] for one in some)


def may_reach(source: Mapping[str, str], to: Mapping[str, str], port: int) -> bool:
    """Whether the policies let the pod with these labels reach the other's TCP port."""
    return _lets("Egress", "to", source, to, port) and _lets("Ingress", "from", to, source, port)


def _lets(
    way: str, peers: str, pod: Mapping[str, str], other: Mapping[str, str], port: int
) -> bool:
    specs = [one["spec"] for one in objects("NetworkPolicy").values()]
    choosing = [one for one in specs if fits(one["podSelector"], pod) and way in one["policyTypes"]]
    if not choosing:
        return True  # a pod that no policy chooses is open
    return any(
        {"protocol": "TCP", "port": port} in rule["ports"]
        and (peers not in rule or any(fits(one["podSelector"], other) for one in rule[peers]))
        for spec in choosing
        for rule in spec.get(way.lower(), [])
    )
