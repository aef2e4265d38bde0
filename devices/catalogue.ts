/** Every device type there is: the one table. */
import { bleHci } from './beacon-detector/ble-hci.ts';
import type { DeviceType } from './device-type.ts';
import { nmea } from './gps/nmea.ts';
import { line } from './line/line.ts';
import { rylr } from './lora-modem/rylr.ts';
import { modbus } from './modbus/modbus.ts';
import { peopleCounter } from './people-counter/people-counter.ts';
import { maxbotix } from './water-level/maxbotix.ts';

/** A type's options are parsed by its own schema before they reach it, which is what makes the common type safe. */
export const DEVICE_TYPES = [
  nmea,
  maxbotix,
  modbus,
  peopleCounter,
  line,
  bleHci,
  rylr,
] as readonly unknown[] as readonly DeviceType[];
