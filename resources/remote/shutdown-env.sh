#!/bin/sh
# What the room does with the shutdown command of the pipeline on a machine; it is sent over SSH.
# The value itself may hold a key of its owner: it is printed in base64 for the room alone, and never logged.
#
#   read CHECKOUT             prints "set" and the value, or "missing", as the pipeline gets it by sourcing
#   write CHECKOUT COMMAND    makes it COMMAND, as one line; keeps the file as it was beside it
#
# Exit: 0 done, 1 failed, 2 usage, 4 no such checkout, 5 no file, 6 it reads back otherwise: nothing is changed.
name=BLUEPRINT_AUTO_SHUTDOWN_CMD
what=$1 checkout=$2 command=$3
umask 077
[ -d "$checkout/scripts" ] || exit 4
file=$checkout/scripts/runtime_env.local
[ -e "$file" ] && file=$(readlink -f "$file")
command -v bash >/dev/null || { echo 'no bash here: the pipeline could not source it either' >&2; exit 1; }

# As the pipeline does it: sourced into the environment, by bash. Nothing of this shell goes in.
sourced() {
  (cd "$checkout" && env -i PATH="$PATH" HOME="$HOME" bash -c "set -a; . '$1' >/dev/null 2>&1; set +a; $2")
}
value() { sourced "$1" "printf %s \"\${$name-}\"" | base64 | tr -d '\n'; }
is_set() { [ "$(sourced "$1" "printf %s \"\${$name+yes}\"")" = yes ]; }
# Everything else that the file sets.
others() { sourced "$1" "unset $name _ SHLVL; env -0 | sort -z | cksum"; }

case $what in
  read)
    [ -f "$file" ] || exit 5
    if is_set "$file"; then echo "set $(value "$file")"; else echo missing; fi
    ;;
  write)
    [ -n "$command" ] || exit 2
    case $command in *[\'\"\\\`\$]*) exit 2 ;; esac
    backup=
    new=$file.new.$$
    trap 'rm -f "$new"' EXIT
    if [ -f "$file" ]; then
      n=1
      while [ -e "$file.before-$n" ]; do n=$((n + 1)); done
      backup=$file.before-$n
      cp -p "$file" "$backup" && chmod 600 "$backup" || exit 1
      grep -vE "^[[:space:]]*(export[[:space:]]+)?$name=" "$file" >"$new"
      [ -z "$(tail -c 1 "$new")" ] || echo >>"$new"
    else
      : >"$new"
    fi
    echo "$name='$command'" >>"$new" || exit 1
    chmod 600 "$new" || exit 1
    if [ "$(value "$new")" != "$(printf %s "$command" | base64 | tr -d '\n')" ] ||
      { [ -n "$backup" ] && [ "$(others "$file")" != "$(others "$new")" ]; }; then
      echo 'it reads back otherwise' >&2
      exit 6
    fi
    mv "$new" "$file" || exit 1
    echo "wrote $(value "$file")"
    echo "backup $(printf %s "$backup" | base64 | tr -d '\n')"
    ;;
  *) exit 2 ;;
esac
