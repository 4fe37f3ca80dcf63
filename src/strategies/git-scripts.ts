/**
 * The shell that runs on hosts: constant texts of ours, POSIX sh with git and coreutils. What varies comes
 * in as arguments, never into the text.
 */

/**
 * `$1` directory, `$2` free disk space wanted in MiB, `$3` `recursive` where submodules are moved with the checkout. Says
 * what is wrong and how to fix it; changes nothing. A submodule at another commit is no change that would be lost: a
 * move that was interrupted leaves it so, and the next one moves it. A lock of git's may be that of a process that is
 * about to end; one that stays is named and never removed.
 */
export const CHECK_HOST = `
fail() { printf '%s\\n' "$1" >&2; exit 1; }
command -v git >/dev/null 2>&1 || fail "git is not installed on this host."
[ -d "$1" ] || fail "The directory $1 does not exist on this host: clone the repository there first."
top=$(git -C "$1" rev-parse --show-toplevel) || fail "$1 is not a git checkout that $(id -un) may use."
[ "$top" = "$(cd "$1" && pwd -P)" ] || fail "$1 is not the top of its checkout; that is $top."
head=$(git -C "$1" rev-parse --verify --quiet HEAD) || fail "The checkout $1 has no commit."
folder=$(git -C "$1" rev-parse --absolute-git-dir) || fail "git does not find its folder in $1."
locks() {
  for name in index HEAD config packed-refs shallow refs/slipway/rollback-point; do
    [ ! -e "$folder/$name.lock" ] || printf '%s\n' "$folder/$name.lock"
  done
  [ ! -d "$folder/modules" ] || find "$folder/modules" -name objects -prune -o -name index.lock -print
}
locked=$(locks)
[ -z "$locked" ] || { sleep 2; locked=$(locks); }
if [ -n "$locked" ]; then
  printf '%s\n' "$locked" >&2
  fail "git has locked the checkout $1 (the file above): another git works there, or one was killed. When none runs any more (ps -ef | grep git), remove the file and deploy again."
fi
# Its own index would be refreshed, for which git takes a lock.
GIT_OPTIONAL_LOCKS=0
export GIT_OPTIONAL_LOCKS
changes=$(git -C "$1" status --porcelain --untracked-files=no --ignore-submodules=all) || fail "git status failed in $1."
if [ "$3" = recursive ] && [ -f "$1/.gitmodules" ]; then
  inside=$(git -C "$1" submodule --quiet foreach --recursive '
    git status --porcelain --untracked-files=no --ignore-submodules=all | sed "s|^|$displaypath: |"
  ') || fail "git cannot list the submodules of $1."
  changes="$changes$inside"
fi
if [ -n "$changes" ]; then
  printf '%s\\n' "$changes" >&2
  fail "The checkout $1 has changes that are not committed (above): a deployment would lose them."
fi
free=$(df -Pk "$1" | awk 'NR == 2 { print int($4 / 1024) }')
[ "$free" -ge "$2" ] || fail "Only $free MiB are free under $1; $2 MiB are wanted."
echo "git $(git --version | cut -d ' ' -f 3), clean checkout, $free MiB free"
echo "HEAD is $head"
`;

/**
 * `$1` directory, `$2` the commit that runs, or an empty word. Keeps that commit under a ref, safe from git's clean-up.
 * Without one, and where the checkout does not have it, the rollback point stays as it was.
 */
export const SAVE_ROLLBACK_POINT = `
stays() { echo "$1: the rollback point stays as it was."; exit 0; }
[ -n "$2" ] || stays "It is not known what runs here"
git -C "$1" cat-file -e "$2^{commit}" 2>/dev/null || stays "The checkout does not have the commit $2"
git -C "$1" update-ref refs/slipway/rollback-point "$2" || exit 1
echo "rollback point: $2"
`;

/**
 * `$1` directory, `$2` `recursive` where the submodules move, too; the rest is the command that moves the checkout. New
 * submodules are cloned, and each takes the address that the commit says.
 */
export const MOVE_CHECKOUT = `
directory=$1 submodules=$2
shift 2
"$@" || exit
[ "$submodules" = recursive ] && [ -f "$directory/.gitmodules" ] || exit 0
git -C "$directory" submodule --quiet sync --recursive &&
  git -C "$directory" submodule update --init --recursive --force
`;
