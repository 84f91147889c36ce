/** Waiting for something another process does: it cannot call us back, so it is asked again and again. */

const ASK_EVERY_MS = 50;

/** The first truthy answer; throws with `what` when there is none within `withinMs`. */
export async function until<T>(
  what: string,
  withinMs: number,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
): Promise<T> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > deadlineMs) {
      throw new Error(`${what}: not seen within ${Math.round(withinMs / 1_000)} s`);
    }
    await pause(ASK_EVERY_MS);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
