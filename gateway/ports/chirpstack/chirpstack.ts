/**
 * A port for a ChirpStack v4: its MQTT integration is subscribed to, and downlinks are published to it.
 *
 * Promise: an event is acknowledged when the receiver has it on the disk, and the broker is asked to keep what comes while this
 * gateway is away (a session that is not clean), as far as its own bounds let it. Events are taken one after the other. When the
 * port stops it waits for the one that is being worked on.
 */

import { onAbort } from '../../net/keep-open.ts';
import type { ConnectMqtt, MqttConnection } from '../../net/mqtt-connection.ts';
import type { MessageReceiver, MqttSurroundings } from '../mqtt.ts';
import { keepPortOpen } from '../port.ts';

export interface ChirpstackSettings {
  readonly name: string;
  readonly url: string;
  readonly application?: string | undefined;
  readonly username?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly caFile?: string | undefined;
}

export interface ChirpstackPort {
  readonly path: string;
  /** Runs until the signal aborts, connecting again whenever the connection is lost. */
  run(receiver: MessageReceiver, signal: AbortSignal): Promise<void>;
  /** Rejects where there is no connection, or it is lost before the broker has acknowledged. */
  publish(topic: string, payload: Uint8Array): Promise<void>;
}

const keepaliveMs = 30_000;

/** `gateway`: two gateways may name their ports alike, and a broker knows a session by its name. */
export function chirpstackPort(
  settings: ChirpstackSettings,
  gateway: string,
  surroundings: MqttSurroundings,
): ChirpstackPort {
  const { name, url, application = '+' } = settings;
  let open: MqttConnection | undefined;
  let working: Promise<void> = Promise.resolve();
  const session = async (receiver: MessageReceiver, signal: AbortSignal): Promise<string> => {
    const options: Parameters<ConnectMqtt>[1] = {
      clientId: `machimori-${gateway}-${name}`,
      keepsSession: true,
      filters: [`application/${application}/device/+/event/+`],
      onMessage: (topic, payload) => {
        const done = receiver.message(topic, payload);
        working = done.catch(() => {}); // who waits for the acknowledgement hears of it
        return done;
      },
    };
    const connection = await surroundings.connect({ ...settings, protocol: '3.1.1', keepaliveMs }, options, signal);
    open = connection;
    receiver.opened();
    const forget = onAbort(signal, () => void connection.close());
    return connection.ended.finally(() => {
      open = undefined;
      forget();
    });
  };
  return {
    path: url,
    async run(receiver, signal) {
      await keepPortOpen(name, () => session(receiver, signal), receiver, surroundings, signal);
      await working;
    },
    publish: (topic, payload) =>
      open === undefined ? Promise.reject(new Error(`port ${name} is not connected`)) : open.publish(topic, payload),
  };
}
