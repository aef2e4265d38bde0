/** A volunteer's phone: the app's core, with a scanner that hears what the town says. */
import { createDetector, type Detector } from '../../devices/watch-app/core/detector.ts';
import { type TestScanner, testScanner } from '../../devices/watch-app/scanners/test.ts';
import { hubAt } from '../../devices/watch-app/send/fetch.ts';
import { memoryStore } from '../../devices/watch-app/stores/memory.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Advertisement } from '../../simulators/sensors/hci.ts';
import type { Point } from '../../simulators/town/watch-over/streets.ts';
import { placeOf } from './map.ts';

/** It uploads once in so many ms: more often than the app does by itself, since a town's time is short. */
export const uploadEveryMs = 60_000;
/** Its times are those of half minutes. */
export const slotMs = 30_000;

export interface PhoneOptions {
  readonly clock: Clock;
  /** The hub's door for phones: http://host:port */
  readonly url: string;
  readonly listKey: string;
  /** Where it is, at any moment. */
  readonly position: Point;
}

export class Phone {
  readonly #scanner: TestScanner = testScanner();
  readonly #detector: Detector;

  constructor({ clock, url, listKey, position }: PhoneOptions) {
    this.#detector = createDetector({
      ...{ scanner: this.#scanner, store: memoryStore(), send: hubAt(url), listKey, clock, everyMs: uploadEveryMs },
      locate: async () => placeOf(position),
    });
  }

  /** The volunteer agrees, and switches it on. */
  async start(): Promise<void> {
    await this.#detector.refresh();
    await this.#detector.agree();
    await this.#detector.start();
  }

  /** Whether it was listening. */
  hear(advertisements: readonly Advertisement[]): boolean {
    if (!this.#scanner.isListening) return false;
    for (const { payload, rssi } of advertisements) this.#scanner.hear({ payload, rssi });
    return true;
  }

  /** It is switched off, after a last upload. */
  stop(): Promise<void> {
    return this.#detector.stop();
  }
}
