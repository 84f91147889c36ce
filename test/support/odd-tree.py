#!/usr/bin/env python3
"""Everything a file system can hold: `odd-tree.py make DIR` makes it, `odd-tree.py list DIR` prints it as JSON.

Node.js knows neither extended attributes nor names that are no UTF-8; borg's own language does.
"""
import hashlib
import json
import os
import stat
import struct
import sys

SPARSE_BYTES = 64 * 1024 * 1024
DATA_AT = 48 * 1024 * 1024
# acl(5): owner, one named user, group, mask, others.
ACL = struct.pack('<I', 2) + b''.join(
    struct.pack('<HHI', tag, permissions, who)
    for tag, permissions, who in [(1, 6, 2**32 - 1), (2, 4, 1), (4, 4, 2**32 - 1), (16, 4, 2**32 - 1), (32, 0, 2**32 - 1)]
)
NAMES = [
    b'-rf', b'--exclude', b' leading and trailing ', b'line\nbreak', b'tab\there', b'quote"\'\\', b'star*?[x]',
    b'invalid-\xff\xfe-utf8', 'Bücher-漢字-🗄'.encode(), b'n' * 255, b'...', b'~', b'$(reboot)', b'%s%n',
]


def make(top):
    os.makedirs(os.path.join(top, b'names'))
    for i, name in enumerate(NAMES):
        with open(os.path.join(top, b'names', name), 'wb') as file:
            file.write(b'content %d\n' % i)
    with open(os.path.join(top, b'sparse'), 'wb') as file:
        file.truncate(SPARSE_BYTES)
        file.seek(DATA_AT)
        file.write(b'not only holes')
    with open(os.path.join(top, b'first'), 'wb') as file:
        file.write(b'two names for one file')
    os.link(os.path.join(top, b'first'), os.path.join(top, b'names', b'second'))
    os.symlink(b'nowhere/\xff', os.path.join(top, b'dangling'))
    os.mkfifo(os.path.join(top, b'pipe'))
    os.makedirs(os.path.join(top, b'empty', b'empty'))
    plain = os.path.join(top, b'attributes')
    with open(plain, 'wb') as file:
        file.write(b'with attributes')
    os.chmod(plain, 0o2640)
    os.setxattr(plain, b'user.mark', bytes(range(256)))
    os.setxattr(plain, b'user.empty', b'')
    os.setxattr(plain, b'system.posix_acl_access', ACL)
    if os.geteuid() == 0:
        os.chown(plain, 1, 12345)
        os.chmod(plain, 0o6750)
        os.setxattr(plain, b'system.posix_acl_access', ACL)
    for path, _, files in os.walk(top):
        for name in files:
            os.utime(os.path.join(path, name), ns=(1, 1_600_000_000_123_456_789), follow_symlinks=False)


def entry(path, links):
    facts = os.lstat(path)
    found = {
        'type': stat.S_IFMT(facts.st_mode), 'mode': stat.S_IMODE(facts.st_mode),
        'owner': [facts.st_uid, facts.st_gid], 'mtime': facts.st_mtime_ns,
        'attributes': {name: os.getxattr(path, name, follow_symlinks=False).hex()
                       for name in sorted(os.listxattr(path, follow_symlinks=False))},
    }
    if stat.S_ISLNK(facts.st_mode):
        found['target'] = os.fsencode(os.readlink(path)).hex()
    if stat.S_ISREG(facts.st_mode):
        with open(path, 'rb') as file:
            found['content'] = hashlib.file_digest(file, 'sha256').hexdigest() if hasattr(hashlib, 'file_digest') \
                else hashlib.sha256(file.read()).hexdigest()
        found['size'] = facts.st_size
        found['isSparse'] = facts.st_blocks * 512 < facts.st_size
        links.setdefault(facts.st_ino, []).append(path.hex())
    return found


def listing(top):
    links = {}
    entries = {}
    for path, folders, files in os.walk(top):
        for name in folders + files:
            whole = os.path.join(path, name)
            entries[os.path.relpath(whole, top).hex()] = entry(whole, links)
    for paths in links.values():
        for path in paths:
            relative = os.path.relpath(bytes.fromhex(path), top).hex()
            entries[relative]['same'] = sorted(os.path.relpath(bytes.fromhex(one), top).hex() for one in paths)
    return entries


what, top = sys.argv[1], os.fsencode(sys.argv[2])
if what == 'make':
    make(top)
else:
    print(json.dumps(listing(top), sort_keys=True))
