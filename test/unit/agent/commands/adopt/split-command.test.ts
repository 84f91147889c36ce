import { expect, test } from 'vitest';
import { splitCommand } from '../../../../../agent/commands/adopt/split-command.ts';

test('splits a command line as borg splits its passcommand', () => {
  expect(splitCommand('cat /etc/key')).toEqual(['cat', '/etc/key']);
  expect(splitCommand(` pass  show "a b"'c d' e\\ f `)).toEqual(['pass', 'show', 'a bc d', 'e f']);
  expect(splitCommand(`echo "say \\"hi\\" $HOME" ''`)).toEqual(['echo', 'say "hi" $HOME', '']);
  expect(splitCommand('')).toEqual([]);
});
