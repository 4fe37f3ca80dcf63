import { createHash } from "node:crypto";

/**
 * What runs on the host: `sh bin/CHECKSUM.sh HOME TAG VERB …`, started in its base directory. POSIX sh with coreutils,
 * and `flock` and `setsid` of util-linux. What it says to Slipway are lines on standard error that begin with TAG,
 * which is random and new for each call; the log goes to standard output after a line of its own with TAG.
 *
 * The base directory holds `runs/ID` (the claim, with log, rc, group and pid), `new/ID` (the same before the claim), `locks/ID` (held as long as the run
 * lives), `fences/KEY` (the highest token seen), `fences/KEY.held` (held while any run of that key lives) and `bin`.
 */
const SOURCE = String.raw`
set -uf
home=$1 tag=$2 verb=$3
shift 3

say() { printf '%s %s\n' "$tag" "$*" >&2; }
answer() { printf '%s\n' "$*"; exit 0; }

# By full path: a shell with programs of its own would take those, and they lack options.
find_program() {
  program=
  IFS=:
  for folder in $PATH; do
    if [ -x "$folder/$1" ] && [ ! -d "$folder/$1" ]; then program=$folder/$1; break; fi
  done
  unset IFS
}
find_program flock; flock=$program
find_program setsid; setsid=$program
find_program tail; tail=$program
find_program dd; dd=$program
find_program fallocate; fallocate=$program

about() { id=$1 run=runs/$1 lock=locks/$1; }
size_of_log() {
  size=0
  [ ! -s "$run/log" ] || size=$(($(wc -c <"$run/log")))
}

# Lines up to one that is TAG. Without that last line the text was cut and must not run.
read_text() {
  text=
  while IFS= read -r line; do
    [ "$line" = "$tag" ] && return 0
    text="$text$line
"
  done
  return 1
}

start() {
  offset=$2 quiet=
  about "$1"
  # Not with "&", which would leave SIGINT and SIGQUIT ignored in every step.
  said=$("$setsid" -f sh "$0" "$home" "$tag" claim "$1" "$3" "$4" "$5" "$6" "$7" "$8" 2>/dev/null)
  # Its output is closed, so that a claim that is not there now never comes.
  [ -n "$said" ] || if [ -d "$run" ]; then said=exists; else said="refused no process could be started with setsid"; fi
  say "$said"
  case $said in claimed | exists) follow_log ;; esac
}

# The detached process of one run. What it prints before it closes its output is the answer to the start.
claim() {
  about "$1"
  seconds=$2 grace=$3 key=$4 token=$5 head=$6 most=$7
  read_text || answer incomplete
  exec </dev/null
  [ "$key" = - ] || pass_fence
  [ -d "$run" ] && answer exists
  command exec 9>>"$lock" || refuse_folder locks
  until "$flock" -n 9; do
    [ -d "$run" ] && answer exists
    sleep 0.05
  done
  if [ "$key" != - ]; then
    hold_environment
    # A token that comes before the claim counts, and a later one finds it: nothing comes in between.
    lock_fence
    read_fence
    [ "$token" -ge "$highest" ] || answer fenced "$highest"
  fi
  prepare || { rm -rf "$new"; refuse_folder runs; }
  # The claim: it fails where the run is there, whoever made it.
  if ! mv -T "$new" "$run"; then
    rm -rf "$new"
    [ -d "$run" ] && answer exists
    refuse_folder runs
  fi
  exec 8>&-
  echo claimed
  exec >/dev/null
  # Closed by exec: a redirection of the function alone would keep a copy, and with it the lock.
  { exec 9>&-; watch_run; } &
  { exec 6>&- 9>&-; bound_log; } &
  # The environment is held by the runner and by its watch, not by what the step leaves running.
  # The text comes last: a host that loses power in the step must not have forgotten that the run was claimed.
  { exec 6>&- 9>&-; sync "$run" runs; printf '%s\n%s\n' "$text" "$tag"; } |
    "$setsid" sh "$0" "$home" "$tag" step "$id" >>"$run/log" 2>&1 6>&- 9>&-
  settle $?
}

# All that the runner will write is reserved before the claim, so that the outcome finds room on a disk that the step has
# filled. "endable" stands in for a link that finds no inode, "startable" for the mark of a command that
# never started or changed nothing.
prepare() {
  new=new/$id
  rm -rf "$new"
  mkdir -p new && mkdir -m 700 "$new" && : >"$new/log" && : >"$new/endable" && : >"$new/startable" && echo $$ >"$new/pid" &&
    printf %64s "" >"$new/group" && "$dd" if=/dev/zero of="$new/rc.tmp" bs=4096 count=1 conv=fsync
} 2>/dev/null

# Says why nothing can be written to a folder.
refuse_folder() {
  why=$(LC_ALL=C "$dd" if=/dev/zero of="$1/.room" bs=4096 count=1 conv=fsync 2>&1)
  rm -f "$1/.room"
  case $why in *"o space left"* | *uota* | *"ile too large"*) answer full "$PWD/$1" ;; esac
  answer refused cannot write to "$PWD/$1"
}

# One step at a time, also of a deployment that nobody follows any more. Its end may be a moment ago.
hold_environment() {
  command exec 6>>"fences/$key.held" || refuse_folder fences
  "$flock" -w 2 6 || answer busy
}

# A plain number below 10^15, which is the clock in milliseconds until long after all of this is gone.
read_fence() {
  highest=0
  [ -d "fences/$key" ] && answer spoiled
  [ ! -s "fences/$key" ] || read -r highest <"fences/$key"
  case $highest in "" | *[!0-9]* | ????????????????*) answer spoiled ;; esac
}

lock_fence() {
  command exec 8>>"fences/$key.lock" || refuse_folder fences
  "$flock" -w 10 8 || answer refused cannot lock "$PWD/fences"
}

pass_fence() {
  read_fence
  [ "$token" -eq "$highest" ] && [ -e "fences/$key" ] && return
  lock_fence
  read_fence
  [ "$token" -ge "$highest" ] || answer fenced "$highest"
  if [ "$token" -gt "$highest" ]; then
    echo "$token" >"fences/$key.new" || refuse_folder fences
    sync "fences/$key.new"
    mv "fences/$key.new" "fences/$key"
  fi
  exec 8>&-
}

settle() {
  kind=exited limit=$seconds
  for reason in timed-out cancelled orphaned; do
    [ ! -e "$run/ending.$reason" ] || kind=$reason
  done
  [ ! -h "$run/ending" ] || kind=$(readlink "$run/ending")
  [ "$kind" = exited ] && [ -e "$run/unstarted" ] && kind=unstarted
  [ "$kind" = exited ] && [ "$1" != 0 ] && [ -e "$run/unchanged" ] && kind=unchanged
  if [ "$kind" != exited ] && [ "$kind" != unchanged ]; then
    { read -r group <"$run/group"; } 2>/dev/null && wait_for_group $((grace + 5))
  fi
  size_of_log
  punch_log || say_unbounded
  # In place: there it has its room.
  echo "$kind $1 $limit $size" 1<>"$run/rc.tmp" || exit
  sync "$run/log" "$run/rc.tmp"
  mv "$run/rc.tmp" "$run/rc"
}

# Looks at the log once a second until the run ends.
bound_log() {
  bounded=0
  while
    LC_ALL=C "$flock" -E 9 -w 1 -s 7 7<"$lock"
    [ $? = 9 ]
  do
    size_of_log
    [ "$size" = "$bounded" ] || punch_log
    bounded=$size
  done
}

# Frees the disk between the first and the last bytes of a long log. All that is left stays at its offset.
punch_log() {
  [ "$size" -le "$most" ] ||
    why=$(LC_ALL=C "$fallocate" --punch-hole --offset "$head" --length $((size - most)) "$run/log" 2>&1)
}

say_unbounded() {
  [ -n "$fallocate" ] || why="fallocate (util-linux) is missing"
  why=$(printf '%s\n' "$why" | { IFS= read -r line; printf %.200s "$line"; })
  printf '\n[Slipway: the log of this step is not bounded on this host: %s]\n' "$why" >>"$run/log"
  size_of_log
}

# In a session of its own, with nothing of the runner but the text; the claim's lock is not passed on.
step() {
  about "$1"
  read_text || exit 125
  exec </dev/null
  # Whoever ends the run must find it.
  echo $$ 1<>"$run/group" || exit 125
  { [ -h "$run/ending" ] || [ ! -e "$run/endable" ]; } && exit 143
  base=$PWD
  cd -- "$home" || exit 125
  # Only a shell that was not replaced by the command comes to its own end: then the command was never started.
  trap 'mv "$base/$run/startable" "$base/$run/unstarted" 2>/dev/null' EXIT
  # A restart that is proven (PROVEN_COMPOSE) tells there that it failed and has changed nothing.
  case $text in *proven-restart*) export SLIPWAY_RUN="$base/$run" ;; esac
  eval "$text"
}

# Waits for the end of the run or of its time, whichever comes first.
watch_run() {
  LC_ALL=C "$flock" -E 9 -w "$seconds" -s 7 7<"$lock"
  case $? in
    9) end_run timed-out ;;
    # The lock is free without an outcome: the runner was killed. Nobody watches its step any more.
    0) [ -e "$run/rc" ] || end_run orphaned ;;
  esac
}

# The first reason to end a run counts: a link that names nothing but the reason needs no block of the disk. A step
# that has not named its group yet looks for the reason afterwards.
end_run() {
  ln -s "$1" "$run/ending" || mv "$run/endable" "$run/ending.$1"
  { read -r group <"$run/group"; } 2>/dev/null || return 0
  kill -s TERM -- "-$group"
  wait_for_group "$grace" || kill -s KILL -- "-$group"
}

wait_for_group() {
  tenths=$(($1 * 10))
  while kill -s 0 -- "-$group"; do
    [ "$tenths" -gt 0 ] || return 1
    tenths=$((tenths - 1))
    sleep 0.1
  done 2>/dev/null
}

is_running() {
  [ ! -e "$run/rc" ] && ! "$flock" -n -s 7 7<"$lock"
}

is_count() { case $1 in "" | *[!0-9]* | ????????????????*) return 1 ;; esac; }

tell_end() {
  kind= code= limit= size=
  if ! { read -r kind code limit size <"$run/rc"; } 2>/dev/null; then
    kind=dead
  fi
  # What makes no sense tells nothing: it was written to a disk that is full or broken.
  case $kind in exited | unstarted | unchanged | timed-out | cancelled) ;; *) kind=dead ;; esac
  case $limit in "" | *[!0-9.]* | ????????????????*) kind=dead ;; esac
  { is_count "$code" && is_count "$size"; } || kind=dead
  [ "$kind" != dead ] || { code=- limit=-; size_of_log; }
  # Slipway waits for no output that was cleaned away.
  [ -e "$run/log" ] || size=0
  say end "$kind" "$code" "$limit" "$size"
}

# With "quiet" the end is waited for, and no output is sent before it.
follow() {
  offset=$2 quiet=$3
  about "$1"
  if [ -d "$run" ]; then
    say exists
    follow_log
  else
    say absent
  fi
}

# Ends with the run, or as soon as Slipway has all of it, or when the link is gone: standard input tells which.
follow_log() {
  printf '%s\n' "$tag"
  if [ -e "$run/rc" ]; then
    tell_end
    [ ! -e "$run/log" ] || "$tail" -c "+$((offset + 1))" "$run/log"
    return
  fi
  exec 3<&0
  [ -e "$run/log" ] || : >>"$run/log"
  printer=
  if [ "$quiet" != quiet ]; then
    "$tail" -c "+$((offset + 1))" -f "$run/log" 2>/dev/null 3<&- &
    printer=$!
  fi
  "$flock" -s 7 7<"$lock" >/dev/null 2>&1 3<&- &
  waiter=$!
  { read -r line <&3; kill $printer "$waiter"; } >/dev/null 2>&1 &
  reader=$!
  if ! wait "$waiter"; then
    kill $printer 2>/dev/null
    return
  fi
  kill "$reader"
  tell_end
  read -r line
  [ -z "$printer" ] || kill "$printer"
}

status() {
  about "$1"
  if [ ! -d "$run" ]; then
    say absent
  elif is_running; then
    size_of_log
    say running "$size"
  else
    tell_end
  fi
}

# Waits for the end that it brings about; the end comes all the same where the link does not last so long.
cancel() {
  about "$1"
  if [ ! -d "$run" ]; then
    say absent
    return
  fi
  if is_running; then
    "$setsid" -f sh "$0" "$home" "$tag" end "$1" "$2" </dev/null >/dev/null 2>&1
    "$flock" -s 7 7<"$lock"
  fi
  tell_end
}

end() {
  about "$1"
  grace=$2
  end_run cancelled
}

fence() {
  key=$1 token=$2
  said=$(pass_fence; echo raised)
  say "$said"
}

# The outcome stays, so that the run cannot be claimed again.
clean() {
  about "$1"
  if [ ! -d "$run" ]; then say absent
  elif is_running; then say running 0
  else
    forget_output
    say cleaned
  fi
}

forget_output() { rm -f "$run/log" "$run/pid" "$run/group" "$run/endable"; }

# Keeps the output of the newest runs, so many and so many bytes of it, and the outcome of each until it is old. What
# runs is left alone.
sweep() {
  keep=$1 room=$3
  touch -d "@$(($(date +%s) - $2))" .oldest
  for name in $(ls -t runs); do
    about "$name"
    if is_old "$run/rc" || { [ ! -e "$run/rc" ] && is_old "$run" && ! is_running; }; then
      rm -rf "$run" "$lock"
    elif [ -e "$run/rc" ] && [ -e "$run/log" ]; then
      size_of_log
      disk_of_log
      keep=$((keep - 1)) room=$((room - disk))
      [ "$keep" -ge 0 ] && [ "$room" -ge 0 ] || forget_output
    fi
  done
  # Of runs that were never claimed.
  for name in $(ls locks); do
    about "$name"
    [ -d "$run" ] || ! is_old "$lock" || rm -f "$lock"
  done
  for name in $(ls new 2>/dev/null); do
    ! is_old "new/$name" || rm -rf "new/$name"
  done
  for name in $(ls bin); do
    [ "bin/$name" = "$0" ] || ! is_old "bin/$name" || rm -f "bin/$name"
  done
  say swept
}

# What the log takes of the disk: less than its size where it has a hole.
disk_of_log() {
  disk=$(LC_ALL=C ls -sk "$run/log" 2>/dev/null | { read -r blocks name; echo "$blocks"; })
  is_count "$disk" && disk=$((disk * 1024)) && [ "$disk" -lt "$size" ] || disk=$size
}

is_old() { [ -e "$1" ] && [ "$1" -ot .oldest ]; }

"$verb" "$@"
`;

/** The text of the runner that is put on each host. */
export const RUNNER_SCRIPT = Buffer.from(SOURCE.trimStart());

/** SHA-256 of the runner, in hexadecimal: its name on the host, so that versions lie side by side. */
export const RUNNER_CHECKSUM = createHash("sha256").update(RUNNER_SCRIPT).digest("hex");
