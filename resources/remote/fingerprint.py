"""What the Python environment of a machine is, without changing it: run by the interpreter that is looked at.

  python -I -B - [MODULE ...] < fingerprint.py      imports of these modules are tried as well, each in a child

Prints one line of JSON. Standard library and nvidia-smi only; writes nothing, not even byte code.
"""
import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import sysconfig

NATIVE = re.compile(
    r"^(torch|torchvision|torchaudio|tensorrt.*|transformer[_-]engine.*|flash[_-]attn|triton|numpy|opencv.*|sam[_-]?2"
    r"|natsort|huggingface[_-]hub|nvidia[_-].*|apex|xformers|gsplat)$",
    re.I,
)
WHOLE = 8 * 1024 * 1024
PART = 1024 * 1024
ENV = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")


def sha(data):
    return hashlib.sha256(data).hexdigest()


def digest_of(path):
    """Of the whole file; of its size and both ends when it is large."""
    try:
        size = os.path.getsize(path)
        with open(path, "rb") as file:
            if size <= WHOLE:
                return sha(file.read())
            head = file.read(PART)
            file.seek(-PART, 2)
            return sha(str(size).encode() + head + file.read(PART))
    except OSError as fault:
        return "unreadable:%s" % fault.errno


def files_of(dist, root):
    """Files of a package by its record; None when it has none (an editable install, a system package)."""
    try:
        with open(os.path.join(dist, "RECORD"), encoding="utf-8", errors="replace") as file:
            names = [line.rsplit(",", 2)[0].strip('"') for line in file if line.strip()]
    except OSError:
        return None
    keep = [name for name in names if "__pycache__" not in name and not name.endswith((".pyc", "/RECORD"))]
    return [os.path.normpath(os.path.join(root, name)) for name in keep]


def package(root, entry):
    dist = os.path.join(root, entry)
    meta = os.path.join(dist, "METADATA" if entry.endswith(".dist-info") else "PKG-INFO")
    name = version = None
    try:
        with open(meta, encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith("Name:") and name is None:
                    name = line[5:].strip()
                elif line.startswith("Version:") and version is None:
                    version = line[8:].strip()
                elif not line.strip():
                    break
    except OSError:
        pass
    if name is None:
        name = entry.rsplit(".", 1)[0].split("-")[0]
    own = name.lower().replace("_", "-")
    told = {"name": own, "version": version, "isNative": bool(NATIVE.match(own))}
    files = files_of(dist, root)
    hasher = hashlib.sha256()
    if files is None:
        hasher.update(b"no record")
    else:
        for path in sorted(files):
            if told["isNative"]:
                hasher.update(("%s %s\n" % (os.path.relpath(path, root), digest_of(path))).encode())
            else:
                try:
                    size = os.path.getsize(path)
                except OSError:
                    size = -1
                hasher.update(("%s %d\n" % (os.path.relpath(path, root), size)).encode())
    told["hash"] = hasher.hexdigest()
    try:
        with open(os.path.join(dist, "INSTALLER")) as file:
            told["installer"] = file.read().strip()[:40]
    except OSError:
        told["installer"] = None
    try:
        told["changedAt"] = int(os.stat(dist).st_mtime)
    except OSError:
        told["changedAt"] = None
    return told


def site_folders():
    found = []
    for each in [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")] + sys.path:
        if each and os.path.isdir(each) and re.search(r"(site|dist)-packages/?$", each) and each not in found:
            found.append(each)
    extra = os.environ.get("FINGERPRINT_SITE")
    return [extra] if extra else found


def run(words, seconds):
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=seconds, env=ENV
        )
        return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    except OSError as fault:
        return 127, "", str(fault)
    except subprocess.TimeoutExpired:
        return 124, "", "it did not end within %d s" % seconds


def tried(module, folders):
    if not re.match(r"^[A-Za-z_][\w.]*$", module):
        return {"module": module, "isGood": False, "because": "bad name"}
    path = "import sys; sys.path[:0] = %r; import %s" % (folders if os.environ.get("FINGERPRINT_SITE") else [], module)
    code, _, said = run([sys.executable, "-B", "-c", path], 180)
    lines = [line for line in said.strip().split("\n") if line.strip()]
    return {"module": module, "isGood": code == 0, "because": None if code == 0 else (lines or ["exit %d" % code])[-1][:500]}


def gpu():
    code, out, _ = run(
        ["nvidia-smi", "--query-gpu=name,driver_version,memory.total,memory.free", "--format=csv,noheader,nounits"], 30
    )
    cards = []
    if code == 0:
        for line in out.strip().split("\n"):
            parts = [part.strip() for part in line.split(",")]
            if len(parts) == 4:
                number = lambda text: int(float(text)) if re.match(r"^[\d.]+$", text) else None
                cards.append({"name": parts[0], "driver": parts[1], "totalMb": number(parts[2]), "freeMb": number(parts[3])})
    version = None
    code, out, _ = run(["nvidia-smi"], 30)
    match = re.search(r"CUDA Version:\s*([\d.]+)", out) if code == 0 else None
    if match:
        version = match.group(1)
    return cards, version


def main():
    folders = site_folders()
    packages, seen, loose = [], set(), []
    for root in folders:
        for entry in sorted(os.listdir(root)):
            if re.search(r"\.(dist-info|egg-info)$", entry):
                one = package(root, entry)
                if one["name"] not in seen:
                    seen.add(one["name"])
                    packages.append(one)
            elif entry.endswith((".pth", ".egg-link", ".so")):
                loose.append([entry, digest_of(os.path.join(root, entry))])
    cards, cuda = gpu()
    nvcc = None
    for line in run(["nvcc", "--version"], 30)[1].split("\n"):
        match = re.search(r"release ([\d.]+)", line)
        nvcc = match.group(1) if match else nvcc
    print(
        json.dumps(
            {
                "v": 1,
                "interpreter": sys.executable,
                "python": platform.python_version(),
                "folders": folders,
                "packages": sorted(packages, key=lambda one: one["name"]),
                "loose": sorted(loose),
                "gpus": cards,
                "cuda": cuda,
                "toolkit": nvcc,
                "imports": [tried(module, folders) for module in sys.argv[1:]],
            }
        )
    )


main()
