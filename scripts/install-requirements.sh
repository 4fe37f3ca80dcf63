#!/bin/sh
# Makes sure that the programs are there which the demo and the tests run: Redis, OpenSSH and git, and what some tests want.
set -eu

# Debian keeps daemons out of an ordinary user's PATH.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

policy=/usr/sbin/policy-rc.d
policy_backup=$policy.slipway-backup
own_policy=
downloads=

usage() {
  cat <<'TEXT'
Usage: scripts/install-requirements.sh [--browser] [--shells] [--docker]

Looks for redis-server (or valkey-server), sshd, ssh, ssh-keygen and git. What is missing is installed with
apt-get as root, or through sudo where that asks for no password; its services are not started. Anywhere else
the missing programs are named with the command that installs them.

  --browser   also Chromium and a font with emoji, for the browser test
  --shells    also tcsh, fish and zsh, for the tests of login shells
  --docker    also Docker, Compose v1 and v2 and a static busybox, for the tests against a real Docker. Where
              Debian has no v2, its one file comes from the next release into /usr/local.
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
  if [ "$shells" = yes ]; then
    has tcsh || echo "tcsh tcsh"
    has fish || echo "fish fish"
    has zsh || echo "zsh zsh"
  fi
  if [ "$docker" = yes ]; then
    has dockerd || echo "dockerd docker.io"
    has docker || echo "docker docker.io"
    has_compose_v1 || echo "docker-compose-1 docker-compose"
    has_static_busybox || echo "busybox busybox-static"
  fi
}

has_compose_v1() {
  case $(docker-compose version --short 2>/dev/null) in
    1.*) ;;
    *) return 1 ;;
  esac
}

has_compose_v2() {
  docker compose version >/dev/null 2>&1
}

needs_compose_v2() {
  [ "$docker" = yes ] && ! has_compose_v2
}

# In an image there is nothing but this one file.
has_static_busybox() {
  has busybox && ! ldd "$(command -v busybox)" >/dev/null 2>&1
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

clean_up() {
  allow_services
  [ -z "$downloads" ] || $as_root rm -rf "$downloads"
}

clean_up_at_the_end() {
  trap clean_up EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

install_missing() {
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

# Debian 12 has no Compose v2, and the package of the next release would take the place of v1. So only its file is
# taken, as a plugin of docker. apt works in a folder of its own: the machine's sources and lists stay as they are.
install_compose_v2() {
  say "fetching Compose v2"
  downloads=$(mktemp -d)
  # apt fetches the lists as a user of its own.
  chmod 755 "$downloads"
  next_release >"$downloads/sources.list"
  if ! [ -s "$downloads/sources.list" ] || ! fetch_compose_v2; then
    give_up_on_compose_v2
  fi
  plugins=/usr/local/lib/docker/cli-plugins
  $as_root install -D -m 755 "$(find "$downloads/files" -type f -path '*/cli-plugins/docker-compose')" \
    "$plugins/docker-compose" || give_up_on_compose_v2
  has_compose_v2 || give_up_on_compose_v2
}

give_up_on_compose_v2() {
  say "missing: Compose v2, as the plugin of docker that answers 'docker compose version'" >&2
  exit 1
}

# The machine's own source of Debian 12, at the same address, for Debian 13.
next_release() {
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  # shellcheck disable=SC2016 # apt-get itself reads these names.
  apt-get indextargets --format '$(CREATED_BY) $(RELEASE) $(COMPONENT) $(REPO_URI)' |
    sed -n "s|^Packages bookworm main |deb [signed-by=$keyring] |p" | sed -n '1s|$| trixie main|p'
}

apt_get_apart() {
  apt_get -o "Dir::Etc::SourceList=$downloads/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o "Dir::State::Lists=$downloads/lists" -o Dir::State::status=/dev/null -o "Dir::Cache=$downloads/cache" \
    -o Acquire::Languages=none "$@"
}

fetch_compose_v2() {
  mkdir -p "$downloads/lists/partial"
  apt_get_apart update &&
    (cd "$downloads" && apt_get_apart -o APT::Sandbox::User=root download docker-compose) &&
    dpkg -x "$downloads"/docker-compose_*.deb "$downloads/files"
}

note_boot() {
  if [ -d /run/systemd/system ]; then
    services="redis-server ssh"
    [ "$docker" = no ] || services="$services docker containerd"
    say "nothing was started, but systemd starts installed services at the next boot;" \
      "'systemctl disable $services' prevents that"
  fi
}

browser=no
shells=no
docker=no
for option; do
  case $option in
    --browser) browser=yes ;;
    --shells) shells=yes ;;
    --docker) docker=yes ;;
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
if [ -z "$missing" ] && ! needs_compose_v2; then
  say "all there"
  exit 0
fi

packages=$(column 2)
if ! has apt-get || ! find_root; then
  [ -n "$missing" ] || give_up_on_compose_v2
  give_up
fi
clean_up_at_the_end
if [ -n "$missing" ]; then
  install_missing
  missing=$(list_missing)
fi
if [ -n "$missing" ]; then
  packages=$(column 2)
  give_up
fi
if needs_compose_v2; then
  install_compose_v2
fi
say "all there now"
note_boot
