const PIECE = /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)|(\s+)|([^\s"'\\]+)/gs;

/** A command line as borg splits its passcommand (Python's shlex): blanks, quotes, backslashes; no shell. Pure. */
export function splitCommand(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (const [, double, single, escaped, blank, plain] of line.matchAll(PIECE)) {
    if (blank !== undefined) {
      if (word !== null) words.push(word);
      word = null;
      continue;
    }
    const piece: string = double?.replace(/\\(["\\])/g, '$1') ?? single ?? escaped ?? plain ?? '';
    word = (word ?? '') + piece;
  }
  if (word !== null) words.push(word);
  return words;
}
