/** rig set, fault and clear: a running rig is told. */
import { tellRig } from '../../rig/control-client.ts';
import { signedNumberOf } from '../values.ts';
import { type Called, UsageError } from '../verb.ts';
import type { clearRigUsage, faultRigUsage, setRigUsage } from '../verbs/rig.ts';
import { say } from '../words/rig.ts';
import { loadRig } from './read-rig.ts';

export async function setRig({ args, terminal }: Called<typeof setRigUsage>): Promise<number> {
  const { device, quantity, value } = args;
  const plan = loadRig(args.rig, terminal);
  if (plan === undefined) return 1;
  await tellRig(plan, 'set', { device, quantity, value: value === undefined ? null : signedNumberOf(quantity, value) });
  terminal.print(say.done());
  return 0;
}

export async function faultRig({ args, terminal }: Called<typeof faultRigUsage>): Promise<number> {
  const { name, fault, settings = [] } = args;
  const plan = loadRig(args.rig, terminal);
  if (plan === undefined) return 1;
  await tellRig(plan, 'fault', { on: name, fault, with: Object.fromEntries(settings.map(pairOf)) });
  terminal.print(say.done());
  return 0;
}

export async function clearRig({ args, terminal }: Called<typeof clearRigUsage>): Promise<number> {
  const { name, fault } = args;
  const plan = loadRig(args.rig, terminal);
  if (plan === undefined) return 1;
  await tellRig(plan, 'clear', { ...(name !== undefined && { on: name }), ...(fault !== undefined && { fault }) });
  terminal.print(say.done());
  return 0;
}

function pairOf(word: string): readonly [string, number] {
  const [, name, number] = /^([a-z][a-z-]*)=(.+)$/.exec(word) ?? [];
  if (name === undefined || number === undefined) throw new UsageError(say.noPair({ word }));
  return [name, signedNumberOf(name, number)];
}
