/** An MQTT client that connects as soon as the broker listens. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';

const maxWaitMs = 15_000;
const lookAgainMs = 10;

/** Rejects where nobody listens within 15 s. */
export async function connectWhenUp(port: number, clientId: string): Promise<MqttClient> {
  await whenListening(port);
  const options = { reconnectPeriod: 0, connectTimeout: maxWaitMs, clientId } as const;
  return connectAsync(`mqtt://127.0.0.1:${port}`, options, false);
}

/** Resolves as soon as somebody listens; rejects after 15 s. */
export async function whenListening(port: number): Promise<void> {
  const until = performance.now() + maxWaitMs;
  while (!(await isListening(port))) {
    if (performance.now() > until) throw new Error(`nobody listens on port ${port}`);
    await delay(lookAgainMs);
  }
}

/** A bare connection: an MQTT client for each look would take most of a processor. */
async function isListening(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // it is still starting
  } finally {
    socket.destroy();
  }
}
