/** Reads the repository, asks every rule, prints what is not as it should be, exits 1 if anything is. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findingsOf, sentence } from './finding.ts';
import { staleFiles } from './generated.ts';
import { houseOf, isProduct } from './house.ts';
import { RULES } from './rules.ts';
import { medianLines } from './rules-files.ts';

/** Larger files are data, not text that somebody wrote. */
const TEXT_BYTES_MAX = 1024 * 1024;

const top = join(import.meta.dirname, '../../..');
const house = houseOf(readTexts(top));
const findings = [...RULES.flatMap((rule) => findingsOf(rule, house)), ...staleFiles(top)];
for (const finding of findings) console.error(sentence(finding));

const product = house.sources.filter(({ path }) => isProduct(path));
const longest = product.reduce((most, { lines }) => Math.max(most, lines), 0);
console.log(
  `tidy: ${house.sources.length} files, ${product.length} of them the product (median ${medianLines(product)} lines, ` +
    `longest ${longest}), ${RULES.length + 1} rules, ${findings.length} findings`,
);
process.exitCode = findings.length === 0 ? 0 : 1;

/** Tracked files and those about to be: what is ignored is nobody's source. */
function readTexts(folder: string): Record<string, string> {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * TEXT_BYTES_MAX,
  });
  const texts: Record<string, string> = {};
  for (const path of list.split('\0').filter((name) => name !== '')) {
    const bytes = readIfThere(join(folder, path));
    if (bytes === null || bytes.length > TEXT_BYTES_MAX || bytes.includes(0)) continue;
    texts[path] = bytes.toString('utf8');
  }
  return texts;
}

/** Null for a file that was deleted but not yet committed, and for a link to a folder. */
function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
