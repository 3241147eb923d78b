"""Whether a database lies on a network drive, where SQLite's write-ahead log is not safe; for `corpus.store`."""

from __future__ import annotations

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mounts")
NETWORK_KINDS = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb3", "smbfs", "afs", "ceph", "glusterfs", "lustre", "9p", "fuse.sshfs",
     "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "davfs", "fuse.davfs2"}
)  # fmt: skip


def network_kind(path: Path, mounts: str | None = None) -> str | None:
    """The kind of the network drive that a path lies on; None on a disk of this machine, or where nobody can tell.

    Args:
        path: of the database; it need not exist.
        mounts: the table of mounts, as Linux writes it; by default this machine's.

    >>> network_kind(Path("/home/me/c.db"), "disk / ext4 rw 0 0\\nbox:/x /home nfs4 rw 0 0")
    'nfs4'
    """
    if mounts is None:
        try:
            mounts = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return None
    place, kind = path.absolute(), ""
    longest = -1
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), fields[1]))
        if len(point.parts) > longest and place.is_relative_to(point):
            longest, kind = len(point.parts), fields[2]
    return kind if kind in NETWORK_KINDS else None
