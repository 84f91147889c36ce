import { expect, it } from 'vitest';
import { lineDiff } from '../../../../agent/decide/line-diff.ts';

it('marks lines that come and go, and keeps their order', () => {
  expect(lineDiff('a\nb\nc\n', 'a\nx\nc\nd\n')).toEqual(['  a', '- b', '+ x', '  c', '+ d']);
  expect(lineDiff('', 'a\n')).toEqual(['+ a']);
  expect(lineDiff('a\n', 'a\n')).toEqual(['  a']);
});
