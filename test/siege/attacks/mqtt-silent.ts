import type { Attack } from '../attack.ts';
import { open, repeat } from '../hostile-client.ts';

export const mqttSilent: Attack = {
  name: 'mqtt-silent',
  tried: 'hundreds of connections that never log in, some of them dripping a login byte by byte',
  run: (tools) =>
    repeat(tools, 300, async () => {
      const client = await open(tools, tools.target.mqttPort);
      if (tools.random.chance(0.5)) for (const byte of [0x10, 0x7f, 0x00]) await client.send(Uint8Array.of(byte));
      await client.linger(30_000);
    }),
};
