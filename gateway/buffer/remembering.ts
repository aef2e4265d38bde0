/** The buffer's file as a memory of others: small values by key, durable. */
import { messageOf } from '../../shared/errors.ts';
import type { Log } from '../machine/log.ts';
import type { ReadingBuffer } from './buffer.ts';

/** How late what other gateways say of themselves may be written. */
const rememberWithinMs = 5_000;

/** What a port could leave where it is may fill half of the buffer. */
export function memoryIn(buffer: ReadingBuffer) {
  return {
    read: (key: string) => buffer.remembered().get(key),
    keep: (key: string, value: string) => rememberAll(buffer)(new Map([[key, value]])),
    hasRoom() {
      const { usedBytes, maxBytes } = buffer.stats();
      return usedBytes < maxBytes / 2;
    },
  };
}

/** Resolves when all are on the disk, at once or not at all; undefined forgets. */
export function rememberAll(buffer: ReadingBuffer) {
  return (values: ReadonlyMap<string, string | undefined>) => buffer.append([], { remember: values, withinMs: 0 });
}

/** A commit of its own that fails is no loss: what is remembered comes again. */
export function rememberIn(buffer: ReadingBuffer, log: Log) {
  return (key: string, value: string) => {
    buffer.append([], { remember: new Map([[key, value]]), withinMs: rememberWithinMs }).catch((fault) => {
      log.warn('What a gateway said of itself could not be kept', { fault: messageOf(fault) });
    });
  };
}
