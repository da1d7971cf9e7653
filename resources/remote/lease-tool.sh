#!/bin/sh
# What the room does with the lease of a machine; it is sent over SSH and stands on lease.sh over there.
#
#   renew S [MAX [IDLE]]   holds the lease for S seconds from now; MAX counts anew from now; IDLE may be "off"
#   drill                  proves the key with a start, which changes nothing on a running machine
#   status                 one line of JSON
#
# Exit: 0 done, 1 failed, 2 usage, 3 not armed, 4 a stop is under way.
what=$1 a=$2 b=$3 c=$4
[ -f "${LEASE_DIR:-/root/.blueprint-lease}/lease.sh" ] || { echo 'not armed: no lease here' >&2; exit 3; }
set -- lib
. "${LEASE_DIR:-/root/.blueprint-lease}/lease.sh"

# left FILE LIMIT: seconds until a limit is reached, counted from a moment that was noted.
left() { echo $(($2 - $(ago "$1"))); }
status() {
  load && has=true || has=false
  alive && a=true || a=false
  started=$(num "$(get started)" "$now")
  [ "$started" -le "$now" ] || started=$now
  i=$(get idle)
  [ "$i" = off ] && i=null || i=$(num "$i" 1800)
  set -- $(get beat)
  printf '{"v":1,"id":"%s","hasKey":%s,"isAlive":%s,' "$(plain "$id")" $has $a
  printf '"upSeconds":%s,"graceLeftSeconds":%s,' $((now - started)) $((started + GRACE - now))
  printf '"leaseLeftSeconds":%s,' "$(left renewed "$(num "$(get lease)" $GRACE)")"
  printf '"maxLeftSeconds":%s,"idleLimitSeconds":%s,' "$(left maxfrom "$(num "$(get max)" 43200)")" "$i"
  printf '"quietSeconds":%s,"busy":"%s",' "$(ago_of "$2")" "$(plain "$3")"
  printf '"request":"%s","stopping":"%s","drill":"%s"}\n' \
    "$(plain "$(get request)")" "$(plain "$(get stopping)")" "$(plain "$(get drill)")"
}
ago_of() { [ -n "$1" ] && echo $((now - $1)) || echo null; }

case $what in
  renew)
    for each in "$a" "${b:-0}"; do [ "$(num "$each" x)" != x ] || exit 2; done
    [ "$c" = off ] || [ "$(num "${c:-0}" x)" != x ] || exit 2
    put lease "$a" && put renewed "$now" || exit 1
    [ -z "$b" ] || { put max "$b" && put maxfrom "$now"; } || exit 1
    [ -z "$c" ] || put idle "$c" || exit 1
    alive || start
    status
    ;;
  drill)
    load || { echo 'no id or key' >&2; exit 3; }
    if [ -f "$D/stopping" ] || { read_back && is_down "$wanted"; }; then
      echo 'a stop is under way: a start would undo it' >&2
      exit 4
    fi
    call PUT '{"state":"running"}'
    ok && r=passed || r="failed, HTTP $code $(plain "$body")"
    put drill "$r ($now)"
    log "drill $r"
    [ "$r" = passed ]
    ;;
  status) status ;;
  *) exit 2 ;;
esac
