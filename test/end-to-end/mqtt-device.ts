/** An MQTT client that connects as soon as the broker listens. */
import { connectAsync, type MqttClient } from 'mqtt';

const tries = 500;

export async function connectWhenUp(port: number, clientId: string): Promise<MqttClient> {
  for (let left = tries; ; left--) {
    try {
      return await connectAsync(
        `mqtt://127.0.0.1:${port}`,
        { reconnectPeriod: 0, connectTimeout: 2000, clientId },
        false,
      );
    } catch (fault) {
      if (left === 0) throw fault;
      await new Promise((resolve) => setTimeout(resolve, 20)); // it is still starting
    }
  }
}
