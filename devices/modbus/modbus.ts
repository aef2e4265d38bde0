/** `modbus`: a master that reads the registers of many units over an RS-485 line, serial server or Modbus TCP connection. */
import type { ConfiguredDevice, DeviceType, Place } from '../device-type.ts';
import { PROFILE_KINDS, profileUnits } from '../profile/kinds.ts';
import type { Framing, ReadRequest } from './adu.ts';
import { ModbusListener } from './listener.ts';
import { ModbusFramer } from './modbus-framer.ts';
import { type ModbusOptions, modbusOptions } from './options.ts';
import { ModbusPoller } from './poller.ts';
import { blocksOf } from './profile.ts';
import { shippedProfiles } from './shipped-profiles.ts';
import { modbusSignature } from './survey.ts';
import { say } from './words.ts';
import { encodeWrite } from './write.ts';

/** MODBUS over Serial Line V1.02 §2.2: 0 is for all units at once, which do not answer; 248 to 255 are nobody's. */
const maxBusUnit = 247;

export const modbus: DeviceType<typeof modbusOptions> = {
  name: 'modbus',
  summary: say.summary(),
  kinds: PROFILE_KINDS,
  options: modbusOptions,
  profiles: shippedProfiles,
  maxDevicesPerPort: 247,
  quietForMs: ({ intervalMs }) => (intervalMs === 0 ? undefined : Math.max(60_000, 3 * intervalMs)),
  asksFirst: true,
  signature: modbusSignature,
  units: ({ profile: { kind, registers, counters } }) =>
    profileUnits(kind, counters ? [...registers, { quantity: 'entered' }, { quantity: 'left' }] : registers),
  quantities: ({ profile: { registers, counters } }) => {
    const totals = counters === undefined ? [] : [counters.entered, counters.left];
    const read = registers.map(({ quantity }) => quantity).filter((quantity) => !totals.includes(quantity));
    return counters === undefined ? read : [...read, 'entered', 'left'];
  },
  needsSchedule: ({ intervalMs }) => intervalMs === 0,
  recorded: (options, transport) =>
    options.framing === 'auto' && transport === 'tcp' ? { ...options, framing: 'tcp' } : options,
  address: ({ unit }) => unit,
  commands: ({ profile: { writes } }) => (writes.length === 0 ? [] : ['write']),
  command: (order, { profile }) => encodeWrite(order, profile.writes),
  doubts: ({ unit, framing }, transport) =>
    framing === 'tcp' || (framing === 'auto' && transport === 'tcp') || (unit >= 1 && unit <= maxBusUnit)
      ? []
      : [
          {
            option: 'unit',
            what: unit === 0 ? say.broadcast() : say.reserved({ unit }),
            mend: say.busUnit(),
            isFatal: true,
          },
        ],
  framer: (devices, place) => new ModbusFramer(framingOf(devices, place), devices.flatMap(readsOf)),
  decoder(devices, place) {
    const framing = framingOf(devices, place);
    return place.transport === 'file' ? new ModbusListener(devices, framing) : new ModbusPoller(devices, framing);
  },
};

/** A port has one framing: the one that the first device names, otherwise the transport's. */
function framingOf(devices: readonly ConfiguredDevice<ModbusOptions>[], { transport }: Place): Framing {
  for (const { options } of devices) if (options.framing !== 'auto') return options.framing;
  return transport === 'tcp' ? 'tcp' : 'rtu';
}

function readsOf({ options: { unit, profile } }: ConfiguredDevice<ModbusOptions>): readonly ReadRequest[] {
  return blocksOf(profile).map((block) => ({ ...block, unit }));
}
