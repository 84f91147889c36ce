import { expect, it } from 'vitest';
import { signalGroup } from '../../../agent/process/group.ts';
import { PIPES_GRACE_MS, startProcess } from '../../../agent/process.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/wire.ts';

it('does not wait for what a process leaves behind in a session of its own', async () => {
  const clock = new FakeClock();
  const lines: string[] = [];
  const { result } = startProcess(
    {
      // As ssh does with ControlPersist: the child lives on and keeps standard error open.
      argv: ['sh', '-c', 'setsid sleep 300 & echo "left $!" >&2; exit 4'],
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
      stdoutBytesMax: 1_000,
      onStderrLine: (line) => lines.push(line),
    },
    clock,
  );
  let ended = false;
  void result.then(() => {
    ended = true;
  });
  await until(() => lines.length > 0);
  await until(() => {
    clock.advance(PIPES_GRACE_MS);
    return ended;
  });
  expect(await result).toMatchObject({ exitCode: 4, signal: null, startError: null });
  signalGroup(Number(lines[0]!.replace('left ', '')), 'SIGKILL');
});
