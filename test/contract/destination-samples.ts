/** The far end of every type of destination, for the contract in destinations.test.ts. */
import { onTestFinished } from 'vitest';
import type { Destination } from '../../gateway/destinations/destination.ts';
import type { Reading } from '../../shared/reading.ts';
import { openCityOs } from '../../simulators/city-os/city-os.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { archiveStore } from './archive-store.ts';
import { contextBroker } from './context-broker.ts';
import { tagsStore } from './tags-store.ts';

/** What readings are delivered to. It is away when it is made. */
export interface Store {
  /** It has the newest level alone, and hears of no gap. */
  readonly keepsNewest?: boolean;
  /** As a configuration has them, in camelCase, without `name`. */
  readonly settings: Readonly<Record<string, unknown>>;
  come(): Promise<void>;
  leave(): Promise<void>;
  /** The levels of the readings it has, as often as it has them. */
  levels(): readonly number[];
  /** The readings of these levels, for a store that takes readings of its own kind only. */
  readings?(from: number, to: number): Promise<readonly Reading[]>;
  /** Numbers that it was told will not come. */
  missing(): readonly number[];
  /** What it refuses from now on, with the reason; undefined takes everything. Absent if it never judges what readings say. */
  refuse?(check: ((reading: Reading) => string | undefined) | undefined): void;
  /** The next so many batches are stored, and the answer never arrives. */
  loseAnswers(count: number): void;
  /** Whether it keeps every message waiting for ever. */
  stall(isStalled: boolean): void;
  /** The destination as it is met there, for a far end that cannot lose its own answers. */
  between?(destination: Destination): Destination;
}

export interface DestinationSample {
  readonly type: string;
  open(): Promise<Store>;
}

export const DESTINATION_SAMPLES: readonly DestinationSample[] = [
  { type: 'city-os', open: cityOs },
  { type: 'archive', open: archiveStore },
  { type: 'ngsi-v2', open: () => contextBroker('ngsi-v2') },
  { type: 'ngsi-ld', open: () => contextBroker('ngsi-ld') },
  { type: 'tags', open: tagsStore },
];

const forEver = 1e9;

async function cityOs(): Promise<Store> {
  let lost = 0;
  const far = await openCityOs({
    file: ':memory:',
    port: await freePort(),
    misbehaviour: { crashAfterCommit: () => lost-- > 0 },
  });
  onTestFinished(() => far.close());
  await far.cutOff();
  const behave = (misbehaviour: typeof far.misbehaviour) => {
    far.misbehaviour = { ...far.misbehaviour, ...misbehaviour };
  };
  return {
    settings: { type: 'city-os', url: far.url, receiptTimeout: '1s' },
    come: () => far.comeBack(),
    leave: () => far.cutOff(),
    levels: () => [...far.store.readings()].map(({ reading }) => Number(reading.values.level)),
    missing: () =>
      far.store.gaps().flatMap(({ number, last }) => Array.from({ length: last - number + 1 }, (_, i) => number + i)),
    refuse: (refuse) => behave({ refuse: refuse ?? (() => undefined) }),
    loseAnswers(count) {
      lost = count;
    },
    stall: (isStalled) => behave({ slowMs: isStalled ? forEver : 0 }),
  };
}
