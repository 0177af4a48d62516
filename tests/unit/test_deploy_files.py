"""deploy/: each file is one to those who read it, and has no more rights than it needs."""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import Any

import jsonschema
import kubernetes_validate
import pytest

from tests.unit.deployed import (
    COMPOSE,
    CONTAINERFILE,
    KUBERNETES,
    ROOT,
    compose,
    documents,
    kustomization,
    labels,
    manifests,
    may_reach,
    objects,
    pods,
)
from tests.unit.pipelines import texts_of

OLDEST = "1.25"  # as docs/distributed.md says
VERSIONS = [OLDEST, kubernetes_validate.latest_version()]
MANIFESTS = [
    pytest.param(one, id=f"{one['kind']}-{one['metadata']['name']}") for one in manifests()
]
PODS = [
    pytest.param(pod["spec"], container, id=name)
    for name, pod in pods().items()
    for container in pod["spec"]["containers"]
]


def uid_of_the_image() -> int:
    (uid,) = re.findall(r"^USER (\d+):\d+$", CONTAINERFILE.read_text(encoding="utf-8"), re.M)
    return int(uid)


@pytest.mark.parametrize("environment", [{}, {"WORKERS": "7", "TARGET": "https://a.example"}])
def test_compose_file_is_one(environment: dict[str, str]) -> None:
    folder = resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    schema = json.loads((folder / "compose-spec.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(compose(environment))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("manifest", MANIFESTS)
def test_manifest_is_one(manifest: dict[str, Any], version: str) -> None:
    kubernetes_validate.validate(manifest, version, strict=True)


def test_the_page_names_the_oldest_version() -> None:
    page = (ROOT / "docs" / "distributed.md").read_text(encoding="utf-8")
    assert f"Kubernetes {OLDEST} or newer" in page


def test_kustomization_names_every_file_and_no_other() -> None:
    manifests = {path.name for path in KUBERNETES.glob("*.yaml")}
    apart = {"kustomization.yaml", "shelf.yaml"}
    assert sorted(kustomization()["resources"]) == sorted(manifests - apart)
    given = [file for one in kustomization()["configMapGenerator"] for file in one.get("files", [])]
    scenario = [path for path in (KUBERNETES / "scenario").iterdir() if path.is_file()]
    assert sorted(given) == sorted(f"scenario/{path.name}" for path in scenario)


def test_manifests_name_no_namespace() -> None:
    assert "namespace" not in kustomization()
    assert not [one for one in manifests() if "namespace" in one["metadata"]]


@pytest.mark.parametrize(("pod", "container"), PODS)
def test_pod_has_no_rights(pod: dict[str, Any], container: dict[str, Any]) -> None:
    whole = pod["securityContext"]
    assert whole["runAsNonRoot"] is True
    assert whole["runAsUser"] == uid_of_the_image() > 0
    assert whole["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["automountServiceAccountToken"] is False
    # A Service's variables would be taken for settings: LFTUI_TARGET_PORT.
    assert pod["enableServiceLinks"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)


@pytest.mark.parametrize(("pod", "container"), PODS)
def test_pod_has_bounds_and_a_place_to_write(
    pod: dict[str, Any], container: dict[str, Any]
) -> None:
    bounds = container["resources"]
    assert set(bounds["requests"]) == set(bounds["limits"]) == {"cpu", "memory"}
    mounts = {one["mountPath"]: one["name"] for one in container["volumeMounts"]}
    volumes = {one["name"]: one for one in pod["volumes"]}
    assert "emptyDir" in volumes[mounts["/tmp"]]
    assert set(mounts.values()) == set(volumes)


def test_services_of_compose_have_no_rights_either() -> None:
    for service in compose()["services"].values():
        assert service["cap_drop"] == ["ALL"]
        assert service["read_only"] is True
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "/tmp" in service["tmpfs"]
        assert not {"user", "privileged", "cap_add", "network_mode", "pid"} & set(service)


def test_no_file_holds_a_secret() -> None:
    assert not objects("Secret")
    variables = [one for pod in PODS for one in pod.values[1].get("env", [])]
    assert variables
    assert all(one["valueFrom"]["secretKeyRef"]["optional"] for one in variables)
    assert [one for one in compose()["services"].values() if "environment" in one] == []


OUTSIDE = {"app.kubernetes.io/name": "something-else"}


def test_only_workers_reach_the_master_and_only_those_two_the_target() -> None:
    everybody = {**labels(), "outside": OUTSIDE}
    master, target = everybody["lftui-master"], everybody["lftui-target"]
    assert {n for n, one in everybody.items() if may_reach(one, master, 5557)} == {"lftui-worker"}
    assert {n for n, one in everybody.items() if may_reach(one, target, 8000)} == {
        "lftui-master", "lftui-worker",
    }  # fmt: skip


def test_workers_reach_the_master_and_the_target_alone_and_nobody_reaches_them() -> None:
    reached = {"lftui-master": {5557}, "lftui-target": {8000}}
    worker = labels()["lftui-worker"]
    for name, other in {**labels(), "outside": OUTSIDE}.items():
        ports = {port for port in (22, 80, 443, 5557, 8000) if may_reach(worker, other, port)}
        assert ports == reached.get(name, set())
        assert not may_reach(other, worker, 5557)


def test_master_of_compose_shares_its_network_with_workers_alone() -> None:
    file = compose()
    inside = {name for name, one in file["services"].items() if "control" in one["networks"]}
    assert inside == {"master", "worker"}
    assert file["networks"]["control"]["internal"] is True
    assert not any("ports" in one for one in file["services"].values())


def test_a_run_is_not_made_twice_and_ends() -> None:
    jobs = {name: one["spec"] for name, one in objects("Job").items()}
    master, worker = jobs["lftui-master"], jobs["lftui-worker"]
    assert master["backoffLimit"] == 0
    assert worker["activeDeadlineSeconds"] > master["activeDeadlineSeconds"] > 0
    for job in (master, worker):
        assert job["template"]["spec"]["restartPolicy"] == "Never"
        assert job["ttlSecondsAfterFinished"] > 0


def test_no_file_leads_elsewhere() -> None:
    hosts = [
        host
        for file in [*KUBERNETES.glob("*.yaml"), COMPOSE]
        for document in documents(file)
        for text in texts_of(document)
        for host in re.findall(r"https?://([^/:]+)", text)
    ]
    assert set(hosts) == {"target", "lftui-target", "127.0.0.1"}
