/** What both NGSI types are. Who has none does not load the rest of it (session.ts). */
import type { Destination, DestinationSurroundings } from '../destination.ts';
import type { NgsiOptions } from './options.ts';

export function ngsi(options: NgsiOptions, surroundings: DestinationSurroundings): Destination {
  const { name, window, windowBytes, reconnectWithinMs } = options;
  return {
    ...{ name, window, windowBytes, reconnectWithinMs },
    open: async (signal) => (await import('./session.ts')).openSession(options, surroundings, signal),
    probe: async (signal) => (await import('./session.ts')).probe(options, surroundings, signal),
  };
}
