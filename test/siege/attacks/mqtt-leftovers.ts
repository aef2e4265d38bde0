import type { Attack } from '../attack.ts';
import { loggedIn, publish, repeat } from '../hostile-client.ts';

export const mqttLeftovers: Attack = {
  name: 'mqtt-leftovers',
  tried: 'persistent sessions full of QoS 2 messages that are never released',
  run: (tools) =>
    repeat(tools, 4, async () => {
      const client = await loggedIn(tools, { clean: false });
      client.socket.resume();
      const payload = Buffer.alloc(1_000, 0x20);
      for (let id = 1; id <= 2_000; id++) {
        if (!(await client.send(publish(tools.target.stolen.topic, payload, id, 2)))) break;
      }
      await client.linger(200);
    }),
};
