# What the scripts need on this machine: sourced by scripts/test, demo, bench and faults.
#
#   need PACKAGE WHY     remember a Debian package that is wanted (nothing happens yet)
#   install_needed       install what is missing of them; nothing when all is there
#   ensure_node          stop unless node is of a version that works
#   ensure_node_becomes_users   stop where root's node cannot become another user
#   ensure_modules       node_modules as package-lock.json says, better-sqlite3 loadable
#   ensure_built         dist/ as the source says
#
# Says what it does and why, on stderr. Starts no service and leaves no database cluster behind.

ensure_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
NODE_OLDEST=20.19.0
# better-sqlite3 12, built with its headers or newer ones, aborts when it collects garbage (nodejs/node#65446).
NODE_BROKEN_FROM=24.19.0
NODE_ADVISED=22
needed_packages=()

say() { printf '%s\n' "$*" >&2; }

give_up() {
  say "error: $*"
  exit 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    give_up "this needs root, and there is no sudo here. As root, run: $*"
  fi
}

is_installed() {
  [ "$(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

need() {
  is_installed "$1" && return 0
  say "missing: Debian package $1 ($2)"
  needed_packages+=("$1")
}

install_needed() {
  [ "${#needed_packages[@]}" = 0 ] && return 0
  command -v apt-get >/dev/null ||
    give_up "no apt-get here. Install by the means of this system: ${needed_packages[*]}"
  local log undo=()
  log=$(mktemp)
  say "installing: ${needed_packages[*]}"
  as_root apt-get update -q >"$log" 2>&1 || say "apt-get update complained; trying with the lists there are"
  # Installed to be used as programs in temporary folders: nothing may start as a service or make a cluster.
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null
    as_root chmod 755 /usr/sbin/policy-rc.d
    undo+=("rm -f /usr/sbin/policy-rc.d")
  fi
  local ok=1
  if [[ " ${needed_packages[*]} " == *" postgresql "* ]]; then
    local conf=/etc/postgresql-common/createcluster.conf
    apt_install "$log" postgresql-common || ok=0
    if [ "$ok" = 1 ] && [ -e "$conf" ] && ! compgen -G '/etc/postgresql/*/*' >/dev/null; then
      as_root cp -p "$conf" "$conf.before-backproof"
      as_root sed -i '/create_main_cluster/d; $a create_main_cluster = false' "$conf"
      undo+=("mv -f $conf.before-backproof $conf")
    fi
  fi
  [ "$ok" = 1 ] && { apt_install "$log" "${needed_packages[@]}" || ok=0; }
  if [ -d /run/systemd/system ]; then
    local service
    for service in openssh-server:ssh mariadb-server:mariadb; do
      [[ " ${needed_packages[*]} " == *" ${service%:*} "* ]] || continue
      as_root systemctl disable --quiet "${service#*:}.service" >/dev/null 2>&1 || true
    done
  fi
  local command
  for command in "${undo[@]}"; do as_root $command; done
  if [ "$ok" = 0 ]; then
    tail -n 20 "$log" >&2
    give_up "apt-get could not install ${needed_packages[*]}; its last words are above, all of them in $log"
  fi
  rm -f "$log"
  needed_packages=()
}

apt_install() {
  local log=$1
  shift
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=300 "$@" >>"$log" 2>&1 </dev/null
}

# OLDEST VERSION
is_at_least() {
  [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

ensure_node() {
  command -v node >/dev/null || give_up "node is missing. Install Node.js $NODE_OLDEST or newer, with npm"
  command -v npm >/dev/null || give_up "npm is missing. It comes with Node.js; on Debian also as the package npm"
  local is
  is=$(node --version)
  is_at_least "$NODE_OLDEST" "${is#v}" ||
    give_up "node is $is, but at least $NODE_OLDEST is needed. Install Node.js $NODE_ADVISED, from nodejs.org or NodeSource"
  ! is_at_least "$NODE_BROKEN_FROM" "${is#v}" ||
    give_up "node is $is, and better-sqlite3 aborts on it. Install Node.js $NODE_ADVISED, from nodejs.org or NodeSource"
}

# The agent's commands become its user, and the dump of crontabs becomes each user in turn.
ensure_node_becomes_users() {
  node -e 'process.setgroups(process.getgroups())' 2>/dev/null ||
    give_up "this node does not let root become another user (Debian 13's own package: CVE-2024-22017), which keys and crontabs need. Install Node.js $NODE_ADVISED, from nodejs.org or NodeSource"
}

ensure_modules() {
  local lock
  mkdir -p "$ensure_top/.build"
  # Two scripts started at once must not take node_modules away from under each other.
  exec {lock}>"$ensure_top/.build/modules.lock"
  flock "$lock"
  if ! node "$ensure_top/scripts/lib/modules-current.mjs" "$ensure_top"; then
    say "installing node_modules as package-lock.json says (npm ci)"
    # Without install scripts: the only one that matters is better-sqlite3's, and it is run and checked below.
    (cd "$ensure_top" && npm ci --ignore-scripts --loglevel=error >&2) ||
      give_up "npm ci failed; its reason is above"
  fi
  sqlite_loads || build_sqlite
  exec {lock}>&-
}

sqlite_loads() {
  # Through a command substitution, so that the shell says nothing when it crashes.
  [ "$(cd "$ensure_top" && node -e 'new (require("better-sqlite3"))(":memory:").close(); console.log("loads")' 2>/dev/null)" = loads ]
}

# A prebuilt binary is downloaded where that is possible, else it is compiled.
build_sqlite() {
  local log headers
  log=$(mktemp)
  say "getting better-sqlite3's binary (compiling it takes about two minutes, if there is none to download)"
  headers=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
  if [ -e "$headers/include/node/node.h" ]; then export npm_config_nodedir=$headers; fi
  rebuild_sqlite >"$log" 2>&1 || {
    need python3 "compiles better-sqlite3: node-gyp is written for it"
    need make "compiles better-sqlite3"
    need g++ "compiles better-sqlite3"
    [ "${#needed_packages[@]}" -gt 0 ] && install_needed && rebuild_sqlite >"$log" 2>&1
  } || {
    tail -n 20 "$log" >&2
    give_up "better-sqlite3 could not be built; the last words are above, all of them in $log"
  }
  rm -f "$log"
}

rebuild_sqlite() {
  (cd "$ensure_top" && JOBS=max npm rebuild better-sqlite3 --foreground-scripts </dev/null) && sqlite_loads
}

ensure_built() {
  local dist=$ensure_top/dist lock
  mkdir -p "$ensure_top/.build"
  exec {lock}>"$ensure_top/.build/dist.lock"
  flock "$lock"
  if [ ! -e "$dist/agent.js" ] || [ ! -e "$dist/collector.js" ] || [ -n "$(newer_than_dist)" ]; then
    say "building dist/"
    (cd "$ensure_top" && ./scripts/build >&2) || give_up "scripts/build failed; its reason is above"
  fi
  exec {lock}>&-
}

newer_than_dist() {
  cd "$ensure_top" && find agent collector proto scripts/build package-lock.json \
    -newer dist/agent.js -type f -print -quit
}
