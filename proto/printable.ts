/**
 * Text from elsewhere (names, reasons, paths, logs), made safe to look at: control characters, terminal
 * escapes and characters that reorder or hide text become visible. Pure.
 */

/** C0 without newline and tab, DEL, C1, soft hyphen, zero-width, bidi controls, separators, BOM, tags. */
const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

const CONTROL_PICTURES = 0x2400;

function visible(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x20) return String.fromCodePoint(CONTROL_PICTURES + code);
  if (code === 0x7f) return '\u2421';
  return `\\u{${code.toString(16)}}`;
}

/** Several lines stay several lines. */
export function printable(text: string): string {
  return text.replace(INVISIBLE, visible);
}

/** For a cell or a line: newlines and tabs become visible too; cut to `charsMax`, with an ellipsis. */
export function printableLine(text: string, charsMax: number): string {
  // Cut before and after: the replacement can make a hostile text six times longer.
  const line = printable(text.slice(0, charsMax * 2)).replace(/[\n\t]/g, (character) => visible(character));
  return line.length > charsMax || text.length > charsMax * 2 ? `${line.slice(0, charsMax - 1)}…` : line;
}
