/**
 * The register of LoRaWAN devices, taken up by the rest of the gateway: at the start, and after each change of it.
 *
 * Promise: what a device has reported goes to whose it was then. What is not sealed yet is sealed before a device is removed, or it
 * would go to nobody, or with a new registration to another project.
 */

import type { ReadingBuffer } from '../buffer/buffer.ts';
import type { Activity } from '../intake/activity.ts';
import type { DeviceTable } from '../intake/device-table.ts';
import type { Network } from './network.ts';
import type { Register } from './register.ts';

export interface RegisterFollowers {
  readonly devices: DeviceTable;
  readonly buffer: Pick<ReadingBuffer, 'sealOpen'>;
  readonly activity: Activity;
  readonly network: Pick<Network, 'load'>;
}

/** `devices` has what is registered already. */
export function followRegister(register: Register, { devices, buffer, activity, network }: RegisterFollowers): void {
  const takeUp = () => {
    const ids = register.devices.map(({ id }) => id);
    activity.setDevices(ids, 'lorawan', 'lorawan');
    network.load();
  };
  takeUp();
  register.onChange(() => {
    buffer.sealOpen();
    devices.setRegistered(register.entries);
    takeUp();
  });
}
