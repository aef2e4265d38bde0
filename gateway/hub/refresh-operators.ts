/** Signs the operators' list when it is time, by a clock that is set. */
import type { Clock } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Log } from '../machine/log.ts';
import type { Operators } from './operators.ts';

/** How late a list may be signed. */
const lookEveryMs = 15_000;

/** Resolves when the signal aborts. */
export async function refreshOperators(
  operators: Operators,
  clock: Clock,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { wall, synchronised } = clock.moment();
    try {
      if (synchronised) await operators.refresh(wall);
    } catch (fault) {
      log.error("The operators' list could not be signed; edges go on with the last one until it ends", {
        fault: messageOf(fault),
      });
    }
    await clock.sleep(lookEveryMs, signal);
  }
}
