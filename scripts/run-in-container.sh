#!/bin/sh
# Runs Slipway as a container's main program. Docker restarts a container that ended after 100 ms at first and after a
# minute at most; Discord takes 1,000 sign-ins a day and then resets the bot's token. So a start that failed early
# waits here until 90 s after it began, and only then lets Docker start the next one.
set -u

between_starts=90
began=$(date +%s)
child=
stopping=

trap 'stopping=yes; [ -z "$child" ] || kill -s TERM "$child" 2>/dev/null' TERM INT

# A signal ends `wait` before the child has ended, so it waits until the child has.
run() {
  "$@" &
  child=$!
  while :; do
    wait "$child"
    code=$?
    kill -0 "$child" 2>/dev/null || break
  done
}

run node dist/src/main.js "$@"

left=$((began + between_starts - $(date +%s)))
if [ "${1-}" = start ] && [ "$code" != 0 ] && [ -z "$stopping" ] && [ "$left" -gt 0 ]; then
  echo "slipway ended with code $code; the container ends in $left s, so that restarts stay within Discord's daily limit" >&2
  failed=$code
  run sleep "$left"
  exit "$failed"
fi
exit "$code"
