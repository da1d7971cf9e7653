#!/bin/sh
# Brings a machine to rest before its files are copied; it is sent over SSH.
#
#   quiesce.sh SECONDS     ends our own step, interrupts a pipeline that was started by hand, waits up to
#                          SECONDS for both to be gone, then until the watched files hold still
#     quiesce.sh look      changes nothing: how many processes of a step or a pipeline are alive, and the newest
#                          summary that a pipeline wrote at its end, by its checksum and its status
#
# Prints one line of JSON. Exit: 0 whatever was found, 2 usage. Nothing is killed the hard way: what does not
# end is said.
P=${LEASE_PROC:-/proc}
limit=$1
case $limit in look) ;; '' | *[!0-9]*) exit 2 ;; esac
D=${LEASE_DIR:-/root/.blueprint-lease}
watch=$(cat "$D/watch" 2>/dev/null || echo "${WATCH:-/models /workspace}")
tick=${QUIESCE_TICK:-2}

name_of() {
  n=$(tr '\0' ' ' <"$P/$1/cmdline" 2>/dev/null)
  n=${n%% *}
  echo "${n##*/}"
}
# pids PATTERN: processes with it in their command line, without those that only look at the pipeline's files.
pids() {
  for f in $(grep -laE "$1" "$P"/[0-9]*/cmdline 2>/dev/null); do
    f=${f%/cmdline} p=${f##*/}
    [ "$p" != $$ ] || continue
    case $(name_of "$p") in tail | less | grep | cat | vi | vim | nano | sshd* | tmux* | SCREEN | '') ;; *) echo "$p" ;; esac
  done
}
group_of() { sed 's/.*) . [0-9]* \([0-9]*\) .*/\1/' "$P/$1/stat" 2>/dev/null; }
left() { pids 'blueprint-step|blueprint[-_]validat' | wc -l | tr -d ' '; }
# Names, sizes and times together; no time is compared with a clock.
sum() { find $watch -xdev -type f -printf '%s %T@ %p\n' 2>/dev/null | sort | cksum; }

if [ "$limit" = look ]; then
  newest=$(find $watch -xdev -type f -name pipeline_summary.json -printf '%T@ %p\n' 2>/dev/null | sort -rn | head -n 1)
  summary=null status=
  if [ -n "$newest" ]; then
    summary=$(printf '%s' "$newest" | cksum | cut -d ' ' -f 1)
    status=$(sed -n 's/.*"overall_status": *"\([a-z_]\{1,30\}\)".*/\1/p' "${newest#* }" 2>/dev/null | head -n 1)
  fi
  printf '{"v":1,"alive":%s,"summary":%s,"status":"%s"}\n' "$(left)" "$summary" "$status"
  exit 0
fi

steps=0 runs=0
for p in $(pids 'blueprint-step'); do
  g=$(group_of "$p")
  case $g in '' | *[!0-9]* | 0 | 1) kill -TERM "$p" ;; *) kill -TERM "-$g" ;; esac 2>/dev/null && steps=$((steps + 1))
done
# A pipeline of its own writes what it has when it is interrupted. One inside of a step went with its group.
for p in $(pids 'blueprint[-_]validat'); do
  kill -INT "$p" 2>/dev/null && runs=$((runs + 1))
done

waited=0
while [ "$(left)" -gt 0 ] && [ $waited -lt "$limit" ]; do
  sleep "$tick"
  waited=$((waited + 2))
done
still=false before=$(sum)
while :; do
  sleep "$tick"
  waited=$((waited + 2))
  after=$(sum)
  [ "$before" != "$after" ] || { still=true; break; }
  [ $waited -lt "$limit" ] || break
  before=$after
done
printf '{"v":1,"steps":%s,"runs":%s,"left":%s,"isStill":%s,"waitedSeconds":%s}\n' $steps $runs "$(left)" $still $waited
