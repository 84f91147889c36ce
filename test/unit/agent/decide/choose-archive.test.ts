import { expect, it } from 'vitest';
import { chooseArchive, type RestorePoint } from '../../../../agent/decide/choose-archive.ts';

const point = (subject: string, createdAtMs: number): RestorePoint => ({
  name: `${subject}@${createdAtMs}`,
  id: `${createdAtMs}`,
  subject,
  createdAtMs,
});
const POINTS = [point('shop', 100), point('crm', 250), point('shop', 300), point('shop', 200)];
const choose = (subject: string, atMs: number | null) => chooseArchive(POINTS, subject, atMs, String);

it('takes the newest at or before the moment, of that subject alone', () => {
  expect(choose('shop', null)).toEqual({ point: POINTS[2] });
  expect(choose('shop', 299)).toEqual({ point: POINTS[3] });
  expect(choose('shop', 200)).toEqual({ point: POINTS[3] });
  expect(choose('crm', 9_000)).toEqual({ point: POINTS[1] });
});

it('says what there is when there is nothing for the moment or the subject', () => {
  expect(choose('shop', 99)).toMatchObject({
    problem: expect.stringContaining('at or before 99; the oldest is of 100'),
  });
  expect(choose('blog', null)).toMatchObject({ next: 'there are some of: crm, shop' });
  expect(chooseArchive([], '', null, String)).toMatchObject({
    problem: expect.stringContaining('holds no recovery point'),
  });
});
