# The room's audit on a machine, run in the checkout as a step: sh arguments CONFIG (or -) and what pytest is given.
# It runs what is there in the environment that is there; whoever calls an installer is refused and named. Rows
# as the pipeline prints its own: [PASS] name, [FAIL] name, [SKIP] name — reason.
set -u
config=$1
shift
python=$(command -v python || command -v python3) || { echo '[FAIL] python — there is none on the PATH'; exit 1; }
tools=${STEP_DIR:-$HOME/.blueprint-step}/audit-tools
bad=0
row() { printf '[%s] %s%s\n' "$1" "$2" "${3:+ — $3}"; [ "$1" = PASS ] || bad=1; }

# What the environment lacks comes as a pinned closure into a folder of its own, seen last and by the audit alone.
for module in pytest ruff; do
  "$python" -c "import $module" 2>/dev/null && continue
  [ -d "$tools/$module" ] && continue
  case $module in
    pytest) pins='pytest==8.4.2 pluggy==1.6.0 iniconfig==2.1.0 packaging==25.0 pygments==2.19.2 exceptiongroup==1.3.0 tomli==2.2.1 typing_extensions==4.15.0' ;;
    ruff) pins='ruff==0.13.3' ;;
  esac
  # shellcheck disable=SC2086
  "$python" -m pip install --disable-pip-version-check --no-deps --no-compile --target "$tools" $pins ||
    echo "$module could not be had."
done

shims=$(mktemp -d "${TMPDIR:-/tmp}/room-audit.XXXXXX") || exit 1
trap 'rm -rf "$shims"' EXIT
mkdir "$shims/bin" "$shims/python" "$shims/work"
export ROOM_AUDIT_REFUSED="$shims/refused"
: >"$ROOM_AUDIT_REFUSED"
for name in pip pip2 pip3 pipx uv uvx conda mamba micromamba poetry pipenv pdm easy_install apt apt-get aptitude dpkg; do
  cat >"$shims/bin/$name" <<'SHIM'
#!/bin/sh
echo "${0##*/} $*" >>"$ROOM_AUDIT_REFUSED"
echo "${0##*/}: refused, this is an audit" >&2
exit 86
SHIM
  chmod +x "$shims/bin/$name"
done
# By python -m, and by the absolute path of a console script: both import the module.
cat >"$shims/python/sitecustomize.py" <<'SITE'
import importlib.util
import os
import sys

REFUSED = {"pip", "ensurepip", "uv", "conda", "pipx", "easy_install"}


class Refuse:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.split(".")[0] in REFUSED:
            with open(os.environ["ROOM_AUDIT_REFUSED"], "a") as file:
                file.write("python %s %s\n" % (name, " ".join(sys.argv[1:])))
            raise ImportError("%s is refused, this is an audit" % name)
        return None


sys.meta_path.insert(0, Refuse)
own = os.path.dirname(os.path.abspath(__file__))
for folder in sys.path:
    path = os.path.join(folder, "sitecustomize.py")
    if os.path.abspath(folder or ".") != own and os.path.isfile(path):
        spec = importlib.util.spec_from_file_location("sitecustomize_of_the_machine", path)
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
        break
SITE
# For programs that are no Python and are called by their absolute path.
printf 'DPkg::Pre-Invoke {"echo apt-get by its path >>%s; echo refused, this is an audit >&2; exit 86";};\n' "$ROOM_AUDIT_REFUSED" >"$shims/apt.conf"
export PATH="$shims/bin:$PATH" PYTHONPATH="$shims/python${PYTHONPATH:+:$PYTHONPATH}" APT_CONFIG="$shims/apt.conf"
export PIP_NO_INDEX=1 PIP_REQUIRE_VIRTUALENV=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1
export UV_OFFLINE=1 UV_NO_SYNC=1 UV_FROZEN=1 CONDA_OFFLINE=1 PYTHONDONTWRITEBYTECODE=1 TMPDIR="$shims/work"

# The environment's own first, and the folder of the tools behind everything.
module() {
  "$python" -c 'import runpy, sys
sys.path.append(sys.argv[1])
sys.argv = sys.argv[2:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)' "$tools" "$@"
}
has() { "$python" -c 'import importlib.util, sys
sys.path.append(sys.argv[1])
sys.exit(importlib.util.find_spec(sys.argv[2]) is None)' "$tools" "$1"; }

if ! has pytest; then row SKIP tests 'pytest is not there and could not be had'
elif module pytest -q -p no:cacheprovider "$@"; then row PASS tests
else row FAIL tests "pytest ended with $?"; fi

if ! has ruff; then row SKIP lint 'ruff is not there and could not be had'
elif module ruff check --no-cache .; then row PASS lint
else row FAIL lint "ruff ended with $?"; fi

if [ "$config" = - ]; then echo 'No configuration was named: no local preflight.'
elif ! command -v blueprint-validate >/dev/null; then row SKIP preflight 'there is no blueprint-validate on the PATH'
elif blueprint-validate --config "$config" --work-dir "$shims/work/run" preflight --audit-mode; then row PASS preflight
else row FAIL preflight "it ended with $?"; fi

if [ -s "$ROOM_AUDIT_REFUSED" ]; then
  row FAIL installs "refused: $(sort -u "$ROOM_AUDIT_REFUSED" | head -5 | tr '\n' ';' | cut -c1-300)"
else
  row PASS installs 'nobody called an installer'
fi
exit $bad
