/**
 * `mqtt`: a lamp, siren or board that listens at an MQTT broker. It gets one payload when the output goes on and another when it goes off, retained, so that
 * one that was away does what it should when it is back. `{place}`, `{device}` and `{alarm}` stand for those of the alarm.
 */
import * as v from 'valibot';
import { duration } from '../../shared/duration.ts';
import { filled, oneOf, setting, text } from '../../shared/setting.ts';
import { commonOutputSettings, filledIn, type Output, type OutputType } from './output.ts';
import { say } from './words.ts';

const settings = v.strictObject({
  ...commonOutputSettings,
  type: setting(v.literal('mqtt'), say.mqtt()),
  url: setting(filled, say.url()),
  topic: setting(filled, say.topic()),
  payload: v.optional(setting(text, say.onPayload()), 'ON'),
  endPayload: v.optional(setting(text, say.endPayload()), 'OFF'),
  protocol: v.optional(setting(oneOf(['3.1.1', '5']), say.protocol()), '3.1.1'),
  username: v.optional(setting(text, say.username())),
  passwordFile: v.optional(setting(text, say.passwordFile())),
  caFile: v.optional(setting(text, say.caFile())),
  keepaliveMs: v.optional(setting(duration(1_000, 3_600_000), say.keepalive()), '60s'),
});

export const mqttBoardType: OutputType<typeof settings> = {
  name: 'mqtt',
  settings,
  hasPort: false,
  shows: true,
  open: ({ name, topic, payload, endPayload, ...broker }, { connect, gateway }) => {
    const output: Output = {
      async set(order, signal) {
        const connection = await connect(
          broker,
          { clientId: `machimori-${gateway}-output-${name}`, filters: [], onMessage: () => {} },
          signal,
        );
        try {
          const shown = order.on ? filledIn(payload, order) : endPayload;
          await connection.publish(topic, new TextEncoder().encode(shown), { retain: true });
        } finally {
          await connection.close();
        }
      },
    };
    return output;
  },
};
