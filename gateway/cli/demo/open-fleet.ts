import { type Fleet, openFleet } from '../../../simulators/town/fleet.ts';
import type { Terminal } from '../terminal.ts';
import { say } from '../words/simulate.ts';

/** On pseudo-terminals if there are any, else on TCP ports. */
export async function openFleetAnyhow(options: Parameters<typeof openFleet>[0], terminal: Terminal): Promise<Fleet> {
  try {
    return await openFleet(options);
  } catch {
    terminal.printError(say.noTerminals());
    return openFleet({ ...options, wires: 'tcp' });
  }
}
