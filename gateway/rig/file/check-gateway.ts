/** What a rig says of the gateway under test and of the clock, as far as the two must fit together. */
import { existsSync } from 'node:fs';
import { type Fault, fault } from '../../words/fault.ts';
import { say } from './words.ts';
import type { WrittenRig } from './written.ts';

export function checkGateway(written: WrittenRig): Fault[] {
  const { gateway, path } = written;
  const faults = written.rig.clock === 'virtual' ? checkVirtual(written) : [];
  if (gateway === undefined) return faults;
  const { run, command, config } = gateway;
  if (run === 'command' && command === undefined) {
    faults.push(fault(['gateway'], say.noCommand(), say.addCommand()));
  }
  if (run !== 'command' && command !== undefined) {
    faults.push(fault(['gateway', 'command'], say.idleCommand({ run }), say.runCommand()));
  }
  if (config !== undefined && !existsSync(path(config))) {
    faults.push(fault(['gateway', 'config'], say.noConfig({ file: config }), say.nameConfig()));
  }
  const cable = written.wires.findIndex(({ type }) => type === 'serial');
  if (config === undefined && cable >= 0) {
    faults.push(fault(['wire', cable, 'type'], say.cableNeedsConfig(), say.nameConfig()));
  }
  if (config === undefined && run !== 'command' && written.lorawan.length > 0) {
    faults.push(fault(['gateway'], say.lorawanNeedsConfig(), say.nameConfig()));
  }
  return faults;
}

/** Only what is within the process keeps virtual time. */
function checkVirtual({ wires, gateway, cities, lorawan, expectations }: WrittenRig): Fault[] {
  return [
    ...wires.flatMap(({ type }, i) =>
      type === 'pty' ? [] : [fault(['wire', i, 'type'], say.notVirtual({ what: type }), say.virtualWires())],
    ),
    ...cities.flatMap(({ type }, i) =>
      type === 'feed' ? [] : [fault(['city', i, 'type'], say.notVirtual({ what: type }), say.virtualCity())],
    ),
    ...lorawan.flatMap(({ name }, i) => [fault(['lorawan', i], say.notVirtual({ what: name }), say.useRealClock())]),
    ...(gateway === undefined || gateway.run === 'here'
      ? []
      : [fault(['gateway', 'run'], say.notVirtual({ what: gateway.run }), say.virtualGateway())]),
    ...expectations.flatMap(({ that }, i) =>
      that === 'http' ? [fault(['expect', i, 'that'], say.notVirtual({ what: that }), say.useRealClock())] : [],
    ),
  ];
}
