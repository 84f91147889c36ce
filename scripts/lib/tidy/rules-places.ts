/** Rules about what may be done where. */
import type { Place, Rule } from './finding.ts';
import { type House, isProduct, type Source } from './house.ts';
import { PLACES, PURE, PURE_IMPORTS } from './layers.ts';
import { lineAt } from './mask.ts';

/** What reads a clock, chance, the environment or the world without an import. */
const IMPURE: readonly [RegExp, string][] = [
  [/\bDate\.now\b/g, 'reads the clock (Date.now)'],
  [/\bnew\s+Date\s*(?:\(\s*\)|(?![\w\s(]))/g, 'reads the clock (new Date())'],
  [/(?<![\w.$]|new\s)Date\s*\(/g, 'reads the clock (Date())'],
  [/\bperformance\s*\.\s*\w+/g, 'reads the clock (performance)'],
  [/\bMath\.random\b/g, 'is left to chance (Math.random)'],
  [/\bcrypto\s*\.\s*(?:random\w*|getRandomValues)/g, 'is left to chance (crypto)'],
  [
    /(?<![\w.$])process\s*\.\s*(?:env|argv|platform|cwd|hrtime|uptime|memoryUsage|stdout|stderr|exit|pid|on)\b/g,
    'looks at the process',
  ],
  [/(?<![\w.$])(?:setTimeout|setInterval|setImmediate|queueMicrotask|fetch)\s*\(/g, 'waits or does IO'],
  [/(?<![\w.$])console\s*\./g, 'prints'],
];

export const purity: Rule = {
  name: 'purity',
  why: 'decisions must be the same on every machine and in every test, so that a year of a fleet can be simulated; time is an argument called nowMs',
  todo: 'take it as an argument and let the caller do the reading',
  check(house) {
    const graph = new Map(house.sources.map((source) => [source.path, source]));
    const found: Place[] = [];
    const seen = new Set<string>();
    const open = house.sources.filter(({ path }) => PURE.some((place) => place.test(path)));
    for (let source = open.pop(); source; source = open.pop()) {
      if (seen.has(source.path)) continue;
      seen.add(source.path);
      found.push(...impurities(source));
      for (const { file, typeOnly } of source.imports) {
        const next = file === null || typeOnly ? undefined : graph.get(file);
        if (next) open.push(next);
      }
    }
    return found;
  },
};

function impurities(source: Source): Place[] {
  const found = IMPURE.flatMap(([pattern, what]) => matches(source, pattern, what));
  for (const { specifier, file, typeOnly, names, line } of source.imports) {
    if (file !== null || typeOnly) continue;
    const allowed = PURE_IMPORTS[specifier];
    if (allowed === 'all') continue;
    if (allowed && names.length > 0 && names.every((name) => allowed.includes(name))) continue;
    found.push({ file: source.path, line, what: `a pure place imports ${specifier}` });
  }
  return found;
}

/** The first words of a statement, at the start of a string, in the case people write SQL in. */
const SQL =
  /^\s*(?:SELECT\s+[\w*(]|INSERT\s+(?:OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|CREATE\s+(?:TABLE|INDEX|UNIQUE|VIEW|TRIGGER)\s|ALTER\s+TABLE\s|DROP\s+(?:TABLE|INDEX|VIEW)\s|PRAGMA\s+\w|BEGIN\s+(?:IMMEDIATE|EXCLUSIVE)\b|WITH\s+(?:RECURSIVE\s+)?\w+\s+AS\s*\()/;

export const sql: Rule = {
  name: 'sql',
  why: 'the store is the seam behind which another database can take its place; SQL anywhere else nails it shut',
  todo: 'give the store a coarse function that takes and returns plain objects',
  check(house) {
    const found = onlyIn(house, PLACES.sql, (source) =>
      imports(source, (specifier) => specifier === 'better-sqlite3' || specifier === 'node:sqlite'),
    );
    const text = onlyIn(house, [...PLACES.sql, ...PLACES.foreignSql], (source) =>
      source.strings
        .filter((string) => SQL.test(string.text))
        .map(({ at, text: words }) => place(source, at, `SQL: ${words.trim().slice(0, 40)}`)),
    );
    return [...found, ...text];
  },
};

export const childProcess: Rule = {
  name: 'child-process',
  why: 'one file decides how programs are started: no shell, a group of their own, bounded output, always ended',
  todo: 'call agent/process.ts',
  check: (house) =>
    onlyIn(house, PLACES.childProcess, (source) =>
      imports(source, (specifier) => /^(?:node:)?(?:child_process|cluster)$/.test(specifier)),
    ),
};

export const environment: Rule = {
  name: 'environment',
  why: 'what a program depends on is to be seen in its configuration; a variable read somewhere deep is a hidden switch',
  todo: 'read it in config.ts and pass the value down',
  check: (house) =>
    onlyIn(house, PLACES.env, (source) => [
      ...matches(source, /\bprocess\s*\.\s*env\b/g, 'process.env'),
      ...imports(source, (specifier, names) => specifier === 'node:process' && names.includes('env')),
    ]),
};

export const forge: Rule = {
  name: 'forge',
  why: 'X.509 is written in one place on each side; reading and verifying is node:crypto’s work',
  todo: 'add what is needed to collector/authority/ or agent/enrollment.ts',
  check: (house) =>
    onlyIn(house, PLACES.forge, (source) =>
      imports(source, (specifier) => /^node-forge(?:\/|$)/.test(specifier)),
    ),
};

/** Looks only at production code: tests and scripts start programs and look into databases as they need. */
function onlyIn(house: House, places: readonly RegExp[], look: (source: Source) => Place[]): Place[] {
  return house.sources
    .filter(({ path }) => isProduct(path) && !places.some((allowed) => allowed.test(path)))
    .flatMap(look);
}

function imports(source: Source, asked: (specifier: string, names: string[]) => boolean): Place[] {
  return source.imports
    .filter(({ specifier, names, typeOnly }) => !typeOnly && asked(specifier, names))
    .map(({ specifier, line }) => ({ file: source.path, line, what: `imports ${specifier}` }));
}

function matches(source: Source, pattern: RegExp, what: string): Place[] {
  return [...source.code.matchAll(pattern)].map(({ index }) => place(source, index, what));
}

function place(source: Source, at: number, what: string): Place {
  return { file: source.path, line: lineAt(source.text, at), what };
}
