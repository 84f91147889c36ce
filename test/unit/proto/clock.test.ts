import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../proto/clock.ts';

const DAY_MS = 86_400_000;

describe('the system clock', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('waits longer than a timer of Node can, and calls once', () => {
    const call = vi.fn();
    systemClock.after(60 * DAY_MS, call);
    vi.advanceTimersByTime(60 * DAY_MS - 1);
    expect(call).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(call).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes a wait back, also after its first timer', () => {
    const call = vi.fn();
    const cancel = systemClock.after(60 * DAY_MS, call);
    vi.advanceTimersByTime(30 * DAY_MS);
    cancel();
    vi.advanceTimersByTime(60 * DAY_MS);
    expect(call).not.toHaveBeenCalled();
  });

  it('calls at once for a moment that has passed', () => {
    const call = vi.fn();
    systemClock.after(-5, call);
    vi.advanceTimersByTime(0);
    expect(call).toHaveBeenCalledOnce();
  });
});
