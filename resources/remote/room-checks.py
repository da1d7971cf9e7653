"""What the room looks at on a machine before a run; sent over SSH, standard library and nvidia-smi, reads only.

Reads JSON on standard input: {checkout, workDir, config, modules, names}. Prints one line of JSON. Of variables it
tells whether they are there; two values are told: the hourly rate and the shutdown command, which is for the room
alone. They are read as the pipeline gets them: the environment, then scripts/runtime_env.local over it.
"""
import base64
import json
import os
import re
import subprocess
import sys
import time

LEASE = os.environ.get("LEASE_DIR") or "/root/.blueprint-lease"


def run(words, seconds, **more):
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=seconds, **more
        )
        return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")
    except OSError as fault:
        return 127, b"", str(fault)
    except subprocess.TimeoutExpired:
        return 124, b"", "it did not end within %d s" % seconds


def variables(checkout):
    path = os.path.join(checkout, "scripts", "runtime_env.local")
    if not os.path.isfile(path):
        return dict(os.environ)
    code, out, _ = run(["bash", "-c", 'set -a; . "$1" >/dev/null 2>&1; env -0', "bash", path], 30)
    if code != 0:
        return dict(os.environ)
    pairs = [part.split(b"=", 1) for part in out.split(b"\0") if b"=" in part]
    return {name.decode("utf-8", "replace"): value.decode("utf-8", "replace") for name, value in pairs}


def imports(modules, cwd):
    python = "python" if run(["python", "--version"], 30)[0] == 0 else "python3"
    found = []
    for module in modules:
        env = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
        code, _, said = run([python, "-c", "import importlib, sys; importlib.import_module(sys.argv[1])", module], 180, cwd=cwd, env=env)
        lines = [line for line in said.strip().split("\n") if line.strip()]
        found.append({"module": module, "because": None if code == 0 else (lines or ["exit %d" % code])[-1][:300]})
    return found


def disk(path):
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    told = os.statvfs(path)
    return {"folder": path, "freeBytes": told.f_bavail * told.f_frsize, "totalBytes": told.f_blocks * told.f_frsize}


def gpus():
    code, out, said = run(["nvidia-smi", "--query-gpu=name,memory.total,memory.free", "--format=csv,noheader,nounits"], 30)
    if code != 0:
        return None
    cards = []
    for line in out.decode("utf-8", "replace").strip().split("\n"):
        parts = [part.strip() for part in line.split(",")]
        if len(parts) == 3 and parts[1].isdigit() and parts[2].isdigit():
            cards.append({"name": parts[0], "totalMb": int(parts[1]), "freeMb": int(parts[2])})
    return cards


def age_of(path):
    try:
        return max(0, int(time.time() - os.stat(path).st_mtime))
    except OSError:
        return None


def text_of(path):
    try:
        with open(path, "rb") as file:
            return base64.b64encode(file.read(1024 * 1024)).decode()
    except OSError:
        return None


def has_results(root):
    for _, _, names in os.walk(root):
        if any(re.match(r"^s\d\w*_result\.json$", name) for name in names):
            return True
    return False


def main():
    asked = json.load(sys.stdin)
    begin = time.time()
    checkout, work = asked["checkout"], asked["workDir"]
    own = variables(checkout)
    cwd = checkout if os.path.isdir(checkout) else "/"
    print(
        json.dumps(
            {
                "v": 1,
                "now": begin,
                "hasCheckout": os.path.isdir(checkout),
                "config": text_of(os.path.join(checkout, asked["config"])),
                "present": [name for name in asked["names"] if own.get(name)],
                "rate": own.get("BLUEPRINT_GPU_HOURLY_RATE_USD"),
                "shutdownCommand": own.get("BLUEPRINT_AUTO_SHUTDOWN_CMD"),
                "leaseAgeSeconds": age_of(os.path.join(LEASE, "beat")),
                "imports": imports(asked["modules"], cwd),
                "disk": disk(work),
                "gpus": gpus(),
                "hasResults": has_results(work),
                "hasWarmupCache": any(os.path.isdir(os.path.join(work, name, "warmup_cache")) for name in (os.listdir(work) if os.path.isdir(work) else [])),
                "home": os.environ.get("STEP_DIR") or os.path.join(os.path.expanduser("~"), ".blueprint-step"),
            }
        )
    )


main()
