import type { Simulator } from '../../simulators/simulator.ts';
import type { VirtualClock } from '../../simulators/virtual-clock.ts';
import type { Wire } from '../../simulators/wires/wire.ts';

/** Runs a simulator for that many milliseconds of its clock. */
export async function runFor(ms: number, simulator: Simulator, wire: Wire, clock: VirtualClock): Promise<void> {
  const stop = new AbortController();
  const run = simulator.run(wire, stop.signal);
  await clock.advance(ms);
  stop.abort();
  await run;
}
