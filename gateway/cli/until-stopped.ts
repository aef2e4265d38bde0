/** What comes until the signal aborts; what it is in the middle of then is left. */
export async function* untilStopped(lines: AsyncGenerator<string>, stop: AbortSignal): AsyncGenerator<string> {
  const stopped = new Promise<undefined>((resolve) => stop.addEventListener('abort', () => resolve(undefined)));
  while (!stop.aborted) {
    const next = await Promise.race([lines.next(), stopped]);
    if (next === undefined || next.done === true) return;
    yield next.value;
  }
}
