/** What a simulated box logs becomes history; an error that the simulation's faults must not lead to is a broken promise. */
import type { Log, LogLevel } from '../../gateway/machine/log.ts';
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
  seen(message: string): void;
  levelSet(level: LogLevel): void;
}

export function boxLog({ history, violations }: World, { sleeper, who, mayBeDamaged, seen, levelSet }: Logging): Log {
  const write =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      if (sleeper.isGone) return;
      const { port, destination, fault, why, batches, reason, readings } = fields;
      const known = { port, destination, fault, why, batches, reason, readings };
      history.note(`${who}${level}: ${message} ${JSON.stringify(known)}`);
      seen(message);
      if (level === 'error' && UNSOUND.test(message) && !(mayBeDamaged() && DAMAGED.test(message)))
        violations.add('sound', `${who}the gateway says: ${message} (${fault})`);
    };
  const setLevel = (level: LogLevel) => {
    if (!sleeper.isGone) levelSet(level);
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error'), setLevel };
}
