import { expect, test } from 'vitest';
import { rtsSink } from '../../../gateway/ports/rts.ts';

/** A port that notes what happens to it, each after a turn of the event loop. */
function port(failing: 'set' | 'write' | undefined = undefined) {
  const events: string[] = [];
  const note = (event: string, done: (fault: Error | null) => void, isFailing: boolean) => {
    events.push(event);
    setImmediate(() => done(isFailing ? new Error('no such line') : null));
  };
  return {
    events,
    set: ({ rts }: { rts: boolean }, done: (fault: Error | null) => void) =>
      note(`rts ${rts}`, done, failing === 'set'),
    write: (bytes: Uint8Array, done: (fault: Error | null) => void) =>
      note(`write ${bytes[0]}`, done, failing === 'write'),
    drain: (done: (fault: Error | null) => void) => note('drain', done, false),
  };
}

test('RTS is set before the first byte and released after the last has left; writes take turns', async () => {
  const bus = port();
  const sink = rtsSink(bus, 'high', () => {});
  await Promise.all([1, 2].map((byte) => new Promise<void>((done) => sink.write(Uint8Array.of(byte), done))));
  expect(bus.events).toEqual([
    'rts false',
    ...['rts true', 'write 1', 'drain', 'rts false'],
    ...['rts true', 'write 2', 'drain', 'rts false'],
  ]);
});

test('an adapter may want the other level', async () => {
  const bus = port();
  await new Promise<void>((done) => rtsSink(bus, 'low', () => {}).write(Uint8Array.of(7), done));
  expect(bus.events).toEqual(['rts true', 'rts false', 'write 7', 'drain', 'rts true']);
});

test('a write that fails releases the bus, and a port without the line is said', async () => {
  const bus = port('write');
  const faults: string[] = [];
  await new Promise<void>((done) =>
    rtsSink(bus, 'high', (fault) => faults.push(fault.message)).write(Uint8Array.of(1), done),
  );
  expect(bus.events.at(-1)).toBe('rts false');
  await new Promise<void>((done) =>
    rtsSink(port('set'), 'high', (fault) => faults.push(fault.message)).write(Uint8Array.of(1), done),
  );
  expect(faults).toEqual(['no such line', 'no such line', 'no such line']);
});
