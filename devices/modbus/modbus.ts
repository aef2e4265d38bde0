/** Modbus master: reads the registers of many units over one RS-485 line, serial server or Modbus TCP connection. */
import type { ConfiguredDevice, DeviceType } from '../device-type.ts';
import type { Framing } from './adu.ts';
import { ModbusListener } from './listener.ts';
import { ModbusFramer } from './modbus-framer.ts';
import { type ModbusOptions, modbusOptions } from './options.ts';
import { ModbusPoller } from './poller.ts';
import { shippedProfiles } from './shipped-profiles.ts';

export const modbus: DeviceType<typeof modbusOptions> = {
  name: 'modbus',
  summary: {
    en: 'Any Modbus device (RTU on RS-485, or TCP), read by a profile of its registers',
    ja: 'Modbus機器（RS-485のRTUまたはTCP）をレジスタのプロファイルで読み取ります',
  },
  kinds: ['measurement', 'water-level', 'people-count', 'position', 'status'],
  options: modbusOptions,
  profiles: shippedProfiles,
  maxDevicesPerPort: 247,
  units: ({ profile }) =>
    Object.fromEntries(profile.registers.flatMap(({ quantity, unit }) => (unit ? [[quantity, unit]] : []))),
  framer: (devices) => new ModbusFramer(configuredFraming(devices) ?? 'auto'),
  decoder(devices, { transport }) {
    const framing = configuredFraming(devices);
    if (transport === 'file') return new ModbusListener(devices, framing);
    return new ModbusPoller(devices, framing ?? (transport === 'tcp' ? 'tcp' : 'rtu'));
  },
};

/** A port has one framing: that of the first device which names one. */
function configuredFraming(devices: readonly ConfiguredDevice<ModbusOptions>[]): Framing | undefined {
  for (const { options } of devices) if (options.framing !== 'auto') return options.framing;
  return undefined;
}
