/** What borg says about the repository itself, beside what it was asked for. Pure. */

export interface NamedRepository {
  /** 64 hex digits, made with the repository: a copy has the same, a new one never. */
  borgId: string;
  /** 'repokey-blake2', 'none' ... */
  encryption: string;
}

const ID = /^[0-9a-f]{64}$/;
const MODE = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** `repository.id` and `encryption.mode` of `create --json`, `list --json` and `info --json`; null elsewhere. */
export function parseNamedRepository(stdout: string): NamedRepository | null {
  // Lists of entries are a JSON object a line, and long.
  if (!stdout.startsWith('{') || !stdout.includes('"repository"')) return null;
  let root: { repository?: { id?: unknown }; encryption?: { mode?: unknown } };
  try {
    root = JSON.parse(stdout);
  } catch {
    return null;
  }
  const borgId = root.repository?.id;
  const encryption = root.encryption?.mode;
  if (typeof borgId !== 'string' || !ID.test(borgId)) return null;
  return typeof encryption === 'string' && MODE.test(encryption) ? { borgId, encryption } : null;
}
