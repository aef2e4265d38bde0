/**
 * `mqtt`: devices that publish their readings.
 *
 * By default it is a broker of its own (aedes), for devices in the same box or house; or it subscribes at an existing one.
 * What an existing broker retained has no known age and is ignored.
 *
 * A message at QoS 1 is acknowledged only when its readings are on the disk, so a device may forget what was acknowledged.
 *
 * Bounds: those of `broker.ts`; at an existing broker one message at a time.
 */

import * as v from 'valibot';
import { address, flag, id, setting, size, text, whole } from '../../../shared/setting.ts';
import type { Text } from '../../../shared/text.ts';
import { isLocal } from '../../net/address.ts';
import { shownTopic, takesTopic } from '../../net/broker/topics.ts';
import { checkCredentialFile, checkTlsFiles, tlsFiles } from '../../net/credential-file.ts';
import { say as net } from '../../net/words.ts';
import { type Fault, fault, note, type Path } from '../../words/fault.ts';
import type { DoorReceiver, MessagePort, PortDevice, PortSurroundings, PortType } from '../port.ts';
import { keepPortOpen } from '../reopening.ts';
import { Subscriber, type SubscriberSurroundings } from '../subscriber.ts';
import { trustLocal } from '../trust-local.ts';
import { say as portWords } from '../words.ts';
import { serve } from './broker.ts';
import { checkUsers, users } from './users.ts';
import { say } from './words.ts';

const settings = v.strictObject({
  name: setting(id, portWords.name()),
  type: setting(v.literal('mqtt'), say.mqtt()),
  listen: v.optional(setting(address, say.mqttListen()), '127.0.0.1:1883'),
  url: v.optional(setting(text, say.mqttUrl())),
  username: v.optional(setting(text, say.mqttUsername())),
  passwordFile: v.optional(setting(text, net.passwordFile())),
  ...tlsFiles,
  protocol: v.optional(setting(v.picklist(['3.1.1', '5']), say.mqttProtocol()), '3.1.1'),
  keepsSession: v.optional(setting(flag, say.keepsSession()), true),
  maxClients: v.optional(setting(whole(1, 10_000), say.maxClients()), 200),
  maxMessageBytes: v.optional(setting(size, say.maxMessage()), '64kB'),
  user: users,
  trustLocal,
});
export type MqttSettings = Omit<v.InferOutput<typeof settings>, 'type' | 'trustLocal'>;

export const mqtt: PortType<typeof settings> = {
  name: 'mqtt',
  shape: 'messages',
  settings,
  check: checkMqtt,
  open: mqttPort,
};

export function mqttPort(settings: MqttSettings, surroundings: Omit<PortSurroundings, 'plan'>): MessagePort {
  const { name, url } = settings;
  return {
    shape: 'messages',
    path: url ?? `mqtt://${settings.listen}`,
    run(topics, receiver, signal) {
      const session =
        url === undefined
          ? () => serve(settings, receiver, surroundings.clock, signal)
          : subscribing({ ...settings, url }, topics, receiver, surroundings, signal);
      return keepPortOpen(name, session, receiver, surroundings, signal);
    },
  };
}

function checkMqtt(settings: v.InferOutput<typeof mqtt.settings>, path: Path, devices: readonly PortDevice[]): Fault[] {
  const { listen, url, username, passwordFile, user } = settings;
  const faults = [
    ...checkCredentialFile(passwordFile, [...path, 'passwordFile'], 'secret'),
    ...checkTlsFiles(url ?? '', settings, path),
    ...checkUsers(settings, devices, path),
  ];
  if ((username === undefined) !== (passwordFile === undefined)) {
    faults.push(fault(path, say.loginIncomplete(), net.addMissing()));
  }
  if (url === undefined && passwordFile === undefined && user.length === 0) {
    if (!isLocal(listen)) {
      faults.push(fault([...path, 'listen'], say.openBroker(), say.closeBroker()));
    } else if (!settings.trustLocal) faults.push(note(path, portWords.openToLocal(), portWords.closeToLocal()));
  }
  if (url === undefined && settings.protocol === '5') {
    faults.push(fault([...path, 'protocol'], say.onlyVersion3(), say.nameBroker5()));
  }
  if (url !== undefined && user.length > 0) faults.push(fault([...path, 'user'], say.usersElsewhere(), say.useAcl()));
  return faults;
}

function subscribing(
  settings: MqttSettings & { readonly url: string },
  topics: readonly string[],
  receiver: DoorReceiver,
  surroundings: SubscriberSurroundings,
  signal: AbortSignal,
): () => Promise<Text> {
  const { name, keepsSession } = settings;
  const known = new Set(topics);
  const filters = topics.filter((topic) => topic.includes('+'));
  const subscriber = new Subscriber({ port: name, broker: settings, keepsSession, filters: topics }, surroundings);
  const onMessage = (topic: string, payload: Uint8Array, isRetained: boolean) => {
    const isKnown = known.has(topic) || filters.some((filter) => takesTopic(filter, topic));
    if (!isKnown) subscriber.drop(topic);
    if (!isRetained) return receiver.message(topic, payload);
    receiver.ignored({ code: 'retained', bytes: payload, detail: say.retained({ topic: shownTopic(topic) }) });
  };
  return () => subscriber.session(receiver, onMessage, signal);
}
