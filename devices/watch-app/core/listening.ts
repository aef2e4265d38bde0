/**
 * Listens in slots: for `scanMs` somewhere in every `cycleMs` of the clock, to spare the battery, and not at all while the phone lies still or
 * the list's time is over.
 * What it hears goes through the operators' patterns; all else is forgotten at once.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { OperatorList } from '../../../shared/enrolment/operators.ts';
import type { Place } from '../../../shared/enrolment/tag-id.ts';
import { plausibleRssi } from '../../ble/ad-structures.ts';
import { type Matcher, matcher } from '../../ble/match.ts';
import { fraction } from './chance.ts';
import { payloadOf } from './payload.ts';
import type { Sightings } from './sightings.ts';
import type { Slot, Slots } from './slots.ts';
import { Stillness } from './still.ts';
import { type Chance, type Locate, ScanError, type ScanFault, type Scanner, type StopScan } from './surroundings.ts';
import { wantedOf } from './wanted.ts';

/** A strength that is not known counts as the weakest. */
const weakest = -127;
/** While it lies still, a phone asks where it is in one cycle of so many. */
const cyclesBetweenPlaces = 4;

interface Parts {
  readonly scanner: Scanner;
  readonly locate: Locate;
  readonly clock: Clock;
  readonly slots: Slots;
  readonly sightings: Sightings;
  readonly list: (wall: number) => OperatorList | undefined;
  readonly chance: Chance;
  readonly scanMs: number;
  readonly cycleMs: number;
  readonly onRest: (isResting: boolean) => void;
  readonly onScan: (fault: ScanFault | undefined) => void;
  readonly onPlace: (isKnown: boolean) => void;
}

export class Listening {
  readonly #parts: Parts;
  readonly #stillness = new Stillness();
  #matcher: { readonly list: OperatorList; readonly match: Matcher } | undefined;
  #slot: Slot | undefined;
  #stop: StopScan | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Until `signal` aborts. Ends by itself if a scan that needs a touch cannot begin. `onBegun`: a slot has begun. */
  async run(signal: AbortSignal, onBegun: () => void): Promise<void> {
    const { scanner, clock, chance, slots, list, scanMs, cycleMs, onRest } = this.#parts;
    const sleep = (ms: number) => clock.sleep(Math.min(Math.max(ms, 0), cycleMs), signal);
    let slot: Slot | undefined;
    try {
      for (let cycle = 0; !signal.aborted; cycle++) {
        slot = slots.begin(clock.moment().wall, cycleMs);
        const { to } = slot;
        const leftMs = () => to - clock.moment().wall;
        if (cycle > 0) await sleep(fraction(chance) * (leftMs() - scanMs));
        if (signal.aborted) return;
        const { wall, monotonic } = clock.moment();
        const isResting = this.#stillness.isStill(monotonic);
        onRest(isResting);
        const current = list(wall);
        if (!isResting || cycle % cyclesBetweenPlaces === 0) void this.#place(slot, signal);
        if (current !== undefined && !isResting && !(await this.#open(current, slot, signal))) return;
        onBegun();
        await sleep(Math.min(scanMs, leftMs()));
        this.#slot = undefined;
        if (!scanner.needsTouch) await this.#close();
        await sleep(leftMs());
        slots.end(slot);
      }
    } finally {
      if (slot !== undefined) slots.end(slot);
      this.#slot = undefined;
      this.#stillness.forget();
      await this.#close();
    }
  }

  /** Whether to go on. */
  async #open(list: OperatorList, slot: Slot, signal: AbortSignal): Promise<boolean> {
    const { scanner, onScan } = this.#parts;
    if (this.#matcher?.list !== list) this.#matcher = { list, match: matcher(patternsOf(list)) };
    this.#slot = slot;
    if (this.#stop !== undefined) return true;
    try {
      this.#stop = await scanner.start((heard) => this.#hear(heard), wantedOf(list.operators));
      onScan(undefined);
      return true;
    } catch (thrown) {
      if (signal.aborted) return false;
      onScan(thrown instanceof ScanError ? thrown.fault : 'scan-failed');
      return !scanner.needsTouch;
    }
  }

  #hear(heard: Parameters<Parameters<Scanner['start']>[0]>[0]): void {
    if (this.#slot === undefined || this.#matcher === undefined) return;
    const rssi = plausibleRssi(heard.rssi ?? weakest) ?? weakest;
    for (const match of this.#matcher.match({ payload: payloadOf(heard) })) {
      this.#parts.sightings.hear(match, rssi, this.#slot);
    }
  }

  async #place(slot: Slot, signal: AbortSignal): Promise<void> {
    const { locate, clock, onPlace } = this.#parts;
    const place = await locate(signal).catch(() => undefined); // it does not know
    if (signal.aborted) return;
    const isKnown = place !== undefined && isPlace(place);
    onPlace(isKnown);
    if (!isKnown) return;
    slot.place = place;
    this.#stillness.note(place, clock.moment().monotonic);
  }

  async #close(): Promise<void> {
    const stop = this.#stop;
    this.#stop = undefined;
    try {
      await stop?.();
    } catch {
      this.#parts.onScan('scan-failed');
    }
  }
}

function patternsOf({ operators }: OperatorList) {
  return operators.flatMap(({ id, patterns }) => patterns.map((pattern) => ({ operator: id, pattern })));
}

function isPlace({ lat, lon, accuracy }: Place): boolean {
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && accuracy >= 0;
}
