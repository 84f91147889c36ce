/** A repository as its host saw it, to bytes and back. A part of record-codec.ts. */
import './protobuf.ts';
import * as field from './fields.ts';
import type { backproof } from './generated/backproof.js';
import { TEXT_CHARS_MAX } from './limits.ts';
import type { RepositorySeen } from './messages.ts';

/** borg 1.x: 32 bytes, in hex. */
export const BORG_ID_PATTERN = /^[0-9a-f]{64}$/;
const ENCRYPTION_PATTERN = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Throws ProtocolError for what cannot be cut. */
export function repositoryToWire(seen: RepositorySeen): backproof.v1.RepositorySeen.$Properties {
  return {
    repository: field.readName(seen.repository, 'repository'),
    borgId: field.readPattern(seen.borgId, 'borg_id', BORG_ID_PATTERN),
    location: field.cutText(seen.location),
    encryption: field.readPattern(seen.encryption, 'encryption', ENCRYPTION_PATTERN),
    heldFor: seen.heldFor === '' ? '' : field.readName(seen.heldFor, 'held_for'),
  };
}

/** Throws ProtocolError. */
export function repositoryFromWire(seen: backproof.v1.RepositorySeen): RepositorySeen {
  return {
    repository: field.readName(seen.repository, 'repository'),
    borgId: field.readPattern(seen.borgId, 'borg_id', BORG_ID_PATTERN),
    location: field.readText(seen.location, 'location', TEXT_CHARS_MAX),
    encryption: field.readPattern(seen.encryption, 'encryption', ENCRYPTION_PATTERN),
    heldFor: seen.heldFor === '' ? '' : field.readName(seen.heldFor, 'held_for'),
  };
}
