/**
 * The shell that runs on hosts: constant texts of ours, POSIX sh with git and coreutils. What varies comes
 * in as arguments, never into the text.
 */

/**
 * `$1` directory, `$2` free disk space wanted in MiB, `$3` `recursive` where submodules are moved with the checkout. Says
 * what is wrong and how to fix it; changes nothing. A submodule at another commit is no change that would be lost: a
 * move that was interrupted leaves it so, and the next one moves it; nor is one whose clone was interrupted, which has a
 * HEAD and no index. A lock of git's may be that of a process that is
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
    [ -e "$(git rev-parse --git-path index)" ] || exit 0
    git status --porcelain --untracked-files=no --ignore-submodules=all | sed "s|^|$displaypath: |"
  ') || fail "git cannot list the submodules of $1. Repair them in the repository (each needs a path and a url in .gitmodules), or write 'submodules: none' in the configuration: then a deployment leaves them alone."
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
 * `$1` directory, `$2` `recursive` where the submodules move, too; the rest is the command that moves the checkout.
 *
 * A submodule that is initialised in this checkout moves. One that is not, although the commit before had it, was left
 * out on purpose and stays so, as does one with `update = none`. One that is new is cloned, unless the commit before had
 * submodules and every one was left out. The same holds for submodules within submodules. Each level is synced only
 * after the one around it has moved, which knows its addresses. What succeeds is the commit's own: the ways of
 * `update = merge` and `rebase` are not taken, and the HEAD of each is compared.
 */
export const MOVE_CHECKOUT = `
directory=$1 submodules=$2
shift 2
unset CDPATH
git() { command git -c submodule.recurse=false -c fetch.recurseSubmodules=false "$@"; }
# The commit that is checked out in $1; nothing where there is none yet, or where a clone was interrupted.
commit_of() (
  cd "$1" 2>/dev/null && [ -e .git ] && [ -e "$(git rev-parse --git-path index)" ] && git rev-parse --verify --quiet HEAD
)
paths_in() { git config "$@" --name-only --get-regexp '^submodule\\..*\\.path$'; }
initialised() {
  git config --local --get "submodule.$1.url" >/dev/null &&
    [ "$(git config --local --type=bool --get "submodule.$1.active")" != false ]
}
way_of() { git config --get "submodule.$1.update" || git config --file .gitmodules --get "submodule.$1.update"; }
# $1 a checkout, $2 the commit that it was at, $3 what stands before the names of its submodules
move() (
  cd "$1" || exit
  [ -f .gitmodules ] || exit 0
  keys=$(paths_in --file .gitmodules) || { [ $? = 1 ]; exit; }
  known=
  [ -z "$2" ] || known=$(paths_in --blob "$2:.gitmodules" 2>/dev/null)
  adds=no
  [ -n "$known" ] && ! git config --local --get-regexp '^submodule\\..*\\.url$' >/dev/null || adds=yes
  set -f
  IFS='
'
  for key in $keys; do
    name=\${key#submodule.}
    name=\${name%.path}
    path=$(git config --file .gitmodules --get "$key") || exit
    entry=$(git ls-files --stage -- "$path") || exit
    case $entry in "160000 "*) ;; *) continue ;; esac
    if [ "$(way_of "$name")" = none ]; then
      echo "The submodule $3$path has update = none: it is left alone."
      continue
    fi
    if ! initialised "$name" && { [ $adds = no ] || printf '%s\\n' "$known" | grep -Fqxe "$key"; }; then
      echo "The submodule $3$path is not initialised in this checkout: it is left alone."
      continue
    fi
    was=$(commit_of "$path")
    git submodule --quiet sync -- "$path" || exit
    git submodule update --init --checkout --force -- "$path" || exit
    wanted=\${entry#160000 }
    wanted=\${wanted%% *}
    if [ "$(commit_of "$path")" != "$wanted" ]; then
      echo "The submodule $3$path is not at $wanted, the commit that the release wants." >&2
      exit 1
    fi
    move "$path" "$was" "$3$path/" || exit
  done
)
before=$(commit_of "$directory")
"$@" || exit
[ "$submodules" = recursive ] || exit 0
# The name of a submodule's folder is no pattern.
GIT_LITERAL_PATHSPECS=1
export GIT_LITERAL_PATHSPECS
move "$directory" "$before" "" || {
  echo "The submodules of $directory did not move with it (the reason is above). Give this host access to their repositories, or write 'submodules: none' in the configuration: then a deployment leaves them alone." >&2
  exit 1
}
`;
