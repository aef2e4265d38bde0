/** Keeps the rest of the gateway in step with the register: now, and after each of its changes. */
import type { Activity } from '../activity.ts';
import type { DeviceTable } from '../device-table.ts';
import type { Network } from './network.ts';
import type { Register } from './register.ts';

export function followRegister(
  register: Register,
  { devices, activity, network }: { devices: DeviceTable; activity: Activity; network: Network },
): void {
  const takeUp = () => {
    devices.setRegistered(register.entries);
    activity.setDevices(
      register.devices.map(({ id }) => id),
      'lorawan',
      'lorawan',
    );
    network.load();
  };
  takeUp();
  register.onChange(takeUp);
}
