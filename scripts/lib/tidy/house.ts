/** The source as tidy sees it: files, what they import, and which of the house's places a file is in. */
import { posix } from 'node:path';
import { lineAt, type Masked, mask } from './mask.ts';

export interface Import {
  /** As written: './x.ts', 'node:fs', 'ws'. */
  specifier: string;
  /** Path of the imported file from the top of the repository; null for a package or a node module. */
  file: string | null;
  /** Erased before it runs: knowledge of a shape, not of a behaviour. */
  typeOnly: boolean;
  /** The names taken, as exported by the other side; empty for `import x`, `import *` and `import()`. */
  names: string[];
  line: number;
}

export interface Source extends Masked {
  path: string;
  text: string;
  lines: number;
  imports: Import[];
}

export interface House {
  /** TypeScript, without generated code. */
  sources: Source[];
  /** Every text file of the repository, TypeScript included. */
  texts: { path: string; text: string }[];
}

/** @param files path from the top of the repository -> content; of text files only. */
export function houseOf(files: Record<string, string>): House {
  const texts = Object.entries(files).map(([path, text]) => ({ path, text }));
  const sources = texts.filter(({ path }) => isSource(path)).map(({ path, text }) => sourceOf(path, text));
  return { sources, texts };
}

export function isProduct(path: string): boolean {
  return /^(?:proto|agent|collector)\//.test(path);
}

export function isTest(path: string): boolean {
  return path.startsWith('test/');
}

function isSource(path: string): boolean {
  return /\.tsx?$/.test(path) && !path.startsWith('proto/generated/');
}

function sourceOf(path: string, text: string): Source {
  const masked = mask(text);
  const lines = text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return { path, text, lines, ...masked, imports: importsOf(path, text, masked) };
}

/** `import … from`, `export … from`, `import('…')`, `import '…'` and `new URL('….ts', import.meta.url)`. */
const STATEMENT = /(?<![\w$.])(import|export)\s+((?:type\s+)?[^;'"()=]*?)\s*from\s*$/;
const BARE = /(?<![\w$.])import\s*$/;
const CALL = /(?<![\w$.])(?:import\s*\(|new\s+URL\(|require(?:\.resolve)?\()\s*$/;
/** The longest import clause looked back over, in characters. */
const CLAUSE_CHARS_MAX = 4000;

function importsOf(path: string, text: string, masked: Masked): Import[] {
  const found: Import[] = [];
  for (const { at, text: specifier } of masked.strings) {
    const before = masked.code.slice(Math.max(0, at - CLAUSE_CHARS_MAX), at);
    const statement = STATEMENT.exec(before);
    const isUrl = /new\s+URL\(\s*$/.test(before);
    if (!statement && !BARE.test(before) && !CALL.test(before)) continue;
    if (isUrl && !/^\.{1,2}\/.*\.tsx?$/.test(specifier)) continue;
    const clause = statement?.[2] ?? '';
    found.push({
      specifier,
      file: specifier.startsWith('.') ? posix.normalize(posix.join(posix.dirname(path), specifier)) : null,
      typeOnly: isTypeOnly(clause) || /typeof\s+import\s*\(\s*$/.test(before),
      names: namesOf(clause),
      line: lineAt(text, at),
    });
  }
  return found;
}

function isTypeOnly(clause: string): boolean {
  if (/^type\s/.test(clause)) return true;
  const braces = /^\{([\s\S]*)\}$/.exec(clause.trim());
  if (!braces) return false;
  const parts = split(braces[1]!);
  return parts.length > 0 && parts.every((part) => part.startsWith('type '));
}

function namesOf(clause: string): string[] {
  const braces = /\{([\s\S]*)\}/.exec(clause);
  return split(braces?.[1] ?? '').map((part) => part.replace(/^type\s+/, '').split(/\s+as\s+/)[0]!);
}

function split(list: string): string[] {
  return list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
