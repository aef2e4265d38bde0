/** What a simulated box logs becomes history; an error that the simulation's faults must not lead to is a broken promise. */
import type { Log } from '../../gateway/machine/log.ts';
import type { Sleeper } from '../../simulators/virtual-clock.ts';
import type { World } from './world.ts';

const DAMAGED = /was damaged/;
const UNSOUND = /were lost because|could not write|was damaged|fault in the device type/;

interface Logging {
  readonly sleeper: Sleeper;
  /** Begins each line, where there are several boxes. */
  readonly who: string;
  /** Whether the disk has lost pages. */
  mayBeDamaged(): boolean;
}

export function boxLog({ history, violations }: World, { sleeper, who, mayBeDamaged }: Logging): Log {
  const write =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      if (sleeper.isGone) return;
      const { port, destination, fault, why, batches, reason, readings } = fields;
      const known = { port, destination, fault, why, batches, reason, readings };
      history.note(`${who}${level}: ${message} ${JSON.stringify(known)}`);
      if (level === 'error' && UNSOUND.test(message) && !(mayBeDamaged() && DAMAGED.test(message)))
        violations.add('sound', `${who}the gateway says: ${message} (${fault})`);
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
