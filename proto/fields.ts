/**
 * The bounds of single fields, for the codec. Writing (`cut...`) makes a value fit; reading (`read...`)
 * refuses one that does not, with a ProtocolError that names the field.
 */
import { ProtocolError } from './errors.ts';
import { NAME_PATTERN } from './job.ts';
import { TEXT_CHARS_MAX } from './limits.ts';

/** Whatever UTF-16 cannot say in UTF-8 becomes U+FFFD; otherwise the other side would refuse the frame. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** At most `charsMax` UTF-16 units from the beginning. */
export function cutText(text: string, charsMax: number = TEXT_CHARS_MAX): string {
  return wellFormed(text.length > charsMax ? text.slice(0, charsMax) : text);
}

/** At most `charsMax` UTF-16 units from the end: the end of a log says why it ended. */
export function cutTail(text: string, charsMax: number): string {
  return wellFormed(text.length > charsMax ? text.slice(-charsMax) : text);
}

/** A whole number that survives JSON, SQLite and protobuf; throws RangeError for NaN, infinities and beyond 2^53. */
export function wholeNumber(value: number): number {
  const whole = Math.round(value);
  if (!Number.isSafeInteger(whole)) throw new RangeError(`${value} is not a whole number below 2^53`);
  return whole;
}

/** As wholeNumber, for what cannot be negative: a clock set back must not make a record unreadable. */
export function amount(value: number): number {
  return Math.max(0, wholeNumber(value));
}

export function readText(value: string, field: string, charsMax: number = TEXT_CHARS_MAX): string {
  if (value.length > charsMax) throw new ProtocolError(`${field} is longer than ${charsMax} characters`);
  return value;
}

export function readName(value: string, field: string): string {
  if (!NAME_PATTERN.test(value)) throw new ProtocolError(`${field} is not a name`);
  return value;
}

export function readPattern(value: string, field: string, pattern: RegExp): string {
  if (!pattern.test(value)) throw new ProtocolError(`${field} does not look like ${pattern.source}`);
  return value;
}

/** A whole number in [min, max]. */
export function readInt(value: number, field: string, min = 0, max = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new ProtocolError(`${field} is out of its range`);
  }
  return value;
}

/** An instant; later than the year 9999 is a mistake that would break RFC 3339 further on. */
export function readInstant(value: number, field: string): number {
  return readInt(value, field, 0, INSTANT_MAX_MS);
}
const INSTANT_MAX_MS = Date.UTC(9999, 11, 31);

export function readList<T>(values: T[], field: string, countMax: number): T[] {
  if (values.length > countMax) throw new ProtocolError(`${field} has more than ${countMax} entries`);
  return values;
}

export function readBytes(value: Uint8Array, field: string, bytes: number): Uint8Array {
  if (value.length !== bytes) throw new ProtocolError(`${field} is not ${bytes} bytes long`);
  return value;
}

/** The word behind an enum number: protobuf enums start at 1, 0 means that nothing was said. */
export function readWord<T extends string>(words: readonly T[], value: number, field: string): T {
  const word = words[value - 1];
  if (word === undefined) throw new ProtocolError(`${field} is not one this side knows`);
  return word;
}

export function wordNumber<T extends string>(words: readonly T[], word: T): number {
  return words.indexOf(word) + 1;
}
