/** An ultrasonic gauge above the water. */
import * as v from 'valibot';
import { duration } from '../../../shared/duration.ts';
import { finite, must, setting } from '../../../shared/setting.ts';
import { MAXBOTIX_FAULTS, simulateMaxbotix } from '../../sensors/maxbotix.ts';
import { CR_LINE } from '../../wires/faults.ts';
import { rigKind } from '../kind.ts';
import { say } from './words.ts';

const settings = v.strictObject({
  mountingHeight: v.optional(setting(finite, say.mountingHeight()), 4.5),
  periodMs: v.optional(setting(duration(50), say.period()), '150ms'),
  noTarget: v.optional(setting(v.picklist([5000, 9999], must(say.mustBeNoTarget())), say.noTarget()), 5000),
});

export const maxbotix = rigKind<typeof settings>({
  name: 'maxbotix',
  meaning: say.maxbotix(),
  settings,
  quantities: {
    level: {
      meaning: say.level(),
      unit: 'm',
      otherwise: { is: 'flood', scale: 1, offset: 0, noise: 0, seed: undefined },
    },
  },
  faults: MAXBOTIX_FAULTS,
  maxOnLine: 1,
  open([device], { clock }) {
    if (device === undefined) throw new RangeError('a gauge needs a device');
    const { mountingHeight, periodMs, noTarget: noTargetMm } = device.settings;
    const simulator = simulateMaxbotix({
      ...{ clock, periodMs, noTargetMm, faults: device.faults },
      distanceM(seconds) {
        const level = device.quantities.level?.at(seconds);
        return level === undefined ? undefined : mountingHeight - level;
      },
    });
    const configured = { type: 'maxbotix', settings: { mountingHeightM: mountingHeight } };
    return { simulator, shape: CR_LINE, isPolled: false, devices: [{ sent: simulator.sent, configured }] };
  },
});
