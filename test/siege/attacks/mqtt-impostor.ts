import type { Attack } from '../attack.ts';
import { loggedIn, packet, publish, repeat } from '../hostile-client.ts';

export const mqttImpostor: Attack = {
  name: 'mqtt-impostor',
  tried: "the honest device's client id and topic with a stolen credential, and subscriptions to everything",
  run: (tools) =>
    repeat(tools, 10, async () => {
      const { honest } = tools.target;
      const client = await loggedIn(tools, { clientId: honest.clientId });
      if (tools.random.chance(0.5)) await client.send(publish(honest.topic, '{"n":-1}', 1));
      else {
        const subscriptions = [{ topic: '#', qos: 1 as const }];
        await client.send(packet({ cmd: 'subscribe', messageId: 1, subscriptions }));
      }
      await client.linger(500);
    }),
};
