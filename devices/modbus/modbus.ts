/** Modbus master: reads the registers of many units over one RS-485 line, serial server or Modbus TCP connection. */
import type { ConfiguredDevice, DeviceType, Place } from '../device-type.ts';
import { PROFILE_KINDS } from '../profile/kinds.ts';
import type { Framing, ReadRequest } from './adu.ts';
import { ModbusListener } from './listener.ts';
import { ModbusFramer } from './modbus-framer.ts';
import { type ModbusOptions, modbusOptions } from './options.ts';
import { ModbusPoller } from './poller.ts';
import { blocksOf } from './profile.ts';
import { shippedProfiles } from './shipped-profiles.ts';

export const modbus: DeviceType<typeof modbusOptions> = {
  name: 'modbus',
  summary: {
    en: 'Any Modbus device (RTU on RS-485, or TCP), read by a profile of its registers',
    ja: 'Modbus機器（RS-485のRTUまたはTCP）をレジスタのプロファイルで読み取ります',
  },
  kinds: PROFILE_KINDS,
  options: modbusOptions,
  profiles: shippedProfiles,
  maxDevicesPerPort: 247,
  units: ({ profile }) =>
    Object.fromEntries(profile.registers.flatMap(({ quantity, unit }) => (unit ? [[quantity, unit]] : []))),
  framer: (devices, place) => new ModbusFramer(framingOf(devices, place), devices.flatMap(readsOf)),
  decoder(devices, place) {
    const framing = framingOf(devices, place);
    return place.transport === 'file' ? new ModbusListener(devices, framing) : new ModbusPoller(devices, framing);
  },
};

/** A port has one framing: that of the first device which names one, else that of the transport. */
function framingOf(devices: readonly ConfiguredDevice<ModbusOptions>[], { transport }: Place): Framing {
  for (const { options } of devices) if (options.framing !== 'auto') return options.framing;
  return transport === 'tcp' ? 'tcp' : 'rtu';
}

function readsOf({ options: { unit, profile } }: ConfiguredDevice<ModbusOptions>): readonly ReadRequest[] {
  return blocksOf(profile).map((block) => ({ ...block, unit }));
}
