/** What both sides say about a borg repository. Pure. */

/** borg's modes that keep data readable on the storage (`borg init`, "Encryption mode TLDR"). */
const READABLE = ['none', 'authenticated', 'authenticated-blake2'];
/** Of borg's 64 hex digits: enough to tell any two apart, and still readable. */
const ID_CHARS_SHOWN = 16;

/** @param encryption borg's word for it. */
export function isReadable(encryption: string): boolean {
  return READABLE.includes(encryption);
}

/** borg's id as people see it. */
export function shortId(borgId: string): string {
  return borgId.slice(0, ID_CHARS_SHOWN);
}
