/** The town's clock: it stands still until somebody lets time pass, and then real input and output get their turn. */
import { setTimeout as sleep } from 'node:timers/promises';
import { VirtualClock } from '../../simulators/virtual-clock.ts';

const realPauseMs = 5;
const stepMs = 200;
const maxWaitMs = 120_000;

export class TownClock extends VirtualClock {
  /** A moment of real time for the network after so much of the town's. */
  async pass(ms: number, inSteps = stepMs): Promise<void> {
    for (let passed = 0; passed < ms; passed += inSteps) {
      await this.advance(inSteps);
      await sleep(realPauseMs);
    }
  }

  /** Rejects if it is not so in two minutes of real time. */
  async passUntil(what: string, isSo: () => boolean): Promise<void> {
    for (const endAt = Date.now() + maxWaitMs; !isSo(); ) {
      if (Date.now() > endAt) throw new Error(`waited in vain for ${what}`);
      await this.pass(stepMs);
    }
  }

  /** Resolves with what `done` does. */
  async passDuring<T>(done: Promise<T>): Promise<T> {
    let isOver = false;
    const over = done.finally(() => {
      isOver = true;
    });
    over.catch(() => {}); // it is awaited below
    while (!isOver) await this.pass(stepMs);
    return over;
  }
}
