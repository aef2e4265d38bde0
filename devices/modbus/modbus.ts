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
import { say } from './words.ts';

export const modbus: DeviceType<typeof modbusOptions> = {
  name: 'modbus',
  summary: say.summary(),
  kinds: PROFILE_KINDS,
  options: modbusOptions,
  profiles: shippedProfiles,
  maxDevicesPerPort: 247,
  quietForMs: ({ intervalMs }) => (intervalMs === 0 ? undefined : Math.max(60_000, 3 * intervalMs)),
  asksFirst: true,
  units: ({ profile: { kind, registers, counters } }) =>
    profileUnits(kind, counters ? [...registers, { quantity: 'entered' }, { quantity: 'left' }] : registers),
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
