/**
 * Whether an exclude pattern left out more than whoever wrote it will have meant. Pure.
 *
 * A wildcard is written with the names of today in mind; a folder that comes later and fits it is never backed
 * up, and nothing says so (`/var/www/shop*` and a new /var/www/shop2). So a whole folder right below a source that a
 * pattern swallowed is a warning, unless a pattern that matches it spells its name out as its last component
 * (`/var/www/cache`): then it was meant. A source that is itself left out is worse: the job promises
 * it and excludes it.
 */
import type { RunWarning } from '../../proto/run.ts';
import { parsePattern } from '../tools/borg-patterns.ts';

/** Folders named one by one; the rest are counted. */
const WARNINGS_MAX = 20;

/** Of the entries left out right below a source, those that nobody spelled out: worth a look whether they are folders. */
export function notSpelledOut(entries: string[], excludes: string[]): string[] {
  const patterns = excludes.map(parsePattern);
  return entries.filter((entry) => {
    const name = entry.slice(entry.lastIndexOf('/') + 1);
    return !patterns.some((pattern) => pattern.literalName === name && pattern.matches(entry));
  });
}

/** A warning for each folder that was swallowed. `folders` are of those that `notSpelledOut` returned. */
export function swallowedFolders(folders: string[], excludes: string[]): RunWarning[] {
  const warnings = folders.slice(0, WARNINGS_MAX).map((folder): RunWarning => {
    const by = blamed(folder, excludes);
    return {
      code: 'excluded-by-pattern',
      message: `${folder} is left out as a whole by ${by}; if that is meant, exclude it by its name`,
      path: folder,
      harmless: false,
    };
  });
  const more = folders.length - warnings.length;
  if (more > 0) {
    const message = `${more} more folders right below a source are left out as a whole by exclude patterns`;
    warnings.push({ code: 'excluded-by-pattern', message, path: '', harmless: false });
  }
  return warnings;
}

/** `the exclude pattern "/var/www/shop*"`, the first that matches. */
export function blamed(path: string, excludes: string[]): string {
  const pattern = excludes.find((text) => parsePattern(text).matches(path));
  return pattern === undefined ? 'an exclude pattern' : `the exclude pattern "${pattern}"`;
}
