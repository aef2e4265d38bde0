import { expect, test } from 'vitest';
import { FaultBoard } from '../../simulators/fault-board.ts';
import { FAULT_LISTS } from '../../simulators/fault-list.ts';
import { AT_MODEM_FAULTS } from '../../simulators/sensors/at-modem.ts';
import { BEACON_BOX_FAULTS } from '../../simulators/sensors/beacon-box.ts';
import { DETECTOR_FAULTS } from '../../simulators/sensors/beacon-detector.ts';
import { E220_FAULTS } from '../../simulators/sensors/e220.ts';
import { GPS_FAULTS } from '../../simulators/sensors/gps.ts';
import { LINE_SENSOR_FAULTS } from '../../simulators/sensors/line-sensor.ts';
import { RYLR_FAULTS } from '../../simulators/sensors/lora-modem.ts';
import { MAXBOTIX_FAULTS } from '../../simulators/sensors/maxbotix.ts';
import { COUNTER_UNIT_FAULTS, KELLER_FAULTS } from '../../simulators/sensors/modbus-units.ts';
import { PEOPLE_COUNTER_FAULTS } from '../../simulators/sensors/people-counter.ts';
import { DIAL_IN_FAULTS } from '../../simulators/wires/dial-in-wire.ts';
import { WIRE_FAULTS } from '../../simulators/wires/wire-faults.ts';

test.each(FAULT_LISTS)(
  '$of.en: each fault has one name, in kebab case, and defaults within its bounds',
  ({ kinds }) => {
    expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length);
    const board = new FaultBoard(kinds);
    for (const { name, parameters = {} } of kinds) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      const defaults = Object.fromEntries(Object.entries(parameters).map(([key, each]) => [key, each.default]));
      board.strike(name, defaults); // refuses what is beyond its bounds
    }
  },
);

/** Those that share a board with their wire. */
const ON_A_WIRE = [
  ...[GPS_FAULTS, MAXBOTIX_FAULTS, KELLER_FAULTS, COUNTER_UNIT_FAULTS, PEOPLE_COUNTER_FAULTS, LINE_SENSOR_FAULTS],
  ...[DETECTOR_FAULTS, BEACON_BOX_FAULTS, RYLR_FAULTS, AT_MODEM_FAULTS, E220_FAULTS, DIAL_IN_FAULTS],
];

test('no fault of what is on a wire has the name of one of the wire', () => {
  const names = new Set(WIRE_FAULTS.map(({ name }) => name));
  expect(ON_A_WIRE.flat().filter(({ name }) => names.has(name))).toEqual([]);
});
