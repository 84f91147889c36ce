/** What proto/schedule.ts remembers between two questions must not change an answer. */
import { Cron } from 'croner';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextDue } from '../../proto/schedule.ts';

const FROM_MS = Date.UTC(2026, 0, 1);
const YEAR_MS = 366 * 86_400_000;

test('the next due moment is croner’s, in whatever order it is asked for', () => {
  const cron = fc.constantFrom('30 2 * * *', '0 0 * * *', '*/15 * * * *', '0 3 * * 1-5');
  const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC');
  const asked = fc.array(fc.integer({ min: 0, max: YEAR_MS }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(cron, zone, asked, fc.boolean(), (expression, timezone, moments, again) => {
      const schedule = { cron: expression, zone: timezone, spreadMs: 0, startGraceMs: 0, finishWithinMs: 0 };
      const fresh = new Cron(expression, { timezone, paused: true, mode: '5-part' });
      for (const moment of again ? [...moments, ...moments] : moments) {
        const afterMs = FROM_MS + moment;
        const expected = fresh.nextRun(new Date(afterMs))!.getTime();
        expect(nextDue(schedule, 'web1', 'files', afterMs)!.dueAtMs).toBe(expected);
        // A moment itself is not after itself, and the one before it is.
        expect(nextDue(schedule, 'web1', 'files', expected - 1)!.dueAtMs).toBe(expected);
      }
    }),
    { numRuns: 100 },
  );
});
