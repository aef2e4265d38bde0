/**
 * `mqtt`: devices that publish their readings.
 *
 * By default it is a broker of its own (aedes), for devices in the same box or house; or it subscribes at an existing one.
 * A message at QoS 1 is acknowledged only when its readings are on the disk, so a device may forget what was acknowledged.
 *
 * Bounds: those of `broker.ts`; at an existing broker one message at a time.
 */

import * as v from 'valibot';
import { address, id, setting, size, text, whole } from '../../../shared/setting.ts';
import type { Text } from '../../../shared/text.ts';
import { isLoopback, splitAddress } from '../../net/address.ts';
import { checkSecretFile } from '../../net/credentials.ts';
import { type ConnectionSurroundings, onAbort } from '../../net/keep-open.ts';
import type { ConnectMqtt } from '../../net/mqtt-connection.ts';
import { say as net } from '../../net/words.ts';
import { type Fault, fault, note, type Path } from '../../words/fault.ts';
import type { MessagePort, MessageReceiver, PortDevice, PortType } from '../port.ts';
import { keepPortOpen } from '../reopening.ts';
import { trustLocal } from '../trust-local.ts';
import { say } from '../words.ts';
import { serve } from './broker.ts';
import { checkUsers, users } from './users.ts';

const settings = v.strictObject({
  name: setting(id, say.name()),
  type: setting(v.literal('mqtt'), say.mqtt()),
  listen: v.optional(setting(address, say.mqttListen()), '127.0.0.1:1883'),
  url: v.optional(setting(text, say.mqttUrl())),
  username: v.optional(setting(text, say.mqttUsername())),
  passwordFile: v.optional(setting(text, net.passwordFile())),
  caFile: v.optional(setting(text, say.mqttCa())),
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

export interface MqttSurroundings extends ConnectionSurroundings {
  /** How to reach an existing broker. */
  readonly connect: ConnectMqtt;
}

const keepaliveMs = 30_000;

export function mqttPort(settings: MqttSettings, surroundings: MqttSurroundings): MessagePort {
  const { name, url } = settings;
  return {
    shape: 'messages',
    path: url ?? `mqtt://${settings.listen}`,
    run(topics, receiver, signal) {
      const session =
        url === undefined
          ? () => serve(settings, receiver, surroundings.clock, signal)
          : () => subscribe({ ...settings, url }, topics, receiver, surroundings, signal);
      return keepPortOpen(name, session, receiver, surroundings, signal);
    },
  };
}

function checkMqtt(settings: v.InferOutput<typeof mqtt.settings>, path: Path, devices: readonly PortDevice[]): Fault[] {
  const { listen, url, username, passwordFile, user } = settings;
  const faults = [
    ...checkSecretFile(passwordFile, [...path, 'passwordFile'], true),
    ...checkUsers(settings, devices, path),
  ];
  if ((username === undefined) !== (passwordFile === undefined)) {
    faults.push(fault(path, say.loginIncomplete(), net.addMissing()));
  }
  if (url === undefined && passwordFile === undefined && user.length === 0) {
    if (!isLoopback(splitAddress(listen).host)) {
      faults.push(fault([...path, 'listen'], say.openBroker(), say.closeBroker()));
    } else if (!settings.trustLocal) faults.push(note(path, say.openToLocal(), say.closeToLocal()));
  }
  if (url !== undefined && user.length > 0) faults.push(fault([...path, 'user'], say.usersElsewhere(), say.useAcl()));
  return faults;
}

async function subscribe(
  settings: MqttSettings & { readonly url: string },
  topics: readonly string[],
  receiver: MessageReceiver,
  { connect }: MqttSurroundings,
  signal: AbortSignal,
): Promise<Text> {
  const connection = await connect(
    { ...settings, protocol: '3.1.1', keepaliveMs },
    {
      clientId: `machimori-port-${settings.name}`,
      filters: topics,
      onMessage: (topic, payload) => receiver.message(topic, payload),
    },
    signal,
  );
  receiver.opened();
  const forget = onAbort(signal, () => void connection.close());
  return connection.ended.finally(forget);
}
