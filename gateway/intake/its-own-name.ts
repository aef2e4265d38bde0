/** Whether a message is of the gateway that sent it. */
import { MachimoriError } from '../../shared/errors.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import { say } from './words.ts';

/** Throws a MachimoriError "bad-message" if it calls itself another gateway than the one that sent it. */
export function ofGateway<T extends { readonly gateway: string }>(from: Origin, message: T): T {
  if (message.gateway === from.gateway) return message;
  throw new MachimoriError('bad-message', {
    what: say.otherGateway({ from: `${from.tenant}/${from.gateway}`, named: message.gateway }),
    on: `${from.tenant}/${from.gateway}`,
    hint: say.ownGateway(),
  });
}
