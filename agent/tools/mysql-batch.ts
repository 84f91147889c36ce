/** The output of `mysql --batch`: a line a row, tabs between columns, a few signs escaped. Pure. */

const SIGNS: Record<string, string> = { n: '\n', t: '\t', '0': '\0', '\\': '\\' };

function unescaped(text: string): string {
  return text.replace(/\\([nt0\\])/g, (_, sign: string) => SIGNS[sign]!);
}

/** A NULL is the text `NULL`, which no column read here holds as a value. */
export function batchRows(stdout: string): string[][] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t').map(unescaped));
}
