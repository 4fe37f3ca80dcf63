/**
 * The shell that runs on hosts: constant texts of ours, POSIX sh with git and coreutils. What varies comes
 * in as arguments, never into the text.
 */

/** `$1` directory, `$2` free disk space wanted in MiB. Says what is wrong and how to mend it; changes nothing. */
export const CHECK_HOST = `
fail() { printf '%s\\n' "$1" >&2; exit 1; }
command -v git >/dev/null 2>&1 || fail "git is not installed on this host."
[ -d "$1" ] || fail "The directory $1 does not exist on this host: clone the repository there first."
top=$(git -C "$1" rev-parse --show-toplevel) || fail "$1 is not a git checkout that $(id -un) may use."
[ "$top" = "$(cd "$1" && pwd -P)" ] || fail "$1 is not the top of its checkout; that is $top."
head=$(git -C "$1" rev-parse --verify --quiet HEAD) || fail "The checkout $1 has no commit."
changes=$(git -C "$1" status --porcelain --untracked-files=no) || fail "git status failed in $1."
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
