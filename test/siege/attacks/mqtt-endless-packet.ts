import type { Attack } from '../attack.ts';
import { loggedIn, open, repeat } from '../hostile-client.ts';

const piece = Buffer.alloc(64 * 1024, 0x61);

export const mqttEndlessPacket: Attack = {
  name: 'mqtt-endless-packet',
  tried: 'packets that announce 256 MB and keep sending, as the login and after it',
  run: (tools) =>
    repeat(tools, 8, async () => {
      const isLogin = tools.random.chance(0.5);
      const client = isLogin ? await open(tools, tools.target.mqttPort) : await loggedIn(tools);
      await client.send(Buffer.from([isLogin ? 0x10 : 0x32, 0xff, 0xff, 0xff, 0x7f]));
      while (await client.send(piece));
      await client.linger(100);
    }),
};
