/** What real tools said, as test/golden/record-borg wrote it down. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessSeen } from '../../agent/engines/types.ts';
import { BorgLog } from '../../agent/tools/borg-log.ts';

const folder = join(import.meta.dirname, '../golden/borg');

/** @param name `1.2.4-created` and the like. */
export function golden(name: string, id = name, sources: string[] = []): ProcessSeen {
  const [header = '', ...lines] = readFileSync(join(folder, `${name}.txt`), 'utf8').split('\n');
  const exit = /\| exit (\d+)$/.exec(header);
  if (!exit) throw new Error(`${name} has no header`);
  const log = new BorgLog(sources);
  for (const line of lines) log.add(line);
  const json = join(folder, `${name}.json`);
  return {
    type: 'process',
    id,
    exitCode: Number(exit[1]),
    signal: null,
    startError: null,
    stdout: existsSync(json) ? readFileSync(json, 'utf8') : '',
    stdoutCut: false,
    said: log.said(),
  };
}

export const BORG_VERSIONS = ['1.1.16', '1.2.4', '1.4.0'];
