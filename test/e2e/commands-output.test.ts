/** What both programs do when nobody reads what they say any more: `… status | head -1`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const TOP = join(import.meta.dirname, '../..');

it.each(['agent', 'collector'])('the %s ends quietly when its reader is gone', async (program) => {
  const argv = ['--import', 'tsx', join(TOP, program, 'main.ts'), '--help'];
  const child = spawn(process.execPath, argv, { cwd: TOP, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [exitCode] = await once(child, 'close');
  expect(said).toBe('');
  expect(exitCode).toBe(0);
});
