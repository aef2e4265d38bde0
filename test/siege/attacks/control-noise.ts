import { connect } from 'node:net';
import type { Attack } from '../attack.ts';
import { opened, repeat } from '../hostile-client.ts';

const ACTIONS = [
  'status',
  'list-refused',
  'retry-refused',
  'list-downlinks',
  'settle',
  '__proto__',
  'constructor',
  '',
] as const;
const BODIES = [
  '{}',
  '[]',
  'null',
  '{"ids":[1e308]}',
  '{"device":"\\u001b"}',
  '['.repeat(50_000),
  '{"ids":[9007199254740993]}',
  '{',
] as const;

export const controlNoise: Attack = {
  name: 'control-noise',
  tried: "the control socket, by the gateway's own user: unknown actions, absurd parameters, bodies without end",
  run: (tools) =>
    repeat(tools, 10, async () => {
      const { random, target } = tools;
      const client = await opened(tools, connect(target.controlSocket));
      client.socket.resume();
      const body = random.pick(BODIES);
      const length = random.chance(0.1) ? 1e9 : Buffer.byteLength(body);
      await client.send(
        `POST /${random.pick(ACTIONS)} HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n${body}`,
      );
      if (length === 1e9) for (let n = 0; n < 300; n++) if (!(await client.send(Buffer.alloc(65_536, 0x20)))) break;
      await client.linger(300);
    }),
};
