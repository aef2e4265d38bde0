/** The expectations as they are looked at: what is expected of a group of devices is expected of each of them. */
import type { ExpectSettings } from '../../../simulators/rig/settings.ts';
import { membersOf } from './timeline-entries.ts';
import type { WrittenRig } from './written.ts';

export function eachExpectation({
  expectations,
  devices,
  lorawan,
}: Pick<WrittenRig, 'expectations' | 'devices' | 'lorawan'>): readonly ExpectSettings[] {
  return expectations.flatMap((expectation): readonly ExpectSettings[] => {
    if ('devices' in expectation && expectation.devices !== undefined) {
      return [{ ...expectation, devices: expectation.devices.flatMap((name) => membersOf(name, devices, lorawan)) }];
    }
    if (!('device' in expectation)) return [expectation];
    return membersOf(expectation.device, devices, lorawan).map((device) => ({ ...expectation, device }));
  });
}
