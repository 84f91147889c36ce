import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { settingsOf } from '../../../../collector/control/options.ts';

it('a data folder may be named from where one stands', async () => {
  expect((await settingsOf({ data: 'collector' })).data).toBe(resolve('collector'));
});
