"""A stand-in for pip that changes a folder of packages as the real one would, and heeds what the real one heeds.

Without --no-deps an install takes Torch along to 2.8.0, as `pip install -U piq` did.
"""
import os
import re
import sys

SITE = os.environ["FINGERPRINT_SITE"]
ON = {"1", "true", "yes"}


def add(folder, name, version):
    module = name.replace("-", "_")
    dist = os.path.join(folder, "%s-%s.dist-info" % (module, version))
    os.makedirs(dist, exist_ok=True)
    os.makedirs(os.path.join(folder, module), exist_ok=True)
    with open(os.path.join(folder, module, "__init__.py"), "w") as file:
        file.write("version = %r\n" % version)
    with open(os.path.join(folder, module, "__main__.py"), "w") as file:
        file.write("print('%s of the closure')\n" % module)
    with open(os.path.join(dist, "METADATA"), "w") as file:
        file.write("Metadata-Version: 2.1\nName: %s\nVersion: %s\n\n" % (name, version))
    with open(os.path.join(dist, "RECORD"), "w") as file:
        file.write("%s/__init__.py,,\n%s-%s.dist-info/METADATA,,\n" % (module, module, version))


def upgrade_torch():
    for entry in os.listdir(SITE):
        if re.match(r"^torch-[\d.]+\.dist-info$", entry):
            os.rename(os.path.join(SITE, entry), os.path.join(SITE, "old-" + entry.replace("dist-info", "gone")))
    add(SITE, "torch", "2.8.0")
    print("Attempting uninstall: torch")
    print("Successfully installed torch-2.8.0")


def main(words):
    if os.environ.get("PIP_REQUIRE_VIRTUALENV", "").lower() in ON:
        sys.stderr.write("ERROR: Could not find an activated virtualenv (required).\n")
        sys.exit(3)
    if os.environ.get("PIP_NO_INDEX", "").lower() in ON:
        sys.stderr.write("ERROR: No matching distribution found\n")
        sys.exit(1)
    if words[:1] != ["install"]:
        sys.exit(0)
    folder, packages, at = SITE, [], 1
    while at < len(words):
        if words[at] == "--target":
            at += 1
            folder = words[at]
        elif not words[at].startswith("-"):
            packages.append(words[at])
        at += 1
    for each in packages:
        name, _, version = each.partition("==")
        add(folder, name, version or "0.8.0")
        print("Successfully installed %s-%s" % (name, version or "0.8.0"))
    if "--no-deps" not in words:
        upgrade_torch()


if __name__ == "__main__":
    main(sys.argv[1:])
