/**
 * The first process of the daemon's own process and mount namespace: where it ends, containers and mounts end with it.
 * What Docker keeps below `/run` stays in there, too, and a Docker that the machine runs itself is out of its sight.
 * As the first process it also reaps what the daemon leaves to it.
 * Arguments: the command of the daemon.
 */
export const FIRST_PROCESS = `set -eu
mount -t tmpfs tmpfs /run
"$@" &
wait "$!"
`;

/**
 * Outlives the process that started the daemon, for what the kernel does not clear away by itself: the folder, and the
 * groups of containers. Its standard input ends with that process, however that ended.
 * Arguments: the folder, the name of the groups.
 */
export const CLEANER = `set -u
cat >/dev/null
tries=0
while groups=$(find /sys/fs/cgroup -depth -type d -path "*/$2*" 2>/dev/null); [ -n "$groups" ]; do
  [ "$tries" -lt 200 ] || break
  tries=$((tries + 1))
  # A paused container cannot even be killed.
  find $groups -name freezer.state -exec sh -c 'echo THAWED >"$1"' thaw {} \\; 2>/dev/null
  # The processes of a group may be ending just now.
  rmdir $groups 2>/dev/null || sleep 0.05
done
rm -rf "$1"
`;
