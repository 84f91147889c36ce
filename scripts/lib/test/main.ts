/**
 * Runs all checks and tests, or the named part of the tests, and goes on after a failure: one run shows
 * everything that is wrong. Exits 0 when all passed, 1 when something failed, 2 on wrong use.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Counts, closingLine, countsOf, total, type VitestReport } from './report.ts';

const PARTS = ['unit', 'property', 'conformance', 'e2e'] as const;

/** Each counts as one test. */
const CHECKS: readonly { name: string; argv: readonly string[] }[] = [
  { name: 'format and lint', argv: ['npx', '--no-install', 'biome', 'check', '--error-on-warnings', '.'] },
  { name: 'types', argv: ['npx', '--no-install', 'tsc', '-p', '.'] },
  { name: 'tidy', argv: ['scripts/tidy'] },
  { name: 'docs', argv: ['scripts/build-docs', '--check'] },
];

interface Row extends Counts {
  name: string;
  seconds: number;
}

const top = join(import.meta.dirname, '../../..');
const [part, ...filters] = process.argv.slice(2);
if (part === undefined) finish([...CHECKS.map(check), ...PARTS.map((name) => tests(name, []))]);
else finish([tests(part, filters)]);

function check({ name, argv }: (typeof CHECKS)[number]): Row {
  return timed(name, () => (run(argv) === 0 ? [1, 0, 0] : [0, 1, 0]));
}

function tests(name: string, wanted: readonly string[]): Row {
  const files = testFiles(name, wanted);
  if (files.length === 0 && wanted.length === 0)
    return { name, seconds: 0, passed: 0, failed: 0, skipped: 0 };
  if (files.length === 0) wrongUse(`no file below test/${name} has ${wanted.join(' or ')} in its path`);
  return timed(name, () => {
    const folder = mkdtempSync(join(tmpdir(), 'backproof-report-'));
    const file = join(folder, 'report.json');
    const exitCode = run([
      ...['npx', '--no-install', 'vitest', 'run', '--reporter=default', '--reporter=json'],
      ...[`--outputFile.json=${file}`, ...files],
    ]);
    const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as VitestReport) : null;
    rmSync(folder, { recursive: true, force: true });
    const { passed, failed, skipped } = countsOf(report, exitCode);
    return [passed, failed, skipped];
  });
}

function testFiles(name: string, wanted: readonly string[]): string[] {
  const folder = join('test', name);
  if (!existsSync(join(top, folder))) return [];
  return readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => /\.test\.tsx?$/.test(file))
    .filter((file) => wanted.length === 0 || wanted.some((words) => file.includes(words)))
    .sort();
}

function run([command, ...args]: readonly string[]): number {
  return spawnSync(command!, args, { cwd: top, stdio: ['ignore', 'inherit', 'inherit'] }).status ?? 1;
}

function timed(name: string, work: () => [passed: number, failed: number, skipped: number]): Row {
  console.log(`\n== ${name}`);
  const startedAtMs = performance.now();
  const [passed, failed, skipped] = work();
  return { name, seconds: (performance.now() - startedAtMs) / 1000, passed, failed, skipped };
}

function finish(rows: readonly Row[]): void {
  console.log('');
  for (const { name, seconds, passed, failed, skipped } of rows) {
    const aside = skipped === 0 ? '' : `, ${skipped} skipped`;
    console.log(
      `${failed === 0 ? 'ok    ' : 'FAILED'} ${name}: ${passed} of ${passed + failed}${aside}, ${seconds.toFixed(1)} s`,
    );
  }
  const sum = total(rows);
  console.log(closingLine(sum));
  process.exitCode = sum.failed === 0 ? 0 : 1;
}

function wrongUse(reason: string): never {
  console.error(`error: ${reason}`);
  process.exit(2);
}
