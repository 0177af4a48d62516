"""deploy/: what one file names, the other has."""

from __future__ import annotations

import re

from tests.unit.deployed import (
    compose,
    container,
    kustomization,
    labels,
    objects,
    pods,
    settings,
)


def value_of(words: list[str], option: str) -> str:
    (value,) = [word.partition("=")[2] for word in words if word.startswith(f"{option}=")]
    return value


def test_image_is_one() -> None:
    (image,) = kustomization()["images"]
    made = f"{image['newName']}:{image['newTag']}"
    services = compose()["services"]
    assert {one["image"] for one in services.values()} == {made}
    assert [name for name, one in services.items() if "build" in one] == ["master"]
    named = {name: container(name)["image"] for name in pods()}
    # The shelf is applied without the kustomization.
    assert named.pop("lftui-shelf") == made
    assert set(named.values()) == {image["name"]}


def test_services_choose_their_pods_and_ports() -> None:
    for name, service in objects("Service").items():
        wanted = service["spec"]["selector"].items()
        assert [pod for pod, its in labels().items() if wanted <= its.items()] == [name]
        (port,) = service["spec"]["ports"]
        (opened,) = container(name)["ports"]
        assert (port["targetPort"], port["port"]) == (opened["name"], opened["containerPort"])
        said = re.findall(r"-port[= ](\d+)", " ".join(container(name)["args"]))
        assert said == [str(opened["containerPort"])]
    for name, one in objects("Deployment").items():
        assert one["spec"]["selector"]["matchLabels"] == labels()[name]


def test_workers_go_to_the_master_that_there_is() -> None:
    words = container("lftui-worker")["args"]
    master = objects("Service")[value_of(words, "--master-host")]["spec"]
    # Not through an address of its own: a connection lasts as long as the run.
    assert master["clusterIP"] == "None"
    assert value_of(words, "--master-port") == str(master["ports"][0]["port"])
    services = compose()["services"]
    assert value_of(services["worker"]["command"], "--master-host") in services


def test_as_many_workers_come_as_the_master_waits_for() -> None:
    job = objects("Job")["lftui-worker"]["spec"]
    expected = value_of(container("lftui-master")["args"], "--expect-workers")
    assert job["completionMode"] == "Indexed"
    assert str(job["completions"]) == str(job["parallelism"]) == expected
    for environment in ({}, {"WORKERS": "7"}):
        services = compose(environment)["services"]
        expected = value_of(services["master"]["entrypoint"], "--expect-workers")
        assert str(services["worker"]["deploy"]["replicas"]) == expected
    assert expected == "7"


def test_a_worker_has_one_core_for_itself() -> None:
    bounds = container("lftui-worker")["resources"]
    assert bounds["requests"] == bounds["limits"]
    assert bounds["requests"]["cpu"] == "1"


def test_the_targets_are_those_that_are_served() -> None:
    port = objects("Service")["lftui-target"]["spec"]["ports"][0]["port"]
    assert settings()["LOCUST_HOST"] == f"http://lftui-target:{port}"
    services = compose()["services"]
    served = services["target"]["command"]
    port = served[served.index("--port") + 1]
    assert value_of(services["master"]["entrypoint"], "--host") == f"http://target:{port}"


def test_a_target_and_a_scenario_of_one_s_own_arrive() -> None:
    environment = {"TARGET": "https://a.example", "LOCUSTFILE": "b.py", "PROJECT": "/srv/shop"}
    services = compose(environment)["services"]
    master, worker = services["master"]["entrypoint"], services["worker"]["command"]
    assert value_of(master, "--host") == "https://a.example"
    assert value_of(master, "--locustfile") == value_of(worker, "--locustfile") == "b.py"
    for name in ("master", "worker"):
        project = services[name]["volumes"][0]
        assert (project["source"], project["target"]) == ("/srv/shop", "/load")
        assert (project["read_only"], project["bind"]) == (True, {"create_host_path": False})


def test_what_pods_mount_and_read_is_made() -> None:
    made = {one["name"] for one in kustomization()["configMapGenerator"]}
    claims = objects("PersistentVolumeClaim")
    used = set()
    for name, pod in pods().items():
        for volume in pod["spec"]["volumes"]:
            used |= {volume["configMap"]["name"]} if "configMap" in volume else set()
            if "persistentVolumeClaim" in volume:
                assert volume["persistentVolumeClaim"]["claimName"] in claims
        used |= {one["configMapRef"]["name"] for one in container(name).get("envFrom", [])}
    assert used == made
    # Of the runs, only the two that know what to do with them.
    keep = {
        name
        for name in pods()
        if "/runs" in [m["mountPath"] for m in container(name)["volumeMounts"]]
    }
    assert keep == {"lftui-master", "lftui-shelf"}
