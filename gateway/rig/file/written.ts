/** A rig's file, each table parsed by itself: before it is known whether they fit together. */
import type { DevicePlan, RigPlan } from '../../../simulators/rig/plan.ts';
import type { TimelineSettings } from '../../../simulators/rig/settings.ts';
import type { Path } from '../../words/fault.ts';

export interface WrittenDevice {
  readonly plan: DevicePlan;
  /** The id in the file: with a count, of all of them. */
  readonly group: string;
  /** Of its table. */
  readonly path: Path;
}

export interface WrittenRig extends Omit<RigPlan, 'devices' | 'timeline' | 'ownWires'> {
  readonly devices: readonly WrittenDevice[];
  readonly timeline: readonly TimelineSettings[];
}

/** What devices sense, by device. */
export type Sensed = ReadonlyMap<string, readonly string[]>;
