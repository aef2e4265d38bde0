import type { Attack, Tools } from '../attack.ts';
import { loggedIn, publish, repeat } from '../hostile-client.ts';

const size = 60_000;

export const mqttOddPayloads: Attack = {
  name: 'mqtt-odd-payloads',
  tried: 'nested JSON, numbers and texts without end, other names each time, control characters, halves of characters',
  run: (tools) =>
    repeat(tools, 4, async () => {
      const client = await loggedIn(tools);
      client.socket.resume();
      for (let id = 1; id <= 200; id++) {
        if (!(await client.send(publish(tools.target.stolen.topic, oddPayload(tools), id)))) break;
      }
      await client.linger(1_000);
    }),
};

function oddPayload({ random }: Tools): string {
  return random.pick([
    '['.repeat(size),
    `${'{"n":'.repeat(size / 5)}1`,
    `{"n":${'9'.repeat(size)}}`,
    `{"n":"${'x'.repeat(size)}"}`,
    `{"n":1e${random.int(-400, 400)}}`,
    `{${Array.from({ length: 3_000 }, () => `"q${random.int(0, 1e9)}":1`).join()},"n":1}`,
    '{"n":"\u001b[2J\u202e\\ud800"}',
    `{"n":1,"at":${random.pick(['1e308', '-1', '9007199254740991', '"9999999"'])}}`,
  ]);
}
