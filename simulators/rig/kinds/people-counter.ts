/** A counter that prints its totals, one line after another. */
import * as v from 'valibot';
import { duration } from '../../../shared/duration.ts';
import { setting, whole } from '../../../shared/setting.ts';
import { PEOPLE_COUNTER_FAULTS, simulatePeopleCounter } from '../../sensors/people-counter.ts';
import { TEXT_LINE } from '../../wires/faults.ts';
import { rigKind } from '../kind.ts';
import { crowdOf, PEOPLE } from './crowd.ts';
import { say } from './words.ts';

const total = whole(0, 999_999);

const settings = v.strictObject({
  startEntered: v.optional(setting(total, say.startEntered()), 0),
  startLeft: v.optional(setting(total, say.startLeft()), 0),
  periodMs: v.optional(setting(duration(50), say.period()), '1s'),
});

export const peopleCounter = rigKind<typeof settings>({
  name: 'people-counter',
  meaning: say.peopleCounter(),
  settings,
  quantities: PEOPLE,
  faults: PEOPLE_COUNTER_FAULTS,
  maxOnLine: 1,
  open([device], { clock }) {
    if (device === undefined) throw new RangeError('a counter needs a device');
    const { startEntered, startLeft, periodMs } = device.settings;
    const simulator = simulatePeopleCounter({
      ...{ clock, periodMs, faults: device.faults },
      crowd: crowdOf(device.quantities),
      startTotals: { entered: startEntered, left: startLeft },
    });
    const configured = { type: 'people-counter', settings: {} };
    return { simulator, shape: TEXT_LINE, isPolled: false, devices: [{ sent: simulator.sent, configured }] };
  },
});
