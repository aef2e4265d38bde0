/** Passes an answer on for as long as its reader may read it. The reader's leaving is told at once, without waiting for what comes next. */
export function whileAllowed(pieces: AsyncIterable<Uint8Array>, mayRead: () => boolean): AsyncIterable<Uint8Array> {
  const from = pieces[Symbol.asyncIterator]();
  const leave = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    await from.return?.();
    return { done: true, value: undefined };
  };
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const piece = await from.next();
        return piece.done === true || !mayRead() ? await leave() : piece;
      },
      return: leave,
    }),
  };
}
