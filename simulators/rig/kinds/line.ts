/** A sensor that prints a line for each reading: JSON, or pairs such as "T=21.5 H=60". */
import * as v from 'valibot';
import { duration } from '../../../shared/duration.ts';
import { READING_KINDS } from '../../../shared/reading.ts';
import { oneOf, setting } from '../../../shared/setting.ts';
import { LINE_SENSOR_FAULTS, simulateLineSensor } from '../../sensors/line-sensor.ts';
import { TEXT_LINE } from '../../wires/faults.ts';
import { rigKind } from '../kind.ts';
import { type Field, fields, fieldWorlds, jsonOf, profileFields, valuesAt } from './fields.ts';
import { say } from './words.ts';

const settings = v.strictObject({
  form: v.optional(setting(oneOf(['json', 'pairs']), say.lineForm()), 'json'),
  reading: v.optional(setting(oneOf(READING_KINDS), say.readingKind()), 'measurement'),
  periodMs: v.optional(setting(duration(50), say.period()), '1s'),
  field: setting(fields, say.fields()),
});

export const line = rigKind<typeof settings>({
  name: 'line',
  meaning: say.line(),
  settings,
  quantities: {},
  worlds: ({ field }, { open }) => fieldWorlds(field, open),
  faults: LINE_SENSOR_FAULTS,
  maxOnLine: 1,
  open([device], { clock }) {
    if (device === undefined) throw new RangeError('a sensor needs a device');
    const { form, reading: kind, periodMs, field } = device.settings;
    const lineAt = form === 'json' ? jsonOf : pairsLine;
    const simulator = simulateLineSensor({
      ...{ clock, kind, periodMs, faults: device.faults },
      line: (seconds) => lineAt(valuesAt(field, device.quantities, seconds)),
    });
    const profile = form === 'json' ? { format: 'json' } : { format: 'pattern', pattern: patternOf(field) };
    const configured = { type: 'line', settings: { profile: { ...profile, kind, fields: profileFields(field) } } };
    return { simulator, shape: TEXT_LINE, isPolled: false, devices: [{ sent: simulator.sent, configured }] };
  },
});

type Values = ReturnType<typeof valuesAt>;

function pairsLine(values: Values): string {
  return values.map(([quantity, text]) => `${quantity}=${text}`).join(' ');
}

function patternOf(list: readonly Field[]): string {
  return list.map(({ quantity }) => `${quantity}=(?P<${quantity}>[-.\\d]+)`).join('\\s+');
}
