/**
 * Separates code from comments and strings without parsing it, line for line and column for column.
 * TypeScript 7 offers its syntax tree only under `unstable/`, and a rule that breaks with every compiler
 * release is a rule somebody switches off. What tidy asks (is this word code or text?) needs no tree.
 */

export interface Masked {
  /** The text with comments and the insides of strings replaced by spaces; same length, same line breaks. */
  code: string;
  strings: Span[];
  comments: Span[];
}

/** A piece of the original text: `text` without its quotes or comment marks, `at` is where it starts. */
export interface Span {
  at: number;
  text: string;
}

/** After one of these a slash begins a regular expression, although a word stands before it. */
const WORDS_BEFORE_REGEX =
  /(?:^|[^\w$.])(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield)$/;

export function mask(text: string): Masked {
  const out = text.split('');
  const strings: Span[] = [];
  const comments: Span[] = [];
  /** Depth of braces at which each open template literal's `${` began. */
  const templates: number[] = [];
  let depth = 0;
  let i = 0;

  const blank = (from: number, to: number) => {
    for (let k = from; k < to; k += 1) if (out[k] !== '\n') out[k] = ' ';
  };
  /** Reads template text from `from` to its end or to the next `${`; returns where code goes on. */
  const template = (from: number): number => {
    let k = from;
    while (k < text.length && text[k] !== '`' && !(text[k] === '$' && text[k + 1] === '{')) {
      k += text[k] === '\\' ? 2 : 1;
    }
    strings.push({ at: from, text: text.slice(from, k) });
    blank(from, Math.min(k, text.length));
    if (text[k] !== '$') return k + 1;
    templates.push(depth);
    depth += 1;
    return k + 2;
  };

  while (i < text.length) {
    const c = text[i]!;
    const two = text.slice(i, i + 2);
    if (two === '//' || (i === 0 && two === '#!')) {
      const end = endOfLine(text, i);
      comments.push({ at: i, text: text.slice(i + 2, end) });
      blank(i, end);
      i = end;
    } else if (two === '/*') {
      const close = text.indexOf('*/', i + 2);
      const end = close === -1 ? text.length : close + 2;
      comments.push({ at: i, text: text.slice(i + 2, end - 2) });
      blank(i, end);
      i = end;
    } else if (c === "'" || c === '"') {
      const end = closingQuote(text, i);
      if (end === -1) {
        i += 1; // an apostrophe in the text of a page
      } else {
        strings.push({ at: i, text: text.slice(i + 1, end) });
        blank(i + 1, end);
        i = end + 1;
      }
    } else if (c === '`') {
      i = template(i + 1);
    } else if (c === '}' && templates.length > 0 && templates.at(-1) === depth - 1) {
      templates.pop();
      depth -= 1;
      i = template(i + 1);
    } else if (c === '/' && startsRegex(out, i)) {
      const end = closingSlash(text, i);
      if (end !== -1) blank(i + 1, end);
      i = end === -1 ? i + 1 : end + 1;
    } else {
      if (c === '{') depth += 1;
      if (c === '}') depth -= 1;
      i += 1;
    }
  }
  return { code: out.join(''), strings, comments };
}

/** The line, from 1, of a position in a text. */
export function lineAt(text: string, at: number): number {
  let line = 1;
  for (let k = text.indexOf('\n'); k !== -1 && k < at; k = text.indexOf('\n', k + 1)) line += 1;
  return line;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function closingQuote(text: string, open: number): number {
  for (let k = open + 1; k < text.length && text[k] !== '\n'; k += 1) {
    if (text[k] === '\\') k += 1;
    else if (text[k] === text[open]) return k;
  }
  return -1;
}

function closingSlash(text: string, open: number): number {
  let inClass = false;
  for (let k = open + 1; k < text.length && text[k] !== '\n'; k += 1) {
    const c = text[k];
    if (c === '\\') k += 1;
    else if (c === '[') inClass = true;
    else if (c === ']') inClass = false;
    else if (c === '/' && !inClass) return k;
  }
  return -1;
}

function startsRegex(out: string[], at: number): boolean {
  const before = out
    .slice(Math.max(0, at - 40), at)
    .join('')
    .trimEnd();
  const last = before.at(-1) ?? '';
  if (/[\w$]/.test(last)) return WORDS_BEFORE_REGEX.test(before);
  return !/[)\]}'"`<]/.test(last);
}
