/**
 * borg's pattern language (`borg help patterns`), as far as it is needed to say which pattern left a path out.
 * Follows borg 1.2's `patterns.py` and `shellpattern.py`; `re:` is read as JavaScript reads it, which is the
 * same for what people write in exclude lists. Pure.
 */

export interface ExcludePattern {
  /** As it is written in the configuration. */
  text: string;
  /** Whether it leaves this absolute path out, the folder itself included. */
  matches(path: string): boolean;
  /** The name its last component spells out, null where that holds a wildcard. */
  literalName: string | null;
}

const STYLES = ['fm', 'sh', 're', 'pp', 'pf'] as const;
type Style = (typeof STYLES)[number];

/** Why borg would refuse a pattern, null when it would not. */
export function patternProblem(text: string): string | null {
  const style = styleOf(text);
  if (style === null || STYLES.includes(style as Style)) return null;
  return `a pattern of one of the styles ${STYLES.map((one) => `${one}:`).join(' ')}; "${style}:" is none`;
}

/** The two characters before a colon, as borg splits them off; null when the pattern names no style. */
function styleOf(text: string): string | null {
  return /^([a-zA-Z0-9]{2}):/.exec(text)?.[1] ?? null;
}

/** A pattern of an unknown style matches nothing: borg itself will refuse it. */
export function parsePattern(text: string): ExcludePattern {
  const style = styleOf(text) ?? 'fm';
  const body = styleOf(text) === null ? text : text.slice(3);
  const regex = regexOf(style, body);
  return {
    text,
    // borg compares without the leading separator, and all but pf: and re: with one behind.
    matches: (path) => {
      const bare = normalized(path).replace(/^\/+/, '');
      return regex.test(style === 'pf' || style === 're' ? bare : `${bare}/`);
    },
    literalName: literalNameOf(style, body),
  };
}

const NEVER = /(?!)/;

function regexOf(style: string, body: string): RegExp {
  const path = normalized(body).replace(/^\/+/, '');
  const bare = path.replace(/\/+$/, '');
  const isContents = body.endsWith('/');
  try {
    switch (style) {
      case 'pf':
        return new RegExp(`^${escaped(bare)}$`, 'su');
      case 'pp':
        return new RegExp(`^${escaped(bare)}/`, 'su');
      case 're':
        return new RegExp(body, 's');
      case 'fm':
        return new RegExp(`^${globbed(isContents ? `${bare}/*/` : `${bare}/*`, true)}$`, 'su');
      case 'sh':
        return new RegExp(`^${globbed(isContents ? `${bare}/**/*/` : `${bare}/**/*`, false)}$`, 'su');
      default:
        return NEVER;
    }
  } catch {
    return NEVER;
  }
}

/** `fm:` lets wildcards cross separators, `sh:` does not, and knows `**` followed by one for any depth. */
function globbed(pattern: string, crosses: boolean): string {
  const any = crosses ? '.' : '[^/]';
  let regex = '';
  for (let i = 0; i < pattern.length; ) {
    const rest = pattern.slice(i);
    const set = /^\[(!?)(\]?[^\]]*)\]/s.exec(rest);
    if (!crosses && rest.startsWith('**/')) {
      regex += '(?:[^/]*/)*';
      i += 3;
    } else if (rest[0] === '*') {
      regex += `${any}*`;
      i += 1;
    } else if (rest[0] === '?') {
      regex += any;
      i += 1;
    } else if (set) {
      regex += `[${set[1] === '!' ? '^' : ''}${set[2]!.replace(/[\\\]^[&|~]/g, '\\$&')}]`;
      i += set[0].length;
    } else {
      const char = String.fromCodePoint(rest.codePointAt(0)!);
      regex += escaped(char);
      i += char.length;
    }
  }
  return regex;
}

function literalNameOf(style: string, body: string): string | null {
  const plain =
    style === 're'
      ? unescaped(body.replace(/^\^/, '').replace(/(\(\/\|\$\)|\(\?:\/\|\$\)|\$)$/, ''))
      : body.replace(style === 'sh' ? /(\/\*\*)?\/*$/ : /\/+$/, '');
  const name = plain?.slice(plain.lastIndexOf('/') + 1) ?? '';
  const hasWildcard = (style === 'fm' || style === 'sh') && /[*?[]/.test(name);
  return name === '' || hasWildcard ? null : name;
}

/**
 * The end of a regular expression behind its last separator as text, null when it says more than one name.
 * Where it names no separator at all it matches anywhere in a path, and spells out nothing.
 */
function unescaped(regex: string): string | null {
  const at = regex.lastIndexOf('/');
  if (at === -1) return null;
  const name = regex.slice(at + 1);
  if (/[.*+?^${}()|[\]]/.test(name.replace(/\\[^a-zA-Z0-9]/g, '')) || /\\[a-zA-Z0-9]/.test(name)) return null;
  return name.replace(/\\(.)/g, '$1');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** As os.path.normpath, but a separator at the end stays. */
function normalized(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `${path.startsWith('/') ? '/' : ''}${parts.join('/')}${path.endsWith('/') ? '/' : ''}`;
}
