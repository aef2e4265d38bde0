/** Everything that a rig can simulate on a line, in the order of the help. */
import type { RigKind } from './kind.ts';
import { detectorKinds } from './kinds/detector.ts';
import { gps } from './kinds/gps.ts';
import { line } from './kinds/line.ts';
import { loraModemKinds } from './kinds/lora-modem.ts';
import { maxbotix } from './kinds/maxbotix.ts';
import { modbusKinds } from './kinds/modbus.ts';
import { mqtt } from './kinds/mqtt.ts';
import { peopleCounter } from './kinds/people-counter.ts';

export const RIG_KINDS: readonly RigKind[] = [
  maxbotix,
  gps,
  peopleCounter,
  line,
  mqtt,
  ...modbusKinds,
  ...detectorKinds,
  ...loraModemKinds,
];
