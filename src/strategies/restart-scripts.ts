/**
 * Runs a restart and looks at the containers of its Compose project before and after. It fails only on evidence: what
 * cannot be found out proves nothing and fails nothing. Where it fails and every container is the same as before, in the
 * same state since the same start, it leaves a mark for the runner: what ran before still runs.
 *
 * `$1` is `restart` where each container must have been started again, else `up`; `$2` the services that count (empty:
 * all); `$3` how many words the call of Compose has. Then these words (`compose` alone stands for the version that is
 * there), and then the command.
 */
export const PROVEN_COMPOSE = `
set -f
asked=$1 services=$2 count=$3 mark=\${SLIPWAY_RUN:-}
shift 3
unset SLIPWAY_RUN

unproven() { echo "proof: none, because $1"; exit 0; }
bad=0
complain() { echo "$1" >&2; bad=1; }

# Asks Compose. $1: the question, without spaces in its words; then all words.
ask() {
  question=$1 place=0
  shift
  for word; do
    place=$((place + 1))
    [ "$place" -gt "$count" ] || set -- "$@" "$word"
    shift
  done
  if [ "$1" = compose ]; then
    shift
    if docker compose version >/dev/null 2>&1; then set -- docker compose "$@"; else set -- docker-compose "$@"; fi
  fi
  "$@" $question </dev/null
}

# A line for each container: service, id, name, status, start, exit code, policy, hash of its configuration.
list() {
  ids=$(ask 'ps --quiet --all' "$@" 2>/dev/null) || ids=$(ask 'ps --quiet' "$@" 2>/dev/null) || return
  [ -n "$ids" ] || return 0
  docker inspect --format '{{with .Config.Labels}}{{if ne (index . "com.docker.compose.oneoff") "True"}}{{index . "com.docker.compose.service"}} {{$.Id}} {{$.Name}} {{$.State.Status}} {{$.State.StartedAt}} {{$.State.ExitCode}} policy:{{$.HostConfig.RestartPolicy.Name}} {{index . "com.docker.compose.config-hash"}}{{end}}{{end}}' $ids 2>/dev/null
}

run() { shift "$count"; "$@"; }

# A container fails the proof where it was started and ended badly for good; health checks judge the others.
check_state() {
  case $status:$exited:$policy in
    running:* | restarting:* | exited:0:*) ;;
    exited:*:policy:always | exited:*:policy:unless-stopped | exited:*:policy:on-failure) ;;
    exited:*) complain "Service $service does not run: its container ended with exit code $exited." ;;
    *) complain "Service $service does not run: its container is \\"$status\\"." ;;
  esac
}

check_start() {
  case $before in *" $id $name running $started "*) complain "Service $service was not restarted." ;; esac
}

# Whether a container has the configuration and the image that Compose would give it now. v2 answers by a dry run, v1
# by the hash that it compares itself.
check_configuration() {
  case $answers in
    *"hash: $service $hash"*) ;;
    *"hash: $service "* | *"Container \${name#/}  Recreate"* | *"Container \${name#/} Recreate"*)
      complain "Service $service still runs with the previous configuration: use up -d." ;;
  esac
}

answers() {
  case $(ask 'version --short' "$@") in
    1.*) ask 'config --hash=*' "$@" | sed 's/^/hash: /' ;;
    *) ask "--dry-run create --no-build --pull never $services" "$@" 2>&1 || : ;;
  esac
}

# $1: the exit code. Needs no room on a disk that is full.
fail() {
  [ -z "$mark" ] || [ "$listed" = no ] || [ "$before" != "$after" ] ||
    mv "$mark/startable" "$mark/unchanged" 2>/dev/null
  exit "$1"
}

listed=yes
before=$(list "$@") || before= listed=no
run "$@" || {
  code=$?
  after=$(list "$@") || listed=no
  fail "$code"
}
after=$(list "$@") || unproven "the containers cannot be listed"
[ -n "$services" ] || services=$(ask 'config --services' "$@" 2>/dev/null) || unproven "Compose does not read its configuration"
services=$(echo $services)
answers=
[ "$asked" = up ] || answers=$(answers "$@" 2>/dev/null)

found=0 same=0 seen=' '
while read -r service id name status started exited policy hash; do
  case " $services " in *" $service "*) ;; *) continue ;; esac
  found=$((found + 1)) seen="$seen$service "
  check_state
  [ "$asked" = up ] || { check_start; check_configuration; }
  case $before in *" $id $name $status $started "*) same=$((same + 1)) ;; esac
done <<END
$after
END

if [ "$found" = 0 ]; then
  complain "No container of the project exists (services: $services): start it with up -d."
  answers=
fi
for service in $services; do
  case "$seen:$answers" in
    *" $service "*:*) ;;
    *"Container "*"-$service-"*" Creat"*) complain "Service $service has no container: use up -d." ;;
  esac
done
[ "$bad" = 0 ] || fail 1
if [ "$same" = "$found" ]
then echo "proof: all containers ($found) were up to date already; none was started again"
else echo "proof: all containers ($found) are up to date; started again: $((found - same))"
fi
`;

/**
 * Runs a restart and fails where the output of another command stays the same. `$1` is how many words that command
 * has; then these words, and then the restart.
 */
export const PROVEN_CHANGE = `
count=$1
shift
prove() {
  place=0
  for word; do
    place=$((place + 1))
    [ "$place" -gt "$count" ] || set -- "$@" "$word"
    shift
  done
  "$@" 2>&1 </dev/null
}
run() { shift "$count"; "$@"; }
before=$(prove "$@")
run "$@" || exit "$?"
after=$(prove "$@") || {
  printf '%s\\nThe command that proves the restart failed with exit code %s.\\n' "$after" "$?" >&2
  exit 1
}
[ "$before" != "$after" ] || {
  printf '%s\\nThe command that proves the restart prints the same as before: nothing was restarted.\\n' "$after" >&2
  exit 1
}
echo 'proof: the output changed'
`;
