import { expect, onTestFinished, test } from 'vitest';
import { StoreUnavailable } from '../../../collector/store/errors.ts';
import { Judging } from '../../support/judging.ts';

test('a clone that comes while the database cannot be written is not the end of the collector', () => {
  const judging = new Judging();
  onTestFinished(() => judging.stop());
  const web1 = judging.enroll('web1');
  judging.store.transaction = () => {
    throw new StoreUnavailable('SQLITE_FULL', new Error('database or disk is full'));
  };
  expect(() => judging.evaluator.cloned(web1.id)).not.toThrow();
});
