import type { Attack } from '../attack.ts';
import { loggedIn, publish, repeat } from '../hostile-client.ts';

const perBurst = 100;

export const mqttFlood: Attack = {
  name: 'mqtt-flood',
  tried: 'valid readings as fast as they are acknowledged',
  run: (tools) =>
    repeat(tools, 4, async () => {
      const client = await loggedIn(tools);
      client.socket.resume();
      const burst = Buffer.concat(
        Array.from({ length: perBurst }, (_, i) => publish(tools.target.stolen.topic, `{"n":${i}}`, i + 1)),
      );
      while (await client.send(burst));
    }),
};
