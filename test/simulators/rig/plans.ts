/** Plans of a rig that are written in a test as they would be in a file. */
import { expect } from 'vitest';
import { readRig } from '../../../gateway/rig/file/rig-file.ts';
import type { RigPlan } from '../../../simulators/rig/plan.ts';

/** Parsed as if it were in this folder. */
export function planOf(toml: string, folder = '/nowhere'): RigPlan {
  const read = readRig(toml, `${folder}/rig.toml`);
  expect(read.ok ? [] : read.faults).toEqual([]);
  if (!read.ok) throw new RangeError('the plan has faults');
  return read.plan;
}
