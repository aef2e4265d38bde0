/**
 * Asks the broker for the times of entities that this run has not sent yet: the file may be older than what was sent (a power cut, a
 * backup that was put back), and another may have written them. In pages of `maxPerPage`, so that a URL stays below what proxies take.
 */
import type { HttpAnswer } from '../../net/http.ts';
import { isGood } from './answers.ts';
import type { Broker } from './broker.ts';
import type { EntityId } from './entity.ts';
import type { Times } from './format.ts';

/** Ids of 256 characters with their colons encoded make some 8 kB of URL, which nginx takes by default; usual ones 2 kB. */
const maxPerPage = 25;
export type ReadBack =
  | { readonly is: 'read'; readonly times: Times }
  /** `forbidden`: it will not be let read; otherwise another time. */
  | { readonly is: 'forbidden' | 'not-now'; readonly answer: HttpAnswer };

const FOR_EVER: ReadonlySet<number> = new Set([400, 403, 404, 405, 406, 414, 501]);

export async function readBack(broker: Broker, entities: readonly EntityId[], signal: AbortSignal): Promise<ReadBack> {
  const times = new Map<string, ReadonlyMap<string, number>>();
  for (let from = 0; from < entities.length; from += maxPerPage) {
    const answer = await broker.ask(broker.format.times(entities.slice(from, from + maxPerPage)), signal);
    const isUnknownTenant = answer.status === 404 && /tenant/i.test(answer.body.toString('latin1'));
    if (isUnknownTenant) return { is: 'read', times };
    if (FOR_EVER.has(answer.status)) return { is: 'forbidden', answer };
    if (!isGood(answer)) return { is: 'not-now', answer };
    for (const [id, of] of broker.format.readTimes(answer)) times.set(id, of);
  }
  return { is: 'read', times };
}
