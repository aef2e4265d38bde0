/** What a destination of NGSI is made of, by either type. */
import type { BrokerOptions } from './broker.ts';
import type { Mapping } from './mapping.ts';

export interface NgsiOptions extends Omit<BrokerOptions, 'clock' | 'openHttp'> {
  readonly name: string;
  readonly window: number;
  readonly windowBytes: number;
  readonly reconnectWithinMs: number;
  readonly mapping: Mapping;
  readonly personal: boolean;
  readonly doubtful: boolean;
  readonly maxEntities: number;
  readonly maxRequestBytes: number;
  readonly parallelRequests: number;
  readonly askEveryMs: number;
  /** What whoever writes to the broker may order (asked-orders.ts). */
  readonly commands: readonly string[];
  readonly commandsEveryMs: number;
  /** The tenant may have to be made by the first request. */
  readonly makesTenant: boolean;
}
