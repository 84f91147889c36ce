import { expect, it } from 'vitest';
import { pitrWishOf, type RestoreOptions } from '../../../../agent/commands/restore-options.ts';
import { postgresPitrJob } from '../../../support/job-specs.ts';

const OPTIONS = {
  at: 'latest',
  to: '/srv/copy',
  reason: 'a test',
  inPlace: false,
  overwrite: false,
  paths: [],
  allDatabases: false,
  globals: false,
} as unknown as RestoreOptions;
const wish = (change: Partial<RestoreOptions> = {}) =>
  pitrWishOf({ ...OPTIONS, ...change }, postgresPitrJob(), 'Europe/Berlin');

it('takes a cluster to a moment into a folder, and looks at it as its superuser first', () => {
  const folder = '/srv/copy';
  expect(wish()).toEqual({ atMs: null, atMicros: 0, folder, roles: ['postgres', 'backproof'] });
  expect(wish({ at: '2026-11-21 14:03:07.250048+01', dbUser: 'admin' })).toEqual({
    atMs: Date.UTC(2026, 10, 21, 13, 3, 7, 250),
    atMicros: 48,
    folder,
    roles: ['admin', 'backproof'],
  });
});

it('refuses what is meant for files and dumps, each with what to do instead', () => {
  expect(() => wish({ database: 'shop' })).toThrow('brings it back whole');
  expect(() => wish({ paths: ['/etc'] })).toThrow('brings it back whole');
  expect(() => wish({ globals: true })).toThrow('brings it back whole');
  expect(() => wish({ inPlace: true })).toThrow('never overwritten');
  expect(() => wish({ overwrite: true })).toThrow('never overwritten');
  expect(() => wish({ dbHost: '/run/postgresql' })).toThrow('never overwritten');
  expect(() => wish({ to: undefined })).toThrow('where to');
  expect(() => wish({ to: '-' })).toThrow('where to');
  expect(() => wish({ reason: ' ' })).toThrow('with its reason');
  expect(() => wish({ at: 'yesterday' })).toThrow('--at does not take');
});
