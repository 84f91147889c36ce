/**
 * Reading a YAML configuration: every error at once, each with its line, its key, what was found, what is
 * allowed, and the nearest known key. Used by both sides.
 *
 * `yaml` is imported when first needed and the zod schema is passed in, so that a process which has read its
 * configuration elsewhere never loads either.
 *
 * A schema says what is allowed through its `error` text, a phrase that completes "allowed: ..."; where it
 * says nothing, the phrase is made here from the kind of the issue.
 */
import type { Document, ErrorCode, LineCounter, Node, Pair } from 'yaml';
import type { z } from 'zod';
import { nearestOf } from './edit-distance.ts';
import { UserError } from './errors.ts';
import { knownKeys } from './schema-keys.ts';

export interface ConfigProblem {
  /** 1-based; 0 when the file as a whole is meant. */
  line: number;
  column: number;
  /** `jobs.files.kind`, '' for the file as a whole. */
  key: string;
  /** What stands there, as JSON, cut to FOUND_CHARS_MAX; 'nothing' when the key is missing. */
  found: string;
  /** Completes "allowed: ...". */
  allowed: string;
  /** The nearest known word, null when none is near. */
  nearest: string | null;
}

/** A finding of a check that a schema cannot express. `path` leads to the value it is about. */
export interface ConfigFinding {
  path: PropertyKey[];
  allowed: string;
  /** Overrides the value at `path`, for findings about what the value names. */
  found?: string;
  nearest?: string | null;
}

const FOUND_CHARS_MAX = 60;
/** Against a file of nested aliases that grows without bound when it is expanded. */
const ALIASES_MAX = 100;

export class ConfigError extends UserError {
  readonly problems: ConfigProblem[];

  constructor(fileName: string, problems: ConfigProblem[]) {
    const count = problems.length === 1 ? '1 error' : `${problems.length} errors`;
    super([`${fileName} cannot be used: ${count}`, ...problems.map(sentence)].join('\n'), {
      next: `correct ${fileName}, then run the command again`,
      exitCode: 2,
    });
    this.problems = problems;
  }
}

function sentence(problem: ConfigProblem): string {
  const place = problem.line > 0 ? `line ${problem.line}: ` : '';
  const key = problem.key === '' ? '' : `${problem.key}: `;
  const near = problem.nearest === null ? '' : `; did you mean "${problem.nearest}"?`;
  return `  ${place}${key}found ${problem.found}, allowed: ${problem.allowed}${near}`;
}

/**
 * @param alsoCheck sees the plain YAML value, valid or not, so that its findings come together with the
 *   schema's; it must not assume any shape.
 * @throws ConfigError with every problem, in the order of the file.
 */
export async function readConfig<T>(
  text: string,
  fileName: string,
  schema: z.ZodType<T>,
  alsoCheck: (raw: unknown) => ConfigFinding[] = () => [],
): Promise<{ config: T }> {
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const unreadable = [...syntaxErrors(document), ...aliasesOfNothing(document, yaml.visit)];
  if (unreadable.length > 0) {
    const written = text.split('\n');
    throw new ConfigError(
      fileName,
      unreadable.map(({ at, allowed }) => {
        const where = position(lines, at);
        const line = shown((written[where.line - 1] ?? '').trim());
        return { ...where, key: '', found: line, allowed, nearest: null };
      }),
    );
  }
  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    const allowed = `at most ${ALIASES_MAX} aliases (${error instanceof Error ? error.message : error})`;
    const problem = { line: 0, column: 0, key: '', found: 'aliases', allowed, nearest: null };
    throw new ConfigError(fileName, [problem]);
  }
  const parsed = schema.safeParse(raw ?? {}, { error: allowedBy });
  const findings = alsoCheck(raw);
  if (!parsed.success)
    for (const issue of parsed.error.issues) findings.push(...findingsOf(issue, schema, raw));
  if (parsed.success && findings.length === 0) return { config: parsed.data };

  const locate = (path: PropertyKey[]) =>
    placeOf(document, lines, path, yaml.isMap, yaml.isSeq, yaml.isScalar);
  const problems = findings.map((finding) => ({
    ...locate(finding.path),
    key: finding.path.map(String).join('.'),
    found: finding.found ?? shown(valueAt(raw, finding.path)),
    allowed: finding.allowed,
    nearest: finding.nearest ?? null,
  }));
  throw new ConfigError(
    fileName,
    problems.sort((a, b) => a.line - b.line || a.column - b.column),
  );
}

interface SyntaxError {
  at: number;
  allowed: string;
}

const SYNTAX_PHRASES: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'spaces as indentation, no tabs',
  DUPLICATE_KEY: 'each key once',
};

/** The first one, for what follows is read wrongly because of it; and every key that is there twice. */
function syntaxErrors(document: Document): SyntaxError[] {
  const [first] = document.errors;
  return document.errors
    .filter((error) => error === first || error.code === 'DUPLICATE_KEY')
    .map(({ code, message, pos }) => ({ at: pos[0], allowed: SYNTAX_PHRASES[code] ?? `YAML (${message})` }));
}

/** An unquoted text that begins with an asterisk, such as a pattern, names something in YAML. */
function aliasesOfNothing(document: Document, visit: typeof import('yaml').visit): SyntaxError[] {
  const found: SyntaxError[] = [];
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) === undefined)
        found.push({
          at: alias.range?.[0] ?? 0,
          allowed: `quotes around a text that begins with an asterisk: "*${alias.source}"`,
        });
    },
  });
  return found;
}

type Issue = z.core.$ZodIssue;

/** What an issue's schema allows, as a phrase. Zod calls it only where the schema has no `error` of its own. */
function allowedBy(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_PHRASES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.map(String).join(', ');
    case 'too_small':
      return issue.origin === 'string' && issue.minimum === 1
        ? 'a text that is not empty'
        : `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${COUNTED[issue.origin] ?? ''}`;
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${COUNTED[issue.origin] ?? ''}`;
    case 'invalid_format':
      return `a text of the form ${issue.pattern ?? issue.format}`;
    default:
      return 'another value';
  }
}

const TYPE_PHRASES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'keys and values',
  record: 'keys and values',
  array: 'a list',
};
const COUNTED: Record<string, string> = { string: ' characters', array: ' entries' };

function findingsOf(
  issue: Issue,
  schema: z.ZodType,
  raw: unknown,
  base: PropertyKey[] = [],
): ConfigFinding[] {
  const path = [...base, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownKeys(schema, path, raw);
      return issue.keys.map((key) => ({
        path: [...path, key],
        found: 'an unknown key',
        allowed: known.join(', '),
        nearest: nearestOf(key, known),
      }));
    }
    case 'invalid_union': {
      // The alternative that came furthest is the one that was meant.
      const branches = issue.errors.filter((branch) => branch.length > 0);
      const depth = (branch: readonly Issue[]) => Math.max(...branch.map((inner) => inner.path.length));
      const best = branches.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
      if (best && (depth(best) > 0 || best.some((inner) => inner.code === 'unrecognized_keys'))) {
        return best.flatMap((inner) => findingsOf(inner, schema, raw, path));
      }
      if (best)
        return [{ path, allowed: [...new Set(branches.flat().map((inner) => inner.message))].join(', or ') }];
      return [{ path, allowed: issue.message, nearest: nearestIn(valueAt(raw, path), schema, path, raw) }];
    }
    case 'invalid_value':
      return [{ path, allowed: issue.message, nearest: nearestTo(valueAt(raw, path), issue.values) }];
    case 'invalid_key':
      return [{ path, found: 'this key', allowed: issue.issues[0]?.message ?? issue.message }];
    default:
      return [{ path, allowed: issue.message }];
  }
}

function nearestTo(value: unknown, words: readonly unknown[]): string | null {
  return typeof value === 'string' ? nearestOf(value, words.map(String)) : null;
}

/** An unknown discriminator: the values the alternatives carry for it. */
function nearestIn(value: unknown, schema: z.ZodType, path: PropertyKey[], raw: unknown): string | null {
  return nearestTo(value, knownKeys(schema, path, raw));
}

function valueAt(raw: unknown, path: PropertyKey[]): unknown {
  let value = raw;
  for (const step of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const json = JSON.stringify(value) ?? String(value);
  return json.length > FOUND_CHARS_MAX ? `${json.slice(0, FOUND_CHARS_MAX)}…` : json;
}

function position(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** The line of the value at `path`; of the deepest parent that exists when the value itself is missing. */
function placeOf(
  document: Document.Parsed,
  lines: LineCounter,
  path: PropertyKey[],
  isMap: typeof import('yaml').isMap,
  isSeq: typeof import('yaml').isSeq,
  isScalar: typeof import('yaml').isScalar,
): { line: number; column: number } {
  let node: Node | null = document.contents;
  let offset = 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      if (!pair) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = (pair as Pair<unknown, Node | null>).value;
    } else if (isSeq(node)) {
      const item = node.items[Number(step)] as Node | undefined;
      if (!item) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else break;
  }
  return position(lines, offset);
}
