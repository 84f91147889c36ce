/** Files are restored by root below what others may change: nothing of theirs leads them elsewhere. */
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { prepareFiles } from '../../../../agent/restore/files.ts';
import { MARKER, mark } from '../../../../agent/restore/folder.ts';
import type { Desk } from '../../../../agent/restore/types.ts';
import { sharedFolder } from '../../../support/folder.ts';

const SOMEBODY = 4_711;
const notRoot = process.getuid?.() !== 0;
const point = { name: 'web1-files-1', id: '1', subject: '', createdAtMs: 0 };

/** An archive that holds these, and borg, which writes a file into the folder it is started in. */
function deskWith(paths: string[]) {
  const extracted: string[] = [];
  const desk = {
    reader: {
      entries: async (_name: string, onEntry: (entry: object) => void) => {
        for (const path of paths) onEntry({ path: path.slice(1), type: '-', sizeBytes: 1 });
      },
      extract: async (_name: string, _paths: string[], folder: string) => {
        extracted.push(folder);
        const said = { errors: [], warnings: [], warningsTotal: 0 };
        return {
          seen: { exitCode: 0, signal: null, startError: null, said },
          progress: null,
          diskFull: false,
        };
      },
    },
    progress: { clear: () => {}, show: () => {} },
    zone: 'UTC',
    signal: new AbortController().signal,
  } as unknown as Desk;
  return { desk, extracted };
}

function home() {
  const top = sharedFolder();
  const docs = join(top, 'home', 'docs');
  mkdirSync(docs, { recursive: true, mode: 0o755 });
  return { top, docs };
}

const into = (folder: string, overwrite = false) => ({ folder, inPlace: false, overwrite });
const IN_PLACE = { folder: '/', inPlace: true, overwrite: true };

// Needs root to give a folder to somebody else.
it.skipIf(notRoot)('refuses a folder that others can change, or that is behind a link', async () => {
  const { top, docs } = home();
  const { desk } = deskWith([]);
  symlinkSync(docs, join(top, 'link'));
  await expect(prepareFiles(desk, point, [], into(join(top, 'link/new')))).rejects.toThrow(
    `${join(top, 'link')} is a link, or others can change it`,
  );
  chownSync(join(top, 'home'), SOMEBODY, SOMEBODY);
  const refused = prepareFiles(desk, point, [], into(join(docs, 'restored')));
  await expect(refused).rejects.toThrow(`${join(top, 'home')} is a link, or others can change it`);
  await expect(refused).rejects.toMatchObject({ next: expect.stringContaining('/srv/restored') });
  await expect(prepareFiles(desk, point, [], into(join(top, 'fresh')))).resolves.toBeDefined();
});

// Needs root to give a folder to somebody else.
it.skipIf(notRoot)('restores over what is there only where nobody else can have entered', async () => {
  const { docs } = home();
  const { desk } = deskWith([]);
  writeFileSync(join(docs, 'held'), '');
  await expect(prepareFiles(desk, point, [], into(docs, true))).rejects.toThrow('others can enter it');
  chmodSync(docs, 0o700);
  await expect(prepareFiles(desk, point, [], into(docs, true))).resolves.toBeDefined();
});

// Needs root to give a folder to somebody else.
it.skipIf(notRoot)('restores nothing in place below a folder that others can change', async () => {
  const { top, docs } = home();
  const wanted = join(docs, 'deep/file');
  const { desk, extracted } = deskWith([wanted]);
  const prepared = await prepareFiles(desk, point, [], IN_PLACE);
  chownSync(docs, SOMEBODY, SOMEBODY);
  const wish = prepareFiles(desk, point, [join(top, 'home')], IN_PLACE);
  await expect(wish).rejects.toThrow(`not restored in place: ${docs} is a link, or others can change it`);
  await expect(wish).rejects.toMatchObject({ next: expect.stringContaining('--to DIR') });
  expect(await prepared.run()).toMatchObject({
    outcome: 'failed',
    result: expect.stringContaining(`${docs} is a link`),
  });
  chownSync(docs, 0, 0);
  renameSync(docs, join(top, 'away'));
  symlinkSync('/etc', docs);
  await expect(prepareFiles(desk, point, [], IN_PLACE)).rejects.toThrow(`${docs} is a link`);
  expect(extracted).toEqual([]);
});

it('looks again when it begins: what came into the folder meanwhile is not overwritten', async () => {
  const { top } = home();
  const to = join(top, 'restored');
  const { desk, extracted } = deskWith([]);
  const prepared = await prepareFiles(desk, point, [], into(to));
  writeFileSync(join(to, 'theirs'), 'work of an hour');
  expect(await prepared.run()).toMatchObject({
    outcome: 'failed',
    result: `Nothing was restored: ${to} is not empty.`,
  });
  expect([extracted, readdirSync(to)]).toEqual([[], ['theirs']]);
});

it('follows no link where it marks the folder', () => {
  const { docs, top } = home();
  const victim = join(top, 'victim');
  writeFileSync(victim, 'as it was');
  symlinkSync(victim, join(docs, MARKER));
  mark(docs, 'A restore.');
  expect(readFileSync(victim, 'utf8')).toBe('as it was');
  expect(readFileSync(join(docs, MARKER), 'utf8')).toContain('A restore.');
});
