import type { Attack } from '../attack.ts';
import { open, repeat } from '../hostile-client.ts';

const PATHS = [
  '/../../../etc/passwd',
  '/assets/%2e%2e/%2e%2e/package.json',
  '/assets/..%5c..%5cgateway.toml',
  '//evil.example/',
  '/do/erase',
  '/do/__proto__',
  '/live',
  `/${'a'.repeat(15_000)}`,
  '/%00',
] as const;

export const consoleNoise: Attack = {
  name: 'console-noise',
  tried:
    'the console without a session: paths that lead elsewhere, dripped heads, bodies without end, other hosts, pipelines without reading',
  run: (tools) =>
    repeat(tools, 40, async () => {
      const { random, target } = tools;
      const client = await open(tools, target.consolePort);
      const path = random.pick(PATHS);
      switch (random.int(0, 4)) {
        case 0:
          await client.send(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nCookie: machimori=${'0'.repeat(43)}\r\n\r\n`);
          break;
        case 1:
          await client.send(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nX-Slow: `);
          break;
        case 2:
          await client.send('POST /do/status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n');
          for (let n = 0; n < 100; n++) if (!(await client.send(Buffer.alloc(65_536)))) break;
          break;
        case 3:
          await client.send('GET /session HTTP/1.1\r\nHost: evil.example\r\n\r\n');
          break;
        default:
          client.socket.pause();
          for (let n = 0; n < 300; n++) if (!(await client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'))) break;
      }
      await client.linger(2_000);
    }),
};
