/** An operator's side as who asks there meets it: over HTTP. */
import { join } from 'node:path';
import { vi } from 'vitest';
import { giveToken } from '../../../../gateway/destinations/tags/accounts.ts';
import type { DeviceDescription } from '../../../../shared/feed/birth.ts';
import { HistoryClock } from '../../../contract/archive-rig.ts';
import { LogBook } from '../../machine/log-book.ts';
import { freePort } from '../../net/free-port.ts';
import { type Operator, type Place, sessionOf } from './rig.ts';

const STATION: DeviceDescription = {
  ...{ id: 'detector-01', type: 'beacon-box', kinds: ['sighting'], units: {} },
  place: { name: '加古川駅', lat: 34.7678, lon: 134.8393 },
};
export interface Last {
  readonly last: { readonly place: { readonly lat: number } };
}
export const patience = { timeout: 15_000, interval: 20 };

/** An operator's side that answers, with an account that may ask. */
export async function service(operator: Operator, place: Place, settings: object = {}) {
  const listen = `127.0.0.1:${await freePort()}`;
  const accountsFile = join(operator.folder, 'asking.accounts');
  const token = giveToken(accountsFile, 'family-desk');
  const clock = new HistoryClock();
  const log = new LogBook();
  const session = await sessionOf(operator, place, {
    settings: { listen, accountsFile, perMinute: 1_000, ...settings },
    surroundings: { clock, log, describe: (id) => (id === 'detector-01' ? STATION : undefined) },
  });
  const ask = (path: string, [name, password] = ['family-desk', token], more: RequestInit = {}) =>
    fetch(`http://${listen}${path}`, {
      ...more,
      headers: { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` },
    });
  await vi.waitFor(() => ask('/'), patience);
  const last = async (tag: string) => {
    const answer = await ask(`/v1/tags/${encodeURIComponent(tag)}/last`);
    return answer.status === 200 ? ((await answer.json()) as Last) : answer.status;
  };
  return { session, ask, last, clock, log, accountsFile, token, listen };
}
