"""Texts below a folder of a machine; sent over SSH, standard library only, reads and never writes.

Reads JSON on standard input: {"root": ..., "only": regular expression or null, "maxFileBytes", "maxTotalBytes"}.
Prints one line of JSON: every file with its size and SHA-256, its bytes in base64 unless it is binary or too
large, and what was not read, with the reason.
"""
import base64
import hashlib
import json
import os
import re
import sys

FOREIGN = {".git", "node_modules", ".venv", "venv", "vendor", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


def main():
    asked = json.load(sys.stdin)
    root, left = asked["root"], asked["maxTotalBytes"]
    only = re.compile(asked["only"]) if asked.get("only") else None
    files, unread = [], []
    if not os.path.isdir(root):
        print(json.dumps({"v": 1, "isThere": False, "files": [], "unread": []}))
        return

    def refused(fault):
        unread.append({"path": os.path.relpath(fault.filename or root, root), "because": fault.strerror or str(fault)})

    for where, folders, names in os.walk(root, onerror=refused):
        folders[:] = sorted(name for name in folders if name not in FOREIGN)
        for name in sorted(names):
            full = os.path.join(where, name)
            path = os.path.relpath(full, root)
            if os.path.islink(full) or not os.path.isfile(full) or (only and not only.search(path)):
                continue
            try:
                size = os.path.getsize(full)
                if size > asked["maxFileBytes"] or size > left:
                    files.append({"path": path, "sizeBytes": size, "sha256": None, "data": None})
                    if size <= asked["maxFileBytes"]:
                        unread.append({"path": path, "because": "There is more text here than is read at once."})
                    continue
                with open(full, "rb") as file:
                    data = file.read()
            except OSError as fault:
                refused(fault)
                continue
            is_text = b"\0" not in data[:8000]
            left -= len(data) if is_text else 0
            told = {"path": path, "sizeBytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            files.append(dict(told, data=base64.b64encode(data).decode() if is_text else None))
    print(json.dumps({"v": 1, "isThere": True, "files": files, "unread": unread[:1000]}))


main()
