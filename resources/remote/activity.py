"""Whether a silent run works; sent over SSH, standard library and nvidia-smi, reads only.

Reads JSON on standard input: {"workDir"}. Prints one line of JSON: when anything below it last grew, the end of
the newest console.log (Cosmos writes nowhere else during its hours), and the load of the GPU.
"""
import json
import os
import subprocess
import sys
import time


def main():
    root = json.load(sys.stdin)["workDir"]
    newest, console = None, None
    for where, folders, names in os.walk(root):
        folders[:] = [name for name in folders if "_prev_" not in name]
        for name in names:
            try:
                at = os.stat(os.path.join(where, name)).st_mtime
            except OSError:
                continue
            newest = at if newest is None else max(newest, at)
            if name == "console.log" and (console is None or at > console[0]):
                console = (at, os.path.join(where, name))
    tail = []
    if console is not None:
        try:
            with open(console[1], "rb") as file:
                file.seek(0, 2)
                file.seek(max(0, file.tell() - 4096))
                tail = [line[:300] for line in file.read().decode("utf-8", "replace").split("\n") if line.strip()][-8:]
        except OSError:
            pass
    load = None
    try:
        words = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits"]
        out = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30).stdout.decode()
        load = max(int(part) for part in out.split() if part.isdigit())
    except (OSError, ValueError, subprocess.TimeoutExpired):
        pass
    quiet = None if newest is None else max(0, time.time() - newest)
    print(json.dumps({"v": 1, "quietSeconds": quiet, "consoleTail": tail, "gpuPercent": load}))


main()
