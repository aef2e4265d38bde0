/** Sensors that publish JSON to one MQTT broker, each on a topic of its own. */
import * as v from 'valibot';
import { duration } from '../../../shared/duration.ts';
import { READING_KINDS } from '../../../shared/reading.ts';
import { filled, oneOf, setting } from '../../../shared/setting.ts';
import { MQTT_SENSOR_FAULTS, simulateMqttSensor } from '../../sensors/mqtt-sensor.ts';
import { TEXT_LINE } from '../../wires/faults.ts';
import { rigKind } from '../kind.ts';
import { fields, fieldWorlds, jsonOf, profileFields, valuesAt } from './fields.ts';
import { say } from './words.ts';

const settings = v.strictObject({
  topic: v.optional(setting(filled, say.topic())),
  reading: v.optional(setting(oneOf(READING_KINDS), say.readingKind()), 'measurement'),
  periodMs: v.optional(setting(duration(50), say.period()), '1s'),
  field: setting(fields, say.fields()),
});

const maxOnLine = 1_000;

export const mqtt = rigKind<typeof settings>({
  name: 'mqtt',
  meaning: say.mqtt(),
  settings,
  quantities: {},
  worlds: ({ field }, { open }) => fieldWorlds(field, open),
  carries: 'messages',
  faults: MQTT_SENSOR_FAULTS,
  maxOnLine,
  nth: (given, n) => ({ ...given, topic: given.topic === undefined ? undefined : `${given.topic}-${n + 1}` }),
  open(devices, { clock }) {
    let url = '';
    const sensors = devices.map(
      ({ id, settings: { topic = id, reading: kind, periodMs, field }, quantities, faults }) =>
        simulateMqttSensor({
          ...{ clock, url: () => url, topic, clientId: id, kind, periodMs, faults },
          message: (seconds) => jsonOf(valuesAt(field, quantities, seconds)),
        }),
    );
    return {
      simulator: {
        type: 'line',
        sent: new Map(), // each sensor's own
        async run(wire, signal) {
          url = wire.path;
          await Promise.all(sensors.map((sensor) => sensor.run(signal)));
        },
      },
      ...{ shape: TEXT_LINE, isPolled: false },
      devices: devices.map(({ id, settings: { topic = id, reading: kind, field } }, i) => ({
        sent: sensors[i]?.sent ?? new Map(),
        configured: {
          type: 'line',
          settings: { topic, profile: { format: 'json', kind, fields: profileFields(field) } },
        },
      })),
    };
  },
});
