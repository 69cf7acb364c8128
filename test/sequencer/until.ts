const pollMs = 5;
const deadlineMs = 8000;

/** Resolves as soon as the condition holds; rejects with what was waited for when it does not hold in time. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const startedAt = performance.now();
  while (!condition()) {
    if (performance.now() - startedAt > deadlineMs) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
