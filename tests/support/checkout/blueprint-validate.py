#!/usr/bin/env python3
"""A stand-in for the pipeline's command line: its log format, result files, exit codes, silence and failures.

What it does beside that stands in stand-in.json of the current folder: {"fail": {stage: detail}, "raise": {stage:
text}, "hold": {stage: file that lets it go on}, "noResults": true, "checks": {name: reason of its failure},
"fetch": [path on the hub that stage 2 downloads], "builtin": true (prompts fall back), "oldBudget": true (0 is a cap)}.
"""
import argparse
import importlib
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request

STAGES = ["s1_render", "s2_enrich", "s3_finetune", "s4_policy_eval", "s5_visual_fidelity"]
COMMANDS = {"render": "s1_render", "enrich": "s2_enrich", "finetune": "s3_finetune", "eval-policy": "s4_policy_eval"}
NEEDS = {"s2_enrich": ["natsort"], "s3_finetune": ["transformer_engine.pytorch"]}


def log(level, name, text):
    now = time.time()
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now))
    sys.stderr.write("%s,%03d [%s] blueprint_validation.%s: %s\n" % (stamp, now % 1 * 1000, level, name, text))
    sys.stderr.flush()


def put(path, value):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        json.dump(value, file)


def plan():
    try:
        with open("stand-in.json") as file:
            return json.load(file)
    except OSError:
        return {}


def fetch(path):
    """Downloads as Cosmos does; what it says when it may not, else None."""
    token = os.environ.get("HF_TOKEN")
    try:
        with open("scripts/runtime_env.local") as file:
            token = (re.search(r'HF_TOKEN="?([^"\s]+)', file.read()) or [0, token])[1]
    except OSError:
        pass
    request = urllib.request.Request(os.environ["HF_ENDPOINT"] + "/" + path)
    if token:
        request.add_unredirected_header("Authorization", "Bearer " + token)
    try:
        urllib.request.urlopen(request, timeout=20).read(1)
    except urllib.error.HTTPError as fault:
        return "GatedRepoError: %d Client Error. Cannot access gated repo for url https://huggingface.co/%s: %s" % (
            fault.code,
            path,
            fault.read().decode("utf-8", "replace"),
        )
    return None


def stage(key, root):
    asked, begin = plan(), time.time()
    log("INFO", "stages.base", "Starting stage: %s — stand-in" % key)
    hold = asked.get("hold", {}).get(key)
    while hold and not os.path.exists(hold):
        time.sleep(0.05)
    status, detail = "success", asked.get("fail", {}).get(key, "")
    status = "failed" if detail else "success"
    for module in NEEDS.get(key, []):
        try:
            importlib.import_module(module)
        except Exception as fault:  # noqa: BLE001
            status = "failed"
            detail = "Cosmos inference failed (returncode=1). stdout_tail='' stderr_tail=\"%s\\n\"" % fault
    if key == "s2_enrich" and asked.get("builtin"):
        log("WARNING", "enrichment.variants", "Dynamic variant generation failed; using builtin variants")
    for path in asked.get("fetch", []) if key == "s2_enrich" else []:
        refusal = fetch(path)
        if refusal:
            status, detail = "failed", refusal
    spent = time.time() - begin
    if key in asked.get("raise", {}):
        status, detail = "failed", asked["raise"][key]
        log("ERROR", "stages.base", "Stage %s failed after %.1fs: %s" % (key, spent, detail))
    else:
        log("INFO", "stages.base", "Stage %s completed in %.1fs with status: %s" % (key, spent, status))
    if status == "failed":
        log("ERROR", "pipeline", "Stage %s failed for kitchen_0787: %s" % (key, detail))
    result = {"stage_name": key, "status": status, "elapsed_seconds": spent, "outputs": {}, "metrics": {}, "detail": detail}
    if not asked.get("noResults"):
        put(os.path.join(root, "kitchen_0787", key + "_result.json"), result)
    hook = os.environ.get("BLUEPRINT_POST_STAGE_SYNC_CMD")
    if hook:
        env = dict(os.environ, BLUEPRINT_SYNC_STAGE_KEY=key, BLUEPRINT_SYNC_STAGE_STATUS=status)
        code = subprocess.call(hook, shell=True, env=env)
        log("INFO", "pipeline", "Post-stage sync hook %s for %s (exit=%d)" % ("failed" if code else "succeeded", key, code))
    return result


def stop(config):
    if re.search(r"auto_shutdown:\s*false", config):
        return
    command = os.environ.get("BLUEPRINT_AUTO_SHUTDOWN_CMD")
    if not command:
        log("WARNING", "pipeline", "cloud.auto_shutdown=true but BLUEPRINT_AUTO_SHUTDOWN_CMD is unset")
        return
    log("WARNING", "pipeline", "Executing auto-shutdown command.")
    subprocess.call(command, shell=True, stdout=subprocess.DEVNULL)


def run_all(root, config, resume):
    cap = float((re.search(r"max_cost_usd:\s*([-\d.]+)", config) or [0, "0"])[1])
    rate = os.environ.get("BLUEPRINT_GPU_HOURLY_RATE_USD", "")
    summary = os.path.join(root, "pipeline_summary.json")
    if cap > 0 and not rate:
        log("ERROR", "pipeline", "BLUEPRINT_GPU_HOURLY_RATE_USD is unset; refusing to run with a cap.")
        stop(config)
        put(summary, {"overall_status": "failed", "failed_stage_keys": ["pipeline/cloud_budget_guard"]})
        return 1
    log("INFO", "pipeline", "=== Processing facility: kitchen_0787 ===")
    stages, failed = {}, []
    for key in STAGES:
        path = os.path.join(root, "kitchen_0787", key + "_result.json")
        if resume and os.path.exists(path):
            with open(path) as file:
                old = json.load(file)
            if old["status"] in ("success", "skipped"):
                log("INFO", "pipeline", "Resume mode: reusing %s result from %s (status=%s)" % (key, path, old["status"]))
                stages["kitchen_0787/" + key] = old
                continue
        done = stage(key, root)
        stages["kitchen_0787/" + key] = done
        if plan().get("oldBudget") and 12.4 > cap:
            log("ERROR", "pipeline", "Cloud budget guard triggered: Estimated spend $12.40 exceeded cloud.max_cost_usd=$%.2f." % cap)
            stop(config)
            failed.append("pipeline/cloud_budget_guard")
            break
        if done["status"] == "failed":
            failed.append("kitchen_0787/" + key)
            log("ERROR", "pipeline", "Aborting remaining stages (fail-fast: kitchen_0787/%s)." % key)
            break
    put(summary, {"overall_status": "failed" if failed else "success", "failed_stage_keys": failed, "stages": stages})
    log("INFO", "pipeline", "Pipeline complete. Summary at %s" % summary)
    for key, done in stages.items():
        print("  %s: %s (%.1fs)" % (key, done["status"], done["elapsed_seconds"]))
    return 1 if failed else 0


def preflight(audit):
    asked, passed, rows = plan().get("checks", {}), 0, []
    for module, name in (("torch", "dep:pytorch"), ("natsort", "dep:natsort"), ("transformer_engine.pytorch", "import:cosmos_predict2")):
        try:
            importlib.import_module(module)
            rows.append((name, None))
        except Exception as fault:  # noqa: BLE001
            rows.append((name, str(fault)))
    rows += [("api_key:GOOGLE_GENAI_API_KEY", None), ("api_key:GOOGLE_GENAI_API_KEY", None)]
    rows += [(name, why) for name, why in asked.items()]
    for name, why in rows:
        passed += why is None
        log("INFO", "preflight", "[%s] %s%s" % ("FAIL" if why else "PASS", name, " — " + why if why else ""))
    log("INFO", "preflight", "Preflight: %d/%d checks passed" % (passed, len(rows)))
    return 0 if passed == len(rows) else 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", default="validation.yaml")
    parser.add_argument("--work-dir", default="./data/outputs")
    parser.add_argument("command")
    own, rest = parser.parse_known_args()
    with open(own.config) as file:
        config = file.read()
    if own.command == "preflight":
        sys.exit(preflight("--audit-mode" in rest))
    if own.command == "run-all":
        sys.exit(run_all(own.work_dir, config, "--resume" in rest))
    if own.command in COMMANDS:
        # As the real one: the exit code says nothing about the stage.
        stage(COMMANDS[own.command], own.work_dir)
        sys.exit(0)
    sys.exit(2)


main()
