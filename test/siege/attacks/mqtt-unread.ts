import type { Attack } from '../attack.ts';
import { loggedIn, publish, repeat } from '../hostile-client.ts';

export const mqttUnread: Attack = {
  name: 'mqtt-unread',
  tried: 'QoS 1 publishes as fast as they go, without reading an acknowledgement',
  run: (tools) =>
    repeat(tools, 4, async () => {
      const client = await loggedIn(tools);
      client.socket.pause();
      const burst = Buffer.concat(
        Array.from({ length: 200 }, (_, i) => publish(tools.target.stolen.topic, `{"n":${i}}`, i + 1)),
      );
      while (await client.send(burst));
      await client.linger(100);
    }),
};
