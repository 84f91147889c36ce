/** The file systems of repositories, to bytes and back. A part of record-codec.ts. */
import './protobuf.ts';
import * as field from './fields.ts';
import type { backproof } from './generated/backproof.js';
import { FILE_SYSTEMS_MAX } from './limits.ts';
import type { StorageSeen } from './messages.ts';

export function storageToWire({ fileSystems }: StorageSeen): backproof.v1.StorageSeen.$Properties {
  return {
    fileSystems: fileSystems.slice(0, FILE_SYSTEMS_MAX).map((one) => ({
      path: field.cutText(one.path),
      totalBytes: field.amount(one.totalBytes),
      freeBytes: field.amount(Math.min(one.freeBytes, one.totalBytes)),
    })),
  };
}

/** Throws ProtocolError. */
export function storageFromWire(seen: backproof.v1.StorageSeen): StorageSeen {
  const listed = field.readList(seen.fileSystems, 'file_systems', FILE_SYSTEMS_MAX);
  return {
    fileSystems: (listed as backproof.v1.FileSystem[]).map((one) => {
      const totalBytes = field.readInt(one.totalBytes, 'file_system.total_bytes');
      return {
        path: field.readText(one.path, 'file_system.path'),
        totalBytes,
        freeBytes: field.readInt(one.freeBytes, 'file_system.free_bytes', 0, totalBytes),
      };
    }),
  };
}
