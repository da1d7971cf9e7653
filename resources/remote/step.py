#!/usr/bin/env python3
"""Runs one step on a machine so that nothing but the machine itself ends it; sent over SSH, standard library only.

  step.py start            spec as JSON on stdin: {id, lane, argv, cwd, env}. Starts it detached, or says who
                           holds its lane. The same id again starts nothing: it answers with the one there is.
  step.py status ID        what is known of it: running, ended (with its exit code), or vanished
  step.py read ID FROM MAX what it wrote from byte FROM on, in base64; a part that is missing is named
  step.py cancel ID GRACE  TERM to all that it started, KILL after GRACE seconds, then looks whether any is left
  step.py list             every step of this machine
  step.py results DIR SEC  result files of the pipeline below DIR that are newer than SEC (seconds since 1970)

Everything is in files below STEP_DIR: spec (names of variables, never values), pid, log segments of equal
size, exit record. Each answer is one line of JSON. Exit: 0 answered, 3 refused (the lane is held), 2 usage.
"""
import base64
import ctypes
import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time

HOME = os.environ.get("STEP_DIR") or os.path.join(os.path.expanduser("~"), ".blueprint-step")
SEGMENT = int(os.environ.get("STEP_SEGMENT") or 1024 * 1024)
NAME = re.compile(r"^[A-Za-z0-9_.-]{1,80}$")


def answer(value, code=0):
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()
    sys.exit(code)


def folder(step):
    if not NAME.match(step):
        answer({"v": 1, "error": "bad id"}, 2)
    return os.path.join(HOME, "steps", step)


def put(path, value):
    with open(path + ".new", "w") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)


def get(path):
    try:
        with open(path) as file:
            return json.load(file)
    except (OSError, ValueError):
        return None


def boot():
    try:
        with open("/proc/sys/kernel/random/boot_id") as file:
            return file.read().strip()
    except OSError:
        return ""


def stat_of(pid):
    """(state, parent, group, session, start) of a process; None when it is gone."""
    try:
        with open("/proc/%d/stat" % pid) as file:
            parts = file.read().rsplit(")", 1)[1].split()
        return parts[0], int(parts[1]), int(parts[2]), int(parts[3]), int(parts[19])
    except (OSError, IndexError, ValueError):
        return None


def is_same(pid, start):
    found = stat_of(pid)
    return found is not None and found[4] == start and found[0] not in "ZX"


def members(step, group, supervisor):
    """Live processes that a step started: by the mark in their environment, its group, its session, its children."""
    table = {}
    mark = b"BLUEPRINT_STEP=" + step.encode() + b"\0"
    for name in os.listdir("/proc"):
        if name.isdigit():
            found = stat_of(int(name))
            if found is not None and found[0] not in "ZX":
                table[int(name)] = found
    known = set()
    for pid, found in table.items():
        if found[2] == group or found[3] == supervisor or is_marked(pid, mark):
            known.add(pid)
    grew = True
    while grew:
        grew = False
        for pid, found in table.items():
            if pid not in known and (found[1] in known or found[1] == supervisor):
                known.add(pid)
                grew = True
    known.discard(supervisor)
    known.discard(os.getpid())
    return sorted(pid for pid in known if pid in table)


def is_marked(pid, mark):
    try:
        with open("/proc/%d/environ" % pid, "rb") as file:
            return mark in file.read() + b"\0"
    except OSError:
        return False


def total_of(where):
    """Bytes written so far, by the last segment; those that the disk did not take count as well."""
    logs = os.path.join(where, "log")
    try:
        numbers = [int(name[:6]) for name in os.listdir(logs) if re.match(r"^\d{6}\.log$", name)]
    except OSError:
        return 0
    if not numbers:
        return 0
    last = max(numbers)
    return last * SEGMENT + os.path.getsize(os.path.join(logs, "%06d.log" % last))


def supervise(where, spec, env, lane):
    """The life of a step, in a process of its own: nobody above it can hang it up."""
    try:
        # Whatever loses its parent comes to us, so that none is lost from sight.
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
    except (OSError, AttributeError):
        pass
    record = {"supervisor": os.getpid(), "start": stat_of(os.getpid())[4], "boot": boot(), "startedAt": time.time()}
    put(os.path.join(where, "pid.json"), record)
    state = {"cancelled": False, "child": None}

    def ended(code, killed, reason=None):
        left = members(os.path.basename(where), record.get("group", -1), os.getpid())
        put(
            os.path.join(where, "exit.json"),
            {
                "exitCode": code,
                "signal": killed,
                "because": reason,
                "cancelled": state["cancelled"] or os.path.exists(os.path.join(where, "cancel")),
                "endedAt": time.time(),
                "bytes": writer["at"],
                "lost": writer["lost"],
                "left": len(left),
            },
        )

    writer = {"at": 0, "lost": []}

    def write(data):
        while data:
            number, inside = divmod(writer["at"], SEGMENT)
            piece = data[: SEGMENT - inside]
            try:
                path = os.path.join(where, "log", "%06d.log" % number)
                handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
                try:
                    os.pwrite(handle, piece, inside)
                finally:
                    os.close(handle)
            except OSError:
                writer["lost"].append([writer["at"], len(piece)])
            writer["at"] += len(piece)
            data = data[len(piece) :]

    def on_signal(_number, _frame):
        state["cancelled"] = True
        child = state["child"]
        if child is not None:
            try:
                os.killpg(child.pid, signal.SIGTERM)
            except OSError:
                pass

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, on_signal)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        child = subprocess.Popen(
            spec["argv"],
            cwd=spec.get("cwd") or None,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=os.setpgrp,
            close_fds=True,
        )
    except OSError as fault:
        write(("%s\n" % fault).encode())
        ended(127, None, str(fault))
        return
    state["child"] = child
    record.update(group=child.pid, child=child.pid)
    put(os.path.join(where, "pid.json"), record)
    source = child.stdout.fileno()
    os.set_blocking(source, False)
    quiet = 0
    while True:
        try:
            data = os.read(source, 65536)
        except BlockingIOError:
            data = None
        except InterruptedError:
            continue
        if data == b"":
            break
        if data:
            quiet = 0
            write(data)
            continue
        # What it left running may hold its output open for ever.
        if child.poll() is not None:
            quiet += 1
            if quiet > 20:
                break
        time.sleep(0.05)
    code = child.wait()
    ended(code if code >= 0 else None, -code if code < 0 else None)
    lane.close()


def start():
    spec = json.load(sys.stdin)
    where = folder(spec["id"])
    if os.path.exists(os.path.join(where, "pid.json")):
        answer(dict(status_of(spec["id"]), isNew=False))
    os.makedirs(os.path.join(HOME, "lanes"), mode=0o700, exist_ok=True)
    if not NAME.match(spec["lane"]):
        answer({"v": 1, "error": "bad lane"}, 2)
    path = os.path.join(HOME, "lanes", spec["lane"])
    lane = open(path, "a+")
    try:
        fcntl.flock(lane, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lane.seek(0)
        answer({"v": 1, "refused": True, "heldBy": lane.read().strip()[:80]}, 3)
    lane.seek(0)
    lane.truncate()
    lane.write(spec["id"])
    lane.flush()
    os.makedirs(os.path.join(where, "log"), mode=0o700, exist_ok=True)
    own = spec.get("env") or {}
    env = dict(os.environ)
    for name in ("SSH_CLIENT", "SSH_CONNECTION", "SSH_TTY", "SSH_ORIGINAL_COMMAND"):
        env.pop(name, None)
    env.update({str(key): str(value) for key, value in own.items()})
    env["BLUEPRINT_STEP"] = spec["id"]
    argv = spec["argv"]
    if spec.get("script") is not None:
        script = os.path.join(where, "script")
        with open(script, "w") as file:
            file.write(spec["script"])
        argv = ["bash", script] + argv
    put(
        os.path.join(where, "spec.json"),
        {
            "id": spec["id"],
            "lane": spec["lane"],
            "title": spec.get("title", ""),
            "argv": argv,
            "cwd": spec.get("cwd"),
            "variables": sorted(own),
            "wantedAt": time.time(),
        },
    )
    if os.fork() == 0:
        os.setsid()
        if os.fork() != 0:
            os._exit(0)
        null = os.open(os.devnull, os.O_RDWR)
        for handle in (0, 1, 2):
            os.dup2(null, handle)
        # A name by which it is known: quiesce ends what is called so.
        os.execve(
            sys.executable,
            [sys.executable, os.path.abspath(__file__), "supervise", where, str(lane_to_child(lane))],
            dict(env, STEP_SPEC=json.dumps({"argv": argv, "cwd": spec.get("cwd")})),
        )
    for _ in range(200):
        if os.path.exists(os.path.join(where, "pid.json")) or os.path.exists(os.path.join(where, "exit.json")):
            break
        time.sleep(0.05)
    answer(dict(status_of(spec["id"]), isNew=True))


def lane_to_child(lane):
    os.set_inheritable(lane.fileno(), True)
    return lane.fileno()


def take_over(where, handle):
    spec = json.loads(os.environ.pop("STEP_SPEC"))
    lane = os.fdopen(int(handle), "a+")
    os.set_inheritable(lane.fileno(), False)
    supervise(where, spec, dict(os.environ), lane)


def status_of(step):
    where = folder(step)
    spec = get(os.path.join(where, "spec.json"))
    if spec is None:
        return {"v": 1, "id": step, "state": "unknown", "because": "There is no such step on this machine."}
    record = get(os.path.join(where, "pid.json")) or {}
    told = {
        "v": 1,
        "id": step,
        "lane": spec["lane"],
        "title": spec.get("title", ""),
        "startedAt": record.get("startedAt"),
        "bytes": total_of(where),
        "now": time.time(),
        "segment": SEGMENT,
    }
    end = get(os.path.join(where, "exit.json"))
    if end is not None:
        return dict(told, state="ended", **end)
    is_this_boot = record.get("boot") == boot()
    if is_this_boot and is_same(record.get("supervisor", -1), record.get("start")):
        return dict(told, state="running", alive=len(members(step, record.get("group", -1), record["supervisor"])))
    alive = members(step, record.get("group", -1), record.get("supervisor", -1)) if is_this_boot else []
    if alive:
        return dict(told, state="running", alive=len(alive), because="Its supervisor is gone; what it started lives.")
    because = "The machine was restarted while it ran." if record and not is_this_boot else "It ended without a record."
    return dict(told, state="vanished", because=because)


def read(step, start_at, most):
    where = folder(step)
    told = status_of(step)
    if told["state"] == "unknown":
        answer(dict(told, **{"from": int(start_at), "to": int(start_at), "gap": None, "data": ""}))
    total, at, most = total_of(where), int(start_at), int(most)
    end = get(os.path.join(where, "exit.json")) or {}
    total = max(total, end.get("bytes") or 0)
    parts, gap, position = [], None, at
    while position < total and sum(map(len, parts)) < most:
        number, inside = divmod(position, SEGMENT)
        wanted = min(SEGMENT - inside, total - position, most - sum(map(len, parts)))
        try:
            with open(os.path.join(where, "log", "%06d.log" % number), "rb") as file:
                file.seek(inside)
                data = file.read(wanted)
        except OSError:
            data = b""
        lost = [each for each in end.get("lost") or [] if each[0] < position + len(data) and position < each[0] + each[1]]
        if lost and lost[0][0] <= position:
            data = b""
            wanted = min(wanted, lost[0][0] + lost[0][1] - position)
        elif lost:
            data = data[: lost[0][0] - position]
        if not data:
            # A gap is named and gone past, alone: what was read before it is given out first.
            if not parts:
                gap = [position, position + wanted]
                position += wanted
            break
        parts.append(data)
        position += len(data)
    body = b"".join(parts)
    body = base64.b64encode(body).decode()
    answer(dict(told, bytes=total, **{"from": at, "to": position, "gap": gap, "data": body}))


def cancel(step, grace):
    where = folder(step)
    record = get(os.path.join(where, "pid.json"))
    if record is None:
        answer(dict(status_of(step), left=0))
    with open(os.path.join(where, "cancel"), "w") as file:
        file.write("%f\n" % time.time())
    supervisor, group = record["supervisor"], record.get("group", -1)
    is_ours = record.get("boot") == boot()

    def alive():
        return members(step, group, supervisor) if is_ours else []

    def send(number):
        for pid in alive():
            try:
                os.kill(pid, number)
            except OSError:
                pass

    send(signal.SIGTERM)
    until = time.time() + float(grace)
    while alive() and time.time() < until:
        time.sleep(0.05)
    until = time.time() + 10
    while alive() and time.time() < until:
        send(signal.SIGKILL)
        time.sleep(0.05)
    until = time.time() + 10
    while is_ours and is_same(supervisor, record["start"]) and time.time() < until:
        time.sleep(0.05)
    answer(dict(status_of(step), left=len(alive())))


def results(root, since):
    found, newest = [], 0
    for where, folders, files in os.walk(root):
        folders[:] = [name for name in folders if "_prev_" not in name]
        for name in files:
            path = os.path.join(where, name)
            try:
                info = os.stat(path)
            except OSError:
                continue
            newest = max(newest, info.st_mtime)
            is_stage = re.match(r"^s\d\w*_result\.json$", name) and not name.endswith("_pre_refresh_result.json")
            if not (is_stage or name == "pipeline_summary.json") or info.st_mtime < float(since):
                continue
            content = get(path)
            if not isinstance(content, dict):
                found.append({"path": os.path.relpath(path, root), "status": None, "detail": "It can not be read."})
                continue
            status = content.get("overall_status") if name == "pipeline_summary.json" else content.get("status")
            found.append(
                {
                    "path": os.path.relpath(path, root),
                    "status": status if isinstance(status, str) else None,
                    "detail": str(content.get("detail") or "")[:2000],
                    "failed": [str(key) for key in content.get("failed_stage_keys") or []][:50],
                }
            )
    answer({"v": 1, "items": found[:500], "newestAt": newest, "now": time.time()})


def main(words):
    if words[:1] == ["start"]:
        start()
    elif words[:1] == ["supervise"] and len(words) == 3:
        take_over(words[1], words[2])
    elif words[:1] == ["status"] and len(words) == 2:
        answer(status_of(words[1]))
    elif words[:1] == ["read"] and len(words) == 4:
        read(words[1], words[2], words[3])
    elif words[:1] == ["cancel"] and len(words) == 3:
        cancel(words[1], words[2])
    elif words[:1] == ["results"] and len(words) == 3:
        results(words[1], words[2])
    elif words == ["list"]:
        try:
            names = sorted(os.listdir(os.path.join(HOME, "steps")))
        except OSError:
            names = []
        answer({"v": 1, "items": [status_of(name) for name in names]})
    else:
        answer({"v": 1, "error": "usage"}, 2)


main(sys.argv[1:])
