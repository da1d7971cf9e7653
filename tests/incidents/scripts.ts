/** The scripts of the old way, shortened to the lines that did the harm. */
export const oldPrepare = `#!/usr/bin/env bash
set -euo pipefail
pip_install() { python -m pip install --no-cache-dir "$@"; }
if ! python -c "import piq"; then
  pip_install -U piq
fi
pip install natsort
`;

export const oldAudit = `#!/usr/bin/env bash
set -euo pipefail
uv run pytest -q tests/test_preflight.py
uv run ruff check .
`;

export const oldMirror = `#!/usr/bin/env bash
set -euo pipefail
remote_path() {
  export RCLONE_CONFIG_B2EPHEM_TYPE=b2
  echo "b2ephem:bucket/prefix"
}
REMOTE_PATH="$(remote_path)"
rclone sync "$LOCAL" "$REMOTE_PATH"
`;

export const oldSync = `#!/usr/bin/env bash
set -euo pipefail
copy_item() {
  rsync -az --delete -e "ssh -p $PORT -o StrictHostKeyChecking=no" "root@$HOST:$1/" "$2/"
  echo "[ok] $1"
}
if ! copy_item /models/outputs work_dir; then
  echo "[warn] failed"
fi
vastai stop instance "$INSTANCE_ID"
export BLUEPRINT_AUTO_SHUTDOWN_CMD='echo stopping'
`;

/** The same work in the forms that the lint proposes. */
export const safeScript = `#!/usr/bin/env bash
set -euo pipefail
# pip install -U piq is what broke it.
python -m pip install --no-deps "piq==0.8.0"
pip install --no-deps "natsort==8.4.0" "sam2==1.1.0"
python -m pytest -q tests/test_preflight.py
export RCLONE_CONFIG_B2EPHEM_TYPE=b2
REMOTE_PATH="$(printf 'b2ephem:%s' "$BUCKET")"
rclone copy "$LOCAL" "$REMOTE_PATH"
rsync -az --delete --max-delete=10 --backup-dir="$OLD" "$FROM/" "$TO/"
echo "run pip install -U nothing"
cat <<'TEXT'
uv run would change the environment
TEXT
`;
