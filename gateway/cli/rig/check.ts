import type { Called } from '../verb.ts';
import type { checkRigUsage } from '../verbs/rig.ts';
import { say } from '../words/rig.ts';
import { loadRig } from './read-rig.ts';

export async function checkRig({ args, terminal }: Called<typeof checkRigUsage>): Promise<number> {
  const plan = loadRig(args.rig, terminal);
  if (plan === undefined) return 1;
  const { devices, wires, expectations } = plan;
  terminal.print(say.good({ devices: devices.length, wires: wires.length, expectations: expectations.length }));
  return 0;
}
