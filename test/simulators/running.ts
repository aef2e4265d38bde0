import type { Simulator } from '../../simulators/simulator.ts';
import type { Wire } from '../../simulators/wires/wire.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Runs a simulator for that many milliseconds of its clock. */
export async function runFor(ms: number, simulator: Simulator, wire: Wire, clock: VirtualClock): Promise<void> {
  const stop = new AbortController();
  const run = simulator.run(wire, stop.signal);
  await clock.advance(ms);
  stop.abort();
  await run;
}
