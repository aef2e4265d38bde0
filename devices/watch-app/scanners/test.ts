/** A scanner for tests and demonstrations: hears what it is told. */
import { type Hear, type Heard, ScanError, type ScanFault, type Scanner, type Wanted } from '../core/surroundings.ts';

export interface TestScanner extends Scanner {
  /** Whether it was listening. */
  hear(heard: Heard): boolean;
  /** From now on a scan cannot begin; without a fault it can again. */
  fail(fault?: ScanFault): void;
  readonly starts: number;
  readonly isListening: boolean;
  /** What the last scan looked for. */
  readonly wanted: Wanted | undefined;
}

export function testScanner({ needsTouch = false } = {}): TestScanner {
  let listener: Hear | undefined;
  let fault: ScanFault | undefined;
  let starts = 0;
  let lastWanted: Wanted | undefined;
  return {
    needsTouch,
    async start(hear, wanted) {
      if (fault !== undefined) throw new ScanError(fault);
      starts++;
      lastWanted = wanted;
      listener = hear;
      return () => {
        listener = undefined;
      };
    },
    hear(heard) {
      listener?.(heard);
      return listener !== undefined;
    },
    fail(next) {
      fault = next;
    },
    get starts() {
      return starts;
    },
    get isListening() {
      return listener !== undefined;
    },
    get wanted() {
      return lastWanted;
    },
  };
}
