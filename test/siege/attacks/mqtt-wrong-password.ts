import type { Attack } from '../attack.ts';
import { loggedIn, repeat } from '../hostile-client.ts';

export const mqttWrongPassword: Attack = {
  name: 'mqtt-wrong-password',
  tried: 'logins with guessed passwords',
  run: (tools) =>
    repeat(tools, 20, async () => {
      const client = await loggedIn(tools, { password: String(tools.random.next()) });
      await client.linger(1_000);
    }),
};
