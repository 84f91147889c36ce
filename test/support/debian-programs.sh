#!/bin/sh
# usage: debian-programs.sh RELEASE PACKAGES FOLDER
# The files of a Debian release's base system and of PACKAGES (a,b,c) and what they depend on, in FOLDER, which
# appears when it is whole. Packages are unpacked and not configured: their programs run by chroot, and nothing
# is ever started, created or asked for. That takes under a minute, a third of what configuring them takes.
set -eu
release=$1 packages=$2 folder=$3
[ ! -e "$folder" ] || exit 0
making=$(mktemp -d "$folder.making-XXXXXX")
trap 'rm -rf "$making"' EXIT
# --foreign: download, verify, unpack the base system; leave the configuring to somebody else.
debootstrap --foreign --variant=minbase --include="$packages" "$release" "$making" >"$folder.log" 2>&1 ||
  { tail -n 5 "$folder.log" >&2; exit 1; }
for package in "$making"/var/cache/apt/archives/*.deb; do
  # /bin and its like are links here.
  dpkg-deb --fsys-tarfile "$package" | tar --extract --directory="$making" --keep-directory-symlink
done
rm -rf "$making"/var/cache/apt/archives "$making"/debootstrap "$folder.log"
rm -rf "$making"/usr/share/doc "$making"/usr/share/man "$making"/usr/share/locale
# Mount points of what the programs share with this machine.
touch "$making/etc/passwd" "$making/etc/group" "$making/etc/hosts"
# Python keeps what it compiled, while it may still write here.
[ ! -e "$making/usr/bin/borg" ] || chroot "$making" /usr/bin/borg --version >/dev/null
chmod 755 "$making"
mv -T "$making" "$folder"
