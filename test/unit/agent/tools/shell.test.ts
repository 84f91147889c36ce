import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord } from '../../../../agent/tools/shell.ts';

it('is one word for a real shell, whatever is in it', () => {
  for (const word of ['plain', '/a/b-c_d.e', 'two words', "it's", '$HOME', '`id`', '"', '\\', '*', '']) {
    expect(execFileSync('/bin/sh', ['-c', `printf %s ${shellWord(word)}`]).toString()).toBe(word);
  }
  expect(shellWord('/srv/plain')).toBe('/srv/plain');
});
