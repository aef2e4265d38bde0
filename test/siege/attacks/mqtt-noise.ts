import type { Attack } from '../attack.ts';
import { loggedIn, open, repeat } from '../hostile-client.ts';

export const mqttNoise: Attack = {
  name: 'mqtt-noise',
  tried: 'random bytes, and good packets with a byte turned, before and after the login',
  run: (tools) =>
    repeat(tools, 20, async () => {
      const { random } = tools;
      const client = random.chance(0.5) ? await open(tools, tools.target.mqttPort) : await loggedIn(tools);
      for (let n = 0; n < 50; n++) {
        const noise = Buffer.from(Array.from({ length: random.int(1, 200) }, () => random.int(0, 255)));
        if (random.chance(0.5)) noise.set([random.int(0, 15) << 4, noise.length - 2].slice(0, noise.length));
        if (!(await client.send(noise))) break;
      }
      await client.linger(500);
    }),
};
