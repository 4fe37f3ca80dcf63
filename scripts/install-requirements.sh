#!/bin/sh
# Makes sure that the programs are there which the demo and the tests run: Redis, OpenSSH and git.
set -eu

# Debian keeps daemons out of an ordinary user's PATH.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

policy=/usr/sbin/policy-rc.d
policy_backup=$policy.slipway-backup
own_policy=

usage() {
  cat <<'TEXT'
Usage: scripts/install-requirements.sh [--browser]

Looks for redis-server (or valkey-server), sshd, ssh, ssh-keygen and git. What is missing is installed with
apt-get as root, or through sudo where that asks for no password; its services are not started. Anywhere else
the missing programs are named with the command that installs them.

  --browser   also Chromium and a font with emoji, for the browser test
  --help      show this text

Exit codes: 0 all there, 1 something is missing, 2 wrong option.
TEXT
}

say() {
  echo "requirements: $*"
}

has() {
  for program; do
    if command -v "$program" >/dev/null 2>&1; then
      return 0
    fi
  done
  return 1
}

# Whether some font draws U+1F680; without one, pictures of messages are full of boxes.
has_emoji() {
  has fc-list && [ -n "$(fc-list :charset=1f680 file)" ]
}

# Prints the missing programs, one per line, with the package that holds each in Debian.
list_missing() {
  has redis-server valkey-server || echo "redis-server redis-server"
  has sshd || echo "sshd openssh-server"
  has ssh || echo "ssh openssh-client"
  has ssh-keygen || echo "ssh-keygen openssh-client"
  has git || echo "git git"
  if [ "$browser" = yes ]; then
    has chromium chromium-browser google-chrome || echo "chromium chromium"
    has_emoji || echo "emoji fonts-noto-color-emoji"
  fi
}

column() {
  echo "$missing" | cut -d ' ' -f "$1" | sort -u | tr '\n' ' ' | sed 's/ $//'
}

# Names for a package manager that this script does not drive itself.
packages_elsewhere() {
  echo "$packages" | sed "s/redis-server/$1/; s/openssh-client/$2/; s/openssh-server/$3/" |
    tr ' ' '\n' | sort -u | tr '\n' ' ' | sed 's/ $//'
}

install_command() {
  if has apt-get; then
    echo "sudo apt-get update && sudo apt-get install -y $packages"
  elif has dnf; then
    echo "sudo dnf install -y $(packages_elsewhere redis openssh-clients openssh-server)"
  elif has pacman; then
    echo "sudo pacman -S --needed $(packages_elsewhere redis openssh openssh)"
  elif has apk; then
    echo "sudo apk add $(packages_elsewhere redis openssh-client openssh-server)"
  fi
}

give_up() {
  say "missing: $(column 1)" >&2
  how=$(install_command)
  if [ -n "$how" ]; then
    say "install with: $how" >&2
  else
    say "install them with this system's package manager (in Debian: $packages)" >&2
  fi
  exit 1
}

# How to become root without being asked anything; fails where that cannot be done.
find_root() {
  if [ "$(id -u)" = 0 ]; then
    as_root=
  elif has sudo && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
  else
    return 1
  fi
}

# Debian starts a daemon when its package is installed, unless this file answers 101. The demo starts its own.
forbid_services() {
  # A copy that is there already was left by a run that was killed, and is the machine's own file.
  if [ -e "$policy" ] && [ ! -e "$policy_backup" ]; then
    $as_root cp -p "$policy" "$policy_backup"
  fi
  own_policy=yes
  printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
  $as_root chmod 755 "$policy"
}

allow_services() {
  [ -n "$own_policy" ] || return 0
  own_policy=
  if [ -e "$policy_backup" ]; then
    $as_root mv "$policy_backup" "$policy"
  else
    $as_root rm -f "$policy"
  fi
}

apt_get() {
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@"
}

install_missing() {
  trap allow_services EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  say "installing $packages with apt-get; this takes a minute or so"
  say "1 of 2: apt-get update"
  apt_get update || give_up
  say "2 of 2: apt-get install"
  forbid_services
  # The names are split on purpose.
  # shellcheck disable=SC2086
  apt_get install -y --no-install-recommends $packages || give_up
  allow_services
}

note_boot() {
  if [ -d /run/systemd/system ]; then
    say "nothing was started, but systemd starts installed services at the next boot;" \
      "'systemctl disable redis-server ssh' prevents that"
  fi
}

browser=no
for option; do
  case $option in
    --browser) browser=yes ;;
    --help | -h)
      usage
      exit 0
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
done

missing=$(list_missing)
if [ -z "$missing" ]; then
  say "all there"
  exit 0
fi

packages=$(column 2)
if ! has apt-get || ! find_root; then
  give_up
fi
install_missing
missing=$(list_missing)
if [ -n "$missing" ]; then
  packages=$(column 2)
  give_up
fi
say "all there now"
note_boot
