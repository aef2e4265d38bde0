import { MachimoriError } from '../shared/errors.ts';
import type { ConfiguredDevice } from './device-type.ts';

/** The device of a port that can have only one. Throws a MachimoriError "not-one-device" for none or several. */
export function onlyDevice<Options>(devices: readonly ConfiguredDevice<Options>[]): ConfiguredDevice<Options> {
  const [device] = devices;
  if (device && devices.length === 1) return device;
  throw new MachimoriError('not-one-device', {
    what: `${devices.length} devices were given for a port that takes one`,
    on: devices.map(({ id }) => id).join(', ') || 'a port without devices',
    hint: 'Give each device a port of its own',
  });
}
