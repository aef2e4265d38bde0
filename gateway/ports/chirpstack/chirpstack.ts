/**
 * `chirpstack`: a ChirpStack v4. Its MQTT integration is subscribed to, and downlinks are published to it.
 *
 * Promise: an event is acknowledged when the receiver has it on the disk, and the broker is asked to keep what comes while
 * this gateway is away (a persistent session), within the broker's own bounds. Events are taken one by one. A port that
 * stops waits for the event being worked on.
 */
import * as v from 'valibot';
import { TextError } from '../../../shared/errors.ts';
import { id, setting, text } from '../../../shared/setting.ts';
import type { Text } from '../../../shared/text.ts';
import { checkCredentialFile, checkTlsFiles, tlsFiles } from '../../net/credential-file.ts';
import { say as net } from '../../net/words.ts';
import type { MessageReceiver, NetworkServerPort, PortSurroundings, PortType } from '../port.ts';
import { keepPortOpen } from '../reopening.ts';
import { Subscriber } from '../subscriber.ts';
import { say as portWords } from '../words.ts';
import { say } from './words.ts';

const settings = v.strictObject({
  name: setting(id, portWords.name()),
  type: setting(v.literal('chirpstack'), say.type()),
  url: setting(text, say.url()),
  application: v.optional(setting(text, say.application())),
  username: v.optional(setting(text, net.username())),
  passwordFile: v.optional(setting(text, net.passwordFile())),
  ...tlsFiles,
});
export type ChirpstackSettings = Omit<v.InferOutput<typeof settings>, 'type'>;

export const chirpstack: PortType<typeof settings> = {
  name: 'chirpstack',
  shape: 'network-server',
  settings,
  check: (settings, path) => [
    ...checkCredentialFile(settings.passwordFile, [...path, 'passwordFile'], 'secret'),
    ...checkTlsFiles(settings.url, settings, path),
  ],
  open: chirpstackPort,
};

export function chirpstackPort(
  settings: ChirpstackSettings,
  surroundings: Omit<PortSurroundings, 'plan'>,
): NetworkServerPort {
  const { name, url, application } = settings;
  let working: Promise<void> = Promise.resolve();
  const subscriber = new Subscriber(
    {
      port: name,
      broker: { ...settings, protocol: '3.1.1' },
      keepsSession: true,
      filters: [`application/${application ?? '+'}/device/+/event/+`],
    },
    surroundings,
  );
  const session = (receiver: MessageReceiver, signal: AbortSignal): Promise<Text> =>
    subscriber.session(
      receiver,
      (topic, payload) => {
        const done = receiver.message(topic, payload);
        working = done.catch(() => {}); // whoever waits for the acknowledgement hears of it
        return done;
      },
      signal,
    );
  return {
    shape: 'network-server',
    path: url,
    application,
    async run(receiver, signal) {
      await keepPortOpen(name, () => session(receiver, signal), receiver, surroundings, signal);
      await working;
    },
    publish: (topic, payload) =>
      subscriber.connection?.publish(topic, payload) ?? Promise.reject(new TextError(say.notConnected({ name }))),
  };
}
