/**
 * Keeps the rest of the gateway in step with the register of LoRaWAN devices: at the start and after each change.
 *
 * Promise: readings go to the project the device belonged to when it reported them. So open readings are sealed before a
 * change takes effect; otherwise those of a removed device would go nowhere, or to the project it is registered for next.
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

/** `devices` must already hold what is registered. */
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
