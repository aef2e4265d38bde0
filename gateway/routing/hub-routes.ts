/**
 * Who gets what of other gateways' batches.
 *
 * A destination that wants all of a batch gets it as it came. One that wants a part filters as it decodes; if it sends batches on, it gets
 * a batch of that part, whose epoch is derived from the source's and the route, so that it is the same each time.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { encodeBatch, encodeBody } from '../../shared/feed/batch.ts';
import type { DeviceDescription } from '../../shared/feed/birth.ts';
import type { ReceivedBatch } from '../../shared/feed/receive.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import { operatorOf, type Reading } from '../../shared/reading.ts';
import { compress } from '../buffer/compress.ts';
import type { Copies } from '../buffer/passing/take-in.ts';
import type { Config } from '../config/settings.ts';
import { takesTenant } from '../destinations/common-settings.ts';
import type { DestinationConfig } from '../destinations/destination.ts';
import { byOperator } from './by-operator.ts';
import { inArea } from './in-area.ts';

/** Whether a hub has given an operator up: what was sealed to it before is stored nowhere any more. */
export type IsRevoked = (operator: string) => boolean;

export type Describe = (device: string, origin: Origin) => DeviceDescription | undefined;

/** Whether a destination wants a reading of another gateway. */
export function acceptsFromOthers(
  destination: DestinationConfig,
  config: Pick<Config, 'gateway'>,
  describe: Describe,
  isRevoked: IsRevoked = () => false,
): (reading: Reading, origin: Origin) => boolean {
  const { kinds, devices, groups, areaFile } = destination;
  const isInArea = inArea(destination);
  const isForOperator = byOperator(destination);
  // What is handed on stays as it came: a part of a batch must be the same whenever it is made.
  const isTurnedAway = (reading: Reading) =>
    destination.destinationType.sendsOn !== true && isRevoked(operatorOf(reading) ?? '');
  return (reading, origin) => {
    const { kind, device } = reading;
    if (!takesTenant(destination, config, origin.tenant)) return false;
    if (!isForOperator(reading) || isTurnedAway(reading)) return false;
    if (kinds.length > 0 && !kinds.includes(kind)) return false;
    if (devices.length > 0 && !devices.includes(device)) return false;
    if (groups.length === 0 && areaFile === undefined) return true;
    const { group, place } = describe(device, origin) ?? {};
    return (groups.length === 0 || (group !== undefined && groups.includes(group))) && isInArea(reading, place);
  };
}

export class HubRoutes {
  readonly #config: Config;
  readonly #routes: readonly Route[];

  constructor(config: Config, describe: Describe, isRevoked?: IsRevoked) {
    this.#config = config;
    this.#routes = config.destinations.map((destination) => ({
      destination,
      accepts: acceptsFromOthers(destination, config, describe, isRevoked),
      key: routeKey(destination),
    }));
  }

  copies(batch: ReceivedBatch, origin: Origin, readings: readonly Reading[], message: Uint8Array): Copies {
    const whole = { bytes: message, count: readings.length };
    const copies = this.#routes.flatMap(({ destination, accepts, key }) => {
      const wanted = readings.filter((reading) => accepts(reading, origin));
      if (wanted.length === 0) return [];
      const isPart = wanted.length < readings.length && destination.destinationType.sendsOn === true;
      return [[destination.name, isPart ? partOf(batch, wanted, key) : whole] as const];
    });
    return new Map(copies);
  }

  forGaps({ tenant }: Origin): readonly string[] {
    const wanting = this.#routes.filter(({ destination }) => takesTenant(destination, this.#config, tenant));
    return wanting.map(({ destination }) => destination.name);
  }
}

interface Route {
  readonly destination: DestinationConfig;
  accepts(reading: Reading, origin: Origin): boolean;
  /** What is chosen, whatever the destination is called. */
  readonly key: string;
}

function routeKey({ kinds, devices, groups, operators, tenants, areaFile }: DestinationConfig): string {
  const area = areaFile === undefined ? '' : readFileSync(areaFile, 'utf8');
  const lists = [kinds, devices, groups, tenants].map((list) => list.toSorted());
  const only = operators.length === 0 ? [] : [operators.toSorted()]; // a route without it keeps the key it had
  return JSON.stringify([...lists, area, ...only]);
}

function partOf(
  { gateway, epoch, number, lane, encoding, compression }: ReceivedBatch,
  readings: readonly Reading[],
  key: string,
) {
  const { body, doubts } = encodeBody(encoding, readings);
  const derived = createHash('sha256').update(`${key} ${epoch}`).digest('hex').slice(0, 16);
  const about = { gateway, epoch: derived, number, lane, encoding, compression, doubts, count: readings.length };
  return { bytes: encodeBatch(about, compress(body, compression)), count: readings.length };
}
