import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Tools } from '../../../../agent/watch/tools.ts';
import { systemClock } from '../../../../proto/clock.ts';
import { temporaryFolder } from '../../../support/folder.ts';

it('says what a borg said that cannot even name its version', async () => {
  const program = join(temporaryFolder(), 'borg');
  const tools = new Tools({ PATH: '/usr/bin:/bin' }, systemClock);
  const says = (script: string) => writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  says('echo "ModuleNotFoundError: No module named msgpack" >&2; exit 1');
  expect(await tools.borg(program, false)).toEqual({
    version: null,
    problem: `${program} --version ended with exit code 1 and named no version; its last line: ModuleNotFoundError: No module named msgpack.`,
  });
  says('echo borg 1.2.4');
  expect(await tools.borg(program, false)).toMatchObject({ version: { text: '1.2.4' }, problem: null });
});
