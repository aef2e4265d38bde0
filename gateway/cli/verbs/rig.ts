import type { Usage } from '../verb.ts';
import { say as general } from '../words/general.ts';
import { say } from '../words/rig.ts';

const rigFile = { shown: 'rig.toml', meaning: say.rigFile() } as const;
const target = { shown: 'name', meaning: say.target() } as const;

export const rigUsage = { name: 'rig', summary: say.rig() } as const satisfies Usage;

export const runRigUsage = {
  name: 'run',
  summary: say.run(),
  arguments: { rig: rigFile },
  options: {
    seconds: { value: 'n', meaning: say.optionSeconds() },
    seed: { value: 'n', meaning: say.optionSeed() },
    wires: { value: 'kind', meaning: say.optionWires(), known: ['pty', 'tcp'] },
    record: { value: 'folder', meaning: say.optionRecord() },
    junit: { value: 'file', meaning: say.optionJunit() },
    json: { meaning: general.json() },
  },
  notes: [say.runExit()],
} as const satisfies Usage;

export const checkRigUsage = {
  name: 'check',
  summary: say.check(),
  arguments: { rig: rigFile },
} as const satisfies Usage;

export const rigConfigUsage = { name: 'config', summary: say.config() } as const satisfies Usage;

export const rigFaultsUsage = {
  name: 'faults',
  summary: say.faults(),
  options: { json: { meaning: general.json() } },
} as const satisfies Usage;

export const setRigUsage = {
  name: 'set',
  summary: say.set(),
  arguments: {
    rig: rigFile,
    device: { shown: 'device', meaning: say.device() },
    quantity: { shown: 'quantity', meaning: say.quantity() },
    value: { shown: 'value', meaning: say.value(), optional: true },
  },
} as const satisfies Usage;

export const faultRigUsage = {
  name: 'fault',
  summary: say.fault(),
  arguments: {
    rig: rigFile,
    name: target,
    fault: { shown: 'fault', meaning: say.faultName() },
    settings: { shown: 'key=n', meaning: say.faultSettings(), optional: true, repeats: true },
  },
} as const satisfies Usage;

export const clearRigUsage = {
  name: 'clear',
  summary: say.clear(),
  arguments: {
    rig: rigFile,
    name: { ...target, optional: true },
    fault: { shown: 'fault', meaning: say.faultName(), optional: true },
  },
} as const satisfies Usage;
