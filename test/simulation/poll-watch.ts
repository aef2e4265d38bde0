/** Sees to it that a device which is asked by a schedule is asked, whatever happens to the clock. */

import type { VirtualWire } from '../../gateway/rig/virtual/virtual-wire.ts';
import { probeEveryMs } from './devices.ts';
import type { Observations } from './observations.ts';
import type { World } from './world.ts';

export class PollWatch {
  #opens = 0;
  #asked = 0;
  #since = 0;

  /** To be called often. While its wire is open, and the device not silent, it must be heard again and again. */
  look(device: string, wire: VirtualWire, observations: Observations, { clock, violations }: World): void {
    const now = clock.moment().monotonic;
    const asked = observations.of(device).size;
    if (!wire.isOpen || wire.isMute || wire.opens !== this.#opens || asked !== this.#asked) {
      this.#opens = wire.opens;
      this.#asked = asked;
      this.#since = now;
    } else if (now - this.#since > 2 * probeEveryMs) {
      violations.add('sound', `${device} has not been asked for ${now - this.#since} ms`);
    }
  }
}
