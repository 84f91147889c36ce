/** `backproof-agent check`: the doctor. Every finding says what to do. */
import type { Clock } from '../../proto/clock.ts';
import { printable } from '../../proto/printable.ts';
import { runAsAgent } from './as-agent.ts';
import { inspect } from './check-host.ts';
import type { Finding } from './finding.ts';
import { table } from './output.ts';

const MARKS = { ok: 'ok', note: 'note', warning: 'WARNING', failure: 'FAILURE' } as const;

/** @returns the exit code: 1 when something would keep a job from working. */
export async function checkHost(
  options: { configFile: string; json: boolean },
  clock: Clock,
  print: (text: string) => void,
): Promise<number> {
  const json = options.json ? ['--json'] : [];
  const asAgent = await runAsAgent(options.configFile, ['check', '--config', options.configFile, ...json]);
  if (asAgent !== null) return asAgent;
  const findings = await inspect(options.configFile, clock);
  print(options.json ? JSON.stringify(findings, null, 2) : printable(textOf(findings)));
  return findings.some((one) => one.level === 'failure') ? 1 : 0;
}

function textOf(findings: Finding[]): string {
  const rows = findings.map((one) => [
    MARKS[one.level],
    one.subject,
    one.next === '' ? one.what : `${one.what} Next: ${one.next}.`,
  ]);
  const count = (level: Finding['level']) => findings.filter((one) => one.level === level).length;
  return `${table(rows)}\n\n${count('failure')} failures, ${count('warning')} warnings.`;
}
