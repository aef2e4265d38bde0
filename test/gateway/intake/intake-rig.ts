import type { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import type { BufferOptions } from '../../../gateway/buffer/buffer-options.ts';
import { Activity } from '../../../gateway/intake/activity.ts';
import type { DeviceEntry } from '../../../gateway/intake/device-table.ts';
import { Intake, type IntakeOptions } from '../../../gateway/intake/intake.ts';
import { BufferRig } from '../buffer/buffer-rig.ts';

/** An intake before a buffer on a real file. */
export class IntakeRig {
  readonly rig: BufferRig;
  readonly activity = new Activity();
  buffer: ReadingBuffer;
  intake: Intake;
  readonly #options: Partial<IntakeOptions>;

  constructor(options: Partial<IntakeOptions> = {}, buffer: Partial<BufferOptions> = {}) {
    this.rig = new BufferRig({ batchReadings: 1, ...buffer });
    this.buffer = this.rig.open();
    this.#options = options;
    this.intake = this.#newIntake();
  }

  get clock() {
    return this.rig.clock;
  }

  /** A power cut, then a restart. */
  restart(): void {
    this.buffer = this.rig.crash();
    this.intake = this.#newIntake();
  }

  #newIntake(): Intake {
    return new Intake({
      buffer: this.buffer,
      activity: this.activity,
      log: this.rig.log,
      policies: new Map(),
      commitWithinMs: 1_000,
      ...this.#options,
    });
  }
}

/** A device without checks. */
export function entry(id: string, given: Partial<DeviceEntry> = {}): DeviceEntry {
  const policy = { ranges: [], thresholds: [] };
  const none = { group: undefined, tenant: undefined, place: undefined, profileName: undefined };
  return { ...none, id, type: 'line', kinds: [], units: { level: 'm' }, policy, firstWithinMs: 900_000, ...given };
}
