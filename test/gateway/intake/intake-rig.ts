import type { ReadingBuffer } from '../../../gateway/buffer/buffer.ts';
import { Activity } from '../../../gateway/intake/activity.ts';
import { Intake, type IntakeOptions } from '../../../gateway/intake/intake.ts';
import { BufferRig } from '../buffer/buffer-rig.ts';

/** An intake before a buffer on a real file. */
export class IntakeRig {
  readonly rig = new BufferRig({ batchReadings: 1 });
  readonly activity = new Activity();
  buffer: ReadingBuffer = this.rig.open();
  intake: Intake;
  readonly #options: Partial<IntakeOptions>;

  constructor(options: Partial<IntakeOptions> = {}) {
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
