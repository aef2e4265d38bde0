/** What a gateway sends to, and what has arrived there (open-city.ts). */
import type { Origin } from '../../shared/feed/topics.ts';
import type { Arrived } from '../../simulators/rig/verdict/check.ts';
import type { Counts } from './counts.ts';

/** A reading as it is stored; at a context broker its kind is the type of the entity. */
export interface CityReading extends Origin, Arrived {}

/** A gateway that is to send here, and the folder of its configuration. */
export interface Sender extends Origin {
  readonly folder: string;
}

export interface City {
  readonly url: string;
  /** What a gateway's `[[destination]]` must say; at a hub the gateway is enrolled by it. */
  destination(sender: Sender): Readonly<Record<string, unknown>>;
  /** All that is stored, in the order in which it came; at a hub in the order of its time. At most a page is in memory. */
  readings(): Iterable<CityReading>;
  /** Of one gateway, or of all. */
  counts(gateway?: string): Counts;
  /** Readings that are as another one of the same device, kind and moment. */
  duplicates(): number;
  /** Readings that it has refused, by device: they are not lost. */
  refused(): ReadonlyMap<string, number>;
  /** Batches that neither came nor were given up; a context broker knows none. */
  missing(): number;
  /** Nobody is at its address any more. */
  cutOff(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}
