/** How a session is told why it ends. */
import { REFUSED_CODES, type RefusedCode } from '../../proto/messages.ts';

/** WebSocket close codes 4000-4999 are the application's; ours follow the order of REFUSED_CODES. */
const CLOSE_CODE_BASE = 4_000;
/** A close frame carries 125 bytes, two of them the code. */
const CLOSE_REASON_BYTES_MAX = 123;

export function closeCode(code: RefusedCode): number {
  return CLOSE_CODE_BASE + REFUSED_CODES.indexOf(code);
}

/** Cut at a character, not inside one. */
export function closeReason(reason: string): string {
  let text = reason;
  while (Buffer.byteLength(text) > CLOSE_REASON_BYTES_MAX) text = text.slice(0, -1);
  return text.replace(/\p{Surrogate}/gu, '');
}
