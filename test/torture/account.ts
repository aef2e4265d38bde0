/** Where every acknowledged reading is: stored, refused, waiting or in a gap; and what is stored twice. */
import { ReadingBuffer } from '../../gateway/buffer/buffer.ts';
import { decompress } from '../../gateway/buffer/compress.ts';
import { SystemClock } from '../../gateway/machine/system-clock.ts';
import { decodeBatch, decodeBody } from '../../shared/feed/batch.ts';
import type { Reading } from '../../shared/reading.ts';
import type { CityOsStore } from '../../simulators/city-os/store.ts';

export interface Account {
  /** Readings that the gateway acknowledged to the device. */
  readonly appended: number;
  /** Of those: stored in the city OS,… */
  readonly stored: number;
  /** …waiting in the gateway's buffer,… */
  readonly waiting: number;
  /** …refused by the city OS,… */
  readonly refused: number;
  /** …reported as dropped,… */
  readonly gaps: number;
  /** …and nowhere, or refused and not kept. */
  readonly lost: number;
  /** Readings of any device stored more than once, and alarms raised or cleared twice in a row. */
  readonly duplicated: number;
}

export interface Evidence {
  readonly acknowledged: ReadonlySet<number>;
  readonly store: CityOsStore;
  /** The gateway's buffer; the gateway has ended. */
  readonly bufferFile: string;
  isRefused(n: number): boolean;
}

/** Refused readings that a gateway keeps. */
const maxRefusedKept = 10_000;
const maxBodyBytes = 64e6;
const maxReadings = 100_000;

export function takeAccount({ acknowledged, store, bufferFile, isRefused }: Evidence): Account {
  const storedTimes = timesStored(store);
  const buffer = readBuffer(bufferFile);
  let stored = 0;
  let waiting = 0;
  let refused = 0;
  let missing = 0;
  for (const n of acknowledged) {
    if (storedTimes.has(`gauge ${n}`)) stored++;
    else if (buffer.waiting.has(n)) waiting++;
    else if (isRefused(n)) refused++;
    else missing++;
  }
  const gaps = Math.min(
    missing,
    store.gaps().reduce((sum, { count }) => sum + count, 0),
  );
  const notKept = Math.max(0, Math.min(refused, maxRefusedKept) - buffer.refused);
  const again = [...storedTimes.values()].reduce((sum, times) => sum + times - 1, 0);
  return {
    appended: acknowledged.size,
    stored,
    waiting,
    refused: refused - notKept,
    gaps,
    lost: missing - gaps + notKept,
    duplicated: again + alarmsTwice(store),
  };
}

/** The acknowledged readings that the city OS must have sooner or later, and has not. */
export function missingFrom(store: CityOsStore, acknowledged: ReadonlySet<number>, isRefused: Evidence['isRefused']) {
  const stored = timesStored(store);
  return [...acknowledged].filter((n) => !isRefused(n) && !stored.has(`gauge ${n}`));
}

/** How often each measurement is stored, by device and number. */
function timesStored(store: CityOsStore): Map<string, number> {
  const times = new Map<string, number>();
  for (const { reading } of store.readings({ kind: 'measurement' })) {
    const key = `${reading.device} ${reading.values.n}`;
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  return times;
}

/** An alarm's state is committed with its readings: whatever happens, it is raised and cleared by turns. */
function alarmsTwice(store: CityOsStore): number {
  const alarms = [...store.readings({ kind: 'alarm' })];
  // Numbers order the batches of one start only.
  alarms.sort((a, b) => a.reading.observedAt - b.reading.observedAt || a.number - b.number || a.position - b.position);
  return alarms.filter(({ reading }, i) => i > 0 && alarms[i - 1]?.reading.values.state === reading.values.state)
    .length;
}

function readBuffer(file: string): { readonly waiting: ReadonlySet<number>; readonly refused: number } {
  const silent = () => {};
  const buffer = ReadingBuffer.open({
    file,
    gateway: 'gateway-01',
    boot: 'account',
    maxBytes: 400e6,
    batchReadings: 500,
    batchAgeMs: 5_000,
    holdMs: 5_000,
    outboxes: [{ name: 'city', encoding: 'columns', compression: 'none', freshEvery: 4, accepts: () => true }],
    clock: new SystemClock('always'),
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  try {
    buffer.flush();
    const waiting = new Set<number>();
    for (let next = buffer.take('city'); next !== undefined; next = buffer.take('city')) {
      for (const { device, values } of next.kind === 'batch' ? readingsOf(next.batch.bytes) : []) {
        if (device === 'gauge') waiting.add(Number(values.n));
      }
    }
    return { waiting, refused: buffer.stats().outboxes.city?.refused ?? 0 };
  } finally {
    buffer.close();
  }
}

function readingsOf(bytes: Uint8Array): readonly Reading[] {
  const { header, body } = decodeBatch(bytes);
  return decodeBody(header, decompress(body, header.compression, maxBodyBytes), maxReadings);
}
