"""Checks what stands in deploy/ without a cluster and without a network.

    python3 tests/deploy/check.py [--ikd target/debug/ikd] [--promtool promtool]

Kubernetes: every manifest against the schemas of the oldest and the newest version that the package
`kubernetes-validate` carries them for and that is promised here, then what a schema cannot see: references, selectors,
probes, the restricted pod standard, commands that `ikd` knows, settings that it takes. Prometheus: rules, their unit
tests, and every expression of the dashboard. systemd: the unit, and how much it is exposed.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import kubernetes_validate
import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
VERSIONS = ["1.29", "1.37"]
EXPOSED_AT_MOST = 1.5

faults = []


def fault(where, what):
    faults.append(f"{where}: {what}")


def manifests():
    for file in sorted((DEPLOY / "kubernetes").glob("*.yaml")):
        for document in yaml.safe_load_all(file.read_text()):
            yield file.name, document


def schema(name, document):
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(document, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            path = ".".join(str(part) for part in error.path)
            fault(name, f"{document['kind']} {document['metadata']['name']}, {version}: {path}: {error.message}")


def pod_of(document):
    """The pod template of a workload, or None."""
    spec = document.get("spec", {})
    if document["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    return spec.get("template")


def routes():
    """Addresses that the API describes, from the attributes of their handlers."""
    text = "".join(file.read_text() for file in (ROOT / "src/http").rglob("*.rs"))
    return set(re.findall(r'path = "(/[^"]*)"', text))


def containers(where, pod, known):
    spec = pod["spec"]
    user = spec.get("securityContext", {})
    if user.get("runAsNonRoot") is not True or not user.get("runAsUser"):
        fault(where, "runs as root")
    if user.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        fault(where, "no seccomp profile")
    if spec.get("automountServiceAccountToken") is not False:
        fault(where, "mounts a token of the Kubernetes API")
    volumes = {volume["name"] for volume in spec["volumes"]}
    for container in spec.get("initContainers", []) + spec["containers"]:
        here = f"{where}, {container['name']}"
        security = container.get("securityContext", {})
        if security.get("readOnlyRootFilesystem") is not True:
            fault(here, "writes to its root")
        if security.get("allowPrivilegeEscalation") is not False:
            fault(here, "may gain privileges")
        if security.get("capabilities", {}).get("drop") != ["ALL"]:
            fault(here, "keeps capabilities")
        if "memory" not in container.get("resources", {}).get("limits", {}):
            fault(here, "no limit of memory")
        for mount in container.get("volumeMounts", []):
            if mount["name"] not in volumes:
                fault(here, f"mounts {mount['name']}, which is no volume of the pod")
        ports = {port["name"] for port in container.get("ports", [])}
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            get = container.get(probe, {}).get("httpGet")
            if get and get["path"] not in known:
                fault(here, f"{probe} asks {get['path']}, which the service does not have")
            if get and get["port"] not in ports:
                fault(here, f"{probe} asks port {get['port']}")
        if ports and not all(p in container for p in ("startupProbe", "livenessProbe", "readinessProbe")):
            fault(here, "serves without probes")


def references(all_documents):
    """Names of secrets, settings, claims and accounts that pods use must be there, with their keys."""
    keys = {}
    for _, document in all_documents:
        held = set(document.get("data", {})) | set(document.get("stringData", {}))
        keys[document["kind"], document["metadata"]["name"]] = held
    for name, document in all_documents:
        pod = pod_of(document)
        if not pod:
            continue
        spec = pod["spec"]
        wanted = [("ServiceAccount", spec["serviceAccountName"], None)]
        for volume in spec["volumes"]:
            if "secret" in volume:
                wanted.append(("Secret", volume["secret"]["secretName"], None))
            if "configMap" in volume:
                wanted.append(("ConfigMap", volume["configMap"]["name"], None))
            if "persistentVolumeClaim" in volume:
                wanted.append(("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"], None))
        for container in spec["containers"]:
            for source in container.get("envFrom", []):
                if "secretRef" in source:
                    wanted.append(("Secret", source["secretRef"]["name"], None))
            for variable in container.get("env", []):
                source = variable.get("valueFrom", {}).get("secretKeyRef")
                if source:
                    wanted.append(("Secret", source["name"], source["key"]))
        for kind, of, key in wanted:
            if (kind, of) not in keys:
                fault(name, f"there is no {kind} {of}")
            elif key and key not in keys[kind, of]:
                fault(name, f"{kind} {of} has no {key}")


def selectors(all_documents):
    """What selects pods must select some."""
    labels = [pod["metadata"]["labels"] for _, d in all_documents if (pod := pod_of(d))]
    for name, document in all_documents:
        spec = document.get("spec", {})
        match document["kind"]:
            case "Service":
                selector = spec.get("selector")
            case "Deployment" | "PodDisruptionBudget":
                selector = spec["selector"]["matchLabels"]
            case "NetworkPolicy":
                selector = spec["podSelector"].get("matchLabels")
            case "HorizontalPodAutoscaler":
                target = spec["scaleTargetRef"]
                if not any(d["kind"] == target["kind"] and d["metadata"]["name"] == target["name"]
                           for _, d in all_documents):
                    fault(name, f"scales {target['name']}, which is not there")
                continue
            case _:
                continue
        if selector and not any(selector.items() <= of.items() for of in labels):
            fault(name, f"{document['kind']} {document['metadata']['name']} selects no pod")


def commands(ikd, all_documents):
    """`ikd` must know every command line, and take the settings."""
    for name, document in all_documents:
        pod = pod_of(document)
        for container in pod["spec"]["containers"] if pod else []:
            args = container["args"] + ["--help"]
            said = subprocess.run([ikd, *args], capture_output=True, text=True)
            if said.returncode != 0:
                fault(name, f"ikd {' '.join(container['args'])}: {said.stderr.strip()}")
        if document["kind"] == "ConfigMap":
            with tempfile.TemporaryDirectory() as folder:
                data = Path(folder) / "data"
                subprocess.run([ikd, "init", data], check=True, capture_output=True)
                (data / "config.toml").write_text(document["data"]["config.toml"])
                (data / "passphrase").write_text("a passphrase\n")
                said = subprocess.run([ikd, "--data", data, "status", "publish"], capture_output=True, text=True)
                if said.returncode != 0:
                    fault(name, said.stderr.strip())


def expressions():
    """Every expression of the dashboard, with its variables filled in."""
    board = json.loads((DEPLOY / "grafana/ikd.json").read_text())
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            filled = target["expr"].replace("$__rate_interval", "5m").replace("$instance", ".*")
            yield panel["title"], filled


def prometheus(promtool):
    rules = DEPLOY / "prometheus/alerts.yaml"
    for command in (["check", "rules", rules], ["test", "rules", "alerts_test.yaml"]):
        said = subprocess.run([promtool, *command], cwd=rules.parent, capture_output=True, text=True)
        if said.returncode != 0:
            fault(rules.name, said.stdout + said.stderr)
    raised = {rule["alert"] for rule in yaml.safe_load(rules.read_text())["groups"][0]["rules"]}
    tests = yaml.safe_load((rules.parent / "alerts_test.yaml").read_text())["tests"]
    quiet = {case["alertname"] for case in tests[0]["alert_rule_test"]}
    samples = tests[1]["promql_expr_test"][0]["exp_samples"]
    loud = set(re.findall(r'alertname="(\w+)"', " ".join(sample["labels"] for sample in samples)))
    for missing in (raised ^ quiet) | (raised ^ loud):
        fault("alerts_test.yaml", f"{missing} is not tested")
    records = [{"record": f"panel:{i}", "expr": expr} for i, (_, expr) in enumerate(expressions())]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.safe_dump({"groups": [{"name": "dashboard", "rules": records}]}, file)
        file.flush()
        said = subprocess.run([promtool, "check", "rules", file.name], capture_output=True, text=True)
        if said.returncode != 0:
            fault("ikd.json", said.stdout + said.stderr)


def systemd():
    unit = DEPLOY / "systemd/ikd.service"
    said = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
    for line in said.stderr.splitlines():
        # The binary is not installed here.
        if "ikd.service" in line and "is not executable" not in line:
            fault(unit.name, line)
    said = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", unit],
                          capture_output=True, text=True)
    found = re.search(r"exposure level for ikd.service: ([0-9.]+)", said.stdout)
    if not found or float(found[1]) > EXPOSED_AT_MOST:
        fault(unit.name, f"exposed by more than {EXPOSED_AT_MOST}: {found and found[1]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ikd", help="the built command")
    parser.add_argument("--promtool", help="promtool 2.42 or newer")
    wanted = parser.parse_args()
    os.environ.pop("DATABASE_URL", None)
    wanted.ikd = wanted.ikd and str(Path(wanted.ikd).resolve())
    wanted.promtool = wanted.promtool and str(Path(shutil.which(wanted.promtool)).resolve())
    all_documents = list(manifests())
    known = routes()
    for name, document in all_documents:
        schema(name, document)
        pod = pod_of(document)
        if pod:
            containers(name, pod, known)
    references(all_documents)
    selectors(all_documents)
    done = [f"{len(all_documents)} manifests"]
    if wanted.ikd:
        commands(wanted.ikd, all_documents)
        done.append("commands and settings")
    if wanted.promtool:
        prometheus(wanted.promtool)
        done.append(f"alerts and {len(list(expressions()))} expressions of the dashboard")
    if shutil.which("systemd-analyze"):
        systemd()
        done.append("systemd unit")
    for line in faults:
        print(line, file=sys.stderr)
    print(f"deploy: {', '.join(done)}: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
