#!/bin/sh
# The dead man's lease of a rented machine. It stops its own instance through the provider's API when nobody
# renews the lease, when a stop is requested, when the machine idles, or when its time is over; it reads back
# and asks again for as long as it lives. A stop that works ends this process with the container.
#
# Time is uptime only: clocks of rented machines are wrong, and no date is ever compared.
# The key of the instance is in no argument of a program and in no line of the log.
#
#   install       keeps id and key, begins a new count, starts the daemon; LEASE, MAX, IDLE: seconds, IDLE may be off
#   request WHY   asks for a stop; it waits up to 5 minutes for a running pipeline to write its last files
#
# lease-tool.sh does the rest: renew, drill, status. Comments and indents are taken off before this travels
# (electron/core/remote/onstart.ts), so no text here may hold a line that begins with "#".
D=${LEASE_DIR:-/root/.blueprint-lease}
P=${LEASE_PROC:-/proc}
# Every start of the container is left alone this long, whatever the limits say.
GRACE=1800
umask 077
nl='
'

num() { case $1 in '' | *[!0-9]*) echo "$2" ;; *) echo "$1" ;; esac }
get() { cat "$D/$1" 2>/dev/null; }
put() { echo "$2" >"$D/$1.$$" && mv "$D/$1.$$" "$D/$1"; }
up() { read -r now _ <"$P/uptime" && now=${now%%.*}; }
# Seconds since a moment that was noted; since the start when it was not, or lies ahead.
ago() {
  v=$(num "$(get "$1")" "$started")
  [ "$v" -le "$now" ] || v=$started
  echo $((now - v))
}
plain() { printf %s "$1" | tr -cd 'A-Za-z0-9 _.,:/-' | cut -c1-200; }
log() {
  echo "blueprint-lease $now $*"
  [ "$(get log | wc -c)" -lt 500000 ] || mv "$D/log" "$D/log.1"
  echo "$now $*" >>"$D/log"
} 2>/dev/null
load() { id=$(get id) key=$(get key) api=$(get api) && [ -n "$id" ] && [ -n "$key" ]; }

# call METHOD BODY QUERY: leaves the HTTP status in code (000: no answer) and the text in body.
call() {
  u=$api/api/v0/instances/$id/$3
  if command -v curl >/dev/null; then
    r=$(echo "url=\"$u\"
header=\"Authorization: Bearer $key\"
header=\"Content-Type: application/json\"" | curl -sm 60 -X "$1" -K - ${2:+-d "$2"} -w '\n%{http_code}' 2>/dev/null)
  else
    r=$(U=$u M=$1 K=$key B=$2 timeout 90 python3 -c 'import os,urllib.request as u
e=os.environ.get
try:a=u.urlopen(u.Request(e("U"),e("B").encode()or None,{"Authorization":"Bearer "+e("K"),"Content-Type":"application/json"},method=e("M")),timeout=60)
except u.HTTPError as x:a=x
print(a.read().decode(),a.getcode(),sep="\n")' 2>/dev/null)
  fi
  code=${r##*"$nl"} body=${r%"$nl"*}
  case $code in [1-5]??) ;; *) code=000 body= ;; esac
}
ok() { [ "$code" = 200 ] && printf %s "$body" | tr -d ' \n\r\t' | grep -q '[{,]"success":true[,}]'; }
# Inside a value quotes are escaped, so no text of a user is taken for a field.
field() { printf %s "$body" | tr '\nA-Z' ' a-z' | sed -n "s/.*[{,] *\"$1\" *: *\"\([^\"]*\)\".*/\1/p"; }
is_down() { case $1 in stopped | exited) ;; *) false ;; esac }
read_back() {
  call GET '' '?owner=me'
  wanted=$(field intended_status) actual=$(field actual_status)
  [ "$code" = 200 ] && [ -n "$wanted" ]
}

step_alive() {
  for f in $(grep -laE 'blueprint[-_]validat|blueprint-step' "$P"/[0-9]*/cmdline 2>/dev/null); do
    f=$(tr '\0' ' ' <"$f" 2>/dev/null)
    f=${f%% *}
    # Whoever looks at the pipeline's files is not the pipeline.
    case ${f##*/} in tail | less | grep | cat | vi | vim | nano | sshd* | tmux* | SCREEN | '') ;; *) return 0 ;; esac
  done
  return 1
}
# Sets busy to what is going on. What can not be told counts as something.
look() {
  busy=
  step_alive && busy=step
  gpu=$(timeout 20 nvidia-smi --query-gpu=utilization.gpu --format=csv,noheader,nounits 2>/dev/null)
  for g in ${gpu:-?}; do
    case $g in *[!0-9]*) busy=gpu-unknown ;; *) [ "$g" -lt 5 ] || busy=gpu ;; esac
  done
  # Less than 20 KiB a second is what a look from the room costs.
  net=$(awk 'NR>2&&$1!~/^lo:/{sub(/.*:/,"");s+=$1+$9}END{printf "%.0f",s}' "$P/net/dev")
  [ $((net - net0)) -lt $(((now - at + 1) * 20480)) ] || busy=network
  net0=$net at=$now
  if [ $((now - files_at)) -ge 60 ]; then
    files_at=$now
    # Any change of a size or a time of a file changes the sum; no time is compared with a clock.
    files=$(timeout 60 find $(get watch) -xdev -type f -printf '%s %T@ %p\n' 2>/dev/null | cksum)
    [ "$files" = "$files0" ] || busy=files
    files0=$files
  fi
  [ -z "$busy" ] || active=$now
  put beat "$now $active $busy"
}

# Sets why to the reason for a stop, or to nothing.
judge() {
  why=
  if [ -f "$D/request" ]; then
    : "${asked:=$now}"
    { step_alive && [ $((now - asked)) -lt 300 ]; } || why="request $(plain "$(get request)")"
    return
  fi
  asked=
  [ $((now - started)) -ge $GRACE ] || return
  idle=$(get idle)
  [ "$idle" = off ] || [ $((now - active)) -lt "$(num "$idle" 1800)" ] || why=idle
  [ "$(ago renewed)" -lt "$(num "$(get lease)" $GRACE)" ] || why='lease out'
  [ "$(ago maxfrom)" -lt "$(num "$(get max)" 43200)" ] || why='over time'
}

stop() {
  tries=$((tries + 1))
  call PUT '{"state":"stopped"}'
  if ok; then
    said=accepted wait=10
  else
    said="refused HTTP $code $(plain "$body")" wait=$((wait * 2 + 5))
  fi
  if read_back; then
    seen="meant $wanted, is $actual"
    is_down "$wanted" && is_down "$actual" && downs=$((downs + 1)) || downs=0
  else
    seen="not readable HTTP $code" downs=0
  fi
  [ $downs -lt 2 ] || seen="$seen, stopped, read twice" wait=60
  [ $wait -lt 60 ] || wait=60
  seen="$why, try $tries: $said, $seen"
  log "stop $seen"
  put stopping "$seen"
  due=$((now + wait))
}

run() {
  load
  started=$(num "$(get started)" "$now")
  [ "$started" -le "$now" ] || started=$now
  active=$now at=$now files_at=-60 net0=0 keys= was=
  log "up, instance $id"
  while [ "$(get gen)" = "$1" ]; do
    up
    # What the room may compare the host key with that it is shown.
    [ -n "$keys" ] || for f in "${LEASE_SSH:-/etc/ssh}"/ssh_host_*_key.pub; do
      keys=$(ssh-keygen -lf "$f" 2>/dev/null) && log "host-key $keys"
    done
    look
    judge
    if [ "$why" != "$was" ]; then
      [ -n "$why" ] || { log 'no reason to stop any more'; rm -f "$D/stopping"; }
      was=$why due=0 tries=0 downs=0 wait=0
    fi
    [ -z "$why" ] || [ "$now" -lt $due ] || stop
    sleep "${LEASE_TICK:-15}"
  done
}

alive() {
  b=$(get beat)
  b=$(num "${b%% *}" "$((now + 1))")
  [ "$b" -le "$now" ] && [ $((now - b)) -lt 300 ]
}
start() {
  rm -f "$D/beat"
  put gen "$now.$$"
  o=$P/1/fd/1
  [ -w "$o" ] || o=/dev/null
  nohup sh "$D/lease.sh" keep "$now.$$" >"$o" 2>&1 </dev/null &
}
up || exit 1
case $1 in
  install)
    # An ssh session does not see them; the first process of the container does.
    [ -n "$CONTAINER_API_KEY" ] || export $(tr '\0' '\n' <"$P/1/environ" 2>/dev/null | grep -aE '^CONTAINER_(ID|API_KEY)=')
    [ -z "$CONTAINER_ID" ] || put id "${CONTAINER_ID#C.}"
    [ -z "$CONTAINER_API_KEY" ] || put key "$CONTAINER_API_KEY"
    put api "${LEASE_API:-https://console.vast.ai}"
    put watch "${WATCH:-/models /workspace}"
    load || { log 'not armed: no id or key here; restart the machine with this onstart'; exit 3; }
    command -v curl >/dev/null || command -v python3 >/dev/null || { log 'not armed: no curl, no python3'; exit 3; }
    rm -f "$D/request" "$D/stopping" "$D/drill"
    put lease "${LEASE:-$GRACE}"
    put max "${MAX:-43200}"
    put idle "${IDLE:-1800}"
    for f in started renewed maxfrom; do put $f "$now"; done
    start
    ;;
  keep)
    # Whoever starts later writes another number, and this one ends.
    while sh "$D/lease.sh" run "$2"; [ "$(get gen)" = "$2" ]; do sleep 5; done
    ;;
  run) run "$2" ;;
  request)
    shift
    put request "${*:-unnamed}" || exit 1
    alive || start
    ;;
  # For lease-tool.sh: the functions alone.
  lib) ;;
esac
