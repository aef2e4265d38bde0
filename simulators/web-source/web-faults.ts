/** What can be wrong with the prefecture's web server: one fault at a time, the first of those that stand. */
import type { FaultBoard, FaultKind } from '../fault-board.ts';
import { say } from './fault-words.ts';

export const WEB_SOURCE_FAULTS = [
  { name: 'down', meaning: say.down() },
  { name: 'slow', meaning: say.slow() },
  { name: 'huge', meaning: say.huge() },
  { name: 'endless', meaning: say.endless() },
  { name: 'bomb', meaning: say.bomb() },
  { name: 'renamed', meaning: say.renamed() },
  { name: 'garbage', meaning: say.garbage() },
  { name: 'busy', meaning: say.busy() },
  { name: 'wrong-charset', meaning: say.wrongCharset() },
  { name: 'loop', meaning: say.loop() },
  { name: 'downgrade', meaning: say.downgrade() },
  { name: 'broken', meaning: say.broken() },
  { name: 'gone', meaning: say.gone() },
] as const satisfies readonly FaultKind[];

export type WebFault = (typeof WEB_SOURCE_FAULTS)[number]['name'];

export function webFaultOn(faults: FaultBoard): WebFault | undefined {
  return WEB_SOURCE_FAULTS.find(({ name }) => faults.get(name))?.name;
}
