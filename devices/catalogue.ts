/** The table of all device types. */
import { beaconBox } from './beacon-box/beacon-box.ts';
import { bleHci } from './beacon-detector/ble-hci.ts';
import type { DeviceType } from './device-type.ts';
import { nmea } from './gps/nmea.ts';
import { line } from './line/line.ts';
import { e220 } from './lora-modem/e220.ts';
import { loraE5 } from './lora-modem/lora-e5.ts';
import { rak3172 } from './lora-modem/rak3172.ts';
import { rylr } from './lora-modem/rylr.ts';
import { modbus } from './modbus/modbus.ts';
import { peopleCounter } from './people-counter/people-counter.ts';
import { maxbotix } from './water-level/maxbotix.ts';
import { webTable } from './web-table/web-table.ts';

/** The common type is safe because a type's options are parsed by its own schema before they reach it. */
export const DEVICE_TYPES = [
  nmea,
  maxbotix,
  modbus,
  peopleCounter,
  line,
  bleHci,
  beaconBox,
  rylr,
  rak3172,
  loraE5,
  e220,
  webTable,
] as readonly unknown[] as readonly DeviceType[];
