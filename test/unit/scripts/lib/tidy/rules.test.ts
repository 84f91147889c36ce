/** Every rule is shown houses that break it and houses that nearly do: a rule that cannot fail guards nothing. */
import { describe, expect, it } from 'vitest';
import { findingsOf, sentence } from '../../../../../scripts/lib/tidy/finding.ts';
import { houseOf } from '../../../../../scripts/lib/tidy/house.ts';
import { RULES } from '../../../../../scripts/lib/tidy/rules.ts';
import { SAMPLES } from './samples.ts';

describe('tidy', () => {
  it('has samples for every rule', () => {
    expect(Object.keys(SAMPLES).sort()).toEqual(RULES.map(({ name }) => name).sort());
  });

  for (const rule of RULES) {
    describe(rule.name, () => {
      it('has a bad sample and a good one', () => {
        const counts = SAMPLES[rule.name]!.map(({ caught }) => caught.length);
        expect(Math.max(...counts)).toBeGreaterThan(0);
        expect(Math.min(...counts)).toBe(0);
      });

      for (const { title, files, caught } of SAMPLES[rule.name]!) {
        it(`${caught.length > 0 ? 'catches' : 'lets pass'}: ${title}`, () => {
          const found = findingsOf(rule, houseOf(files)).map(({ file, line }) => `${file}:${line}`);
          expect(found.sort()).toEqual([...caught].sort());
        });
      }
    });
  }

  it('says where, which rule, what, why and what to do', () => {
    const house = houseOf({ 'agent/runner.ts': "import 'node:child_process';" });
    const rule = RULES.find(({ name }) => name === 'child-process')!;
    expect(findingsOf(rule, house).map(sentence)[0]).toMatch(
      /^agent\/runner\.ts:1 child-process: imports node:child_process\. Why: .+\. What to do: .+\.$/,
    );
  });
});
