import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { staleFiles } from '../../../../../scripts/lib/tidy/generated.ts';

const generators = [{ script: 'make', into: 'out' }];

describe('staleFiles', () => {
  let top: string;

  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'backproof-test-'));
    mkdirSync(join(top, 'out'));
    writeFileSync(
      join(top, 'make'),
      '#!/bin/sh\nmkdir -p "$1/deep" && echo new > "$1/a" && echo same > "$1/deep/b"\n',
    );
    chmodSync(join(top, 'make'), 0o755);
  });

  afterEach(() => rmSync(top, { recursive: true, force: true }));

  it('names a generated file that is missing or differs from what its source makes today', () => {
    writeFileSync(join(top, 'out/a'), 'old\n');
    const found = staleFiles(top, generators);
    expect(found.map(({ file }) => file).sort()).toEqual(['out/a', 'out/deep/b']);
    expect(found[0]?.todo).toBe('run ./make and commit the result');
  });

  it('is content with files that are what their source makes', () => {
    writeFileSync(join(top, 'out/a'), 'new\n');
    mkdirSync(join(top, 'out/deep'));
    writeFileSync(join(top, 'out/deep/b'), 'same\n');
    expect(staleFiles(top, generators)).toEqual([]);
  });

  it('has nothing to compare where there is no generator', () => {
    expect(staleFiles(top, [{ script: 'absent', into: '.' }])).toEqual([]);
  });
});
