import type { Attack } from '../attack.ts';
import { open, repeat } from '../hostile-client.ts';

export const statusDrip: Attack = {
  name: 'status-drip',
  tried: 'the status server: dripped requests, pipelines without reading, a foreign host, endless headers and bodies',
  run: (tools) =>
    repeat(tools, 30, async () => {
      const client = await open(tools, tools.target.statusPort);
      const request = 'GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n';
      const kind = tools.random.int(0, 3);
      if (kind === 0) await client.send(request);
      if (kind === 1) {
        client.socket.pause();
        for (let n = 0; n < 500; n++) if (!(await client.send(`${request}\r\n`))) break;
      }
      if (kind === 2) await client.send('GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n');
      if (kind === 3) {
        await client.send('POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n');
        for (let n = 0; n < 100; n++) if (!(await client.send(Buffer.alloc(65_536)))) break;
      }
      await client.linger(kind === 2 ? 100 : 8_000);
    }),
};
