import type { Attack } from '../attack.ts';
import { open, repeat } from '../hostile-client.ts';

export const stationStrangers: Attack = {
  name: 'station-strangers',
  tried: 'Basics Station without a token: silence, dripped and endless headers, invented EUIs, wrong tokens',
  run: (tools) =>
    repeat(tools, 150, async () => {
      const { random, target } = tools;
      const client = await open(tools, target.stationPort);
      const eui = random
        .int(0, 2 ** 32)
        .toString(16)
        .padStart(16, 'f');
      const upgrade =
        'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: aaaa\r\n';
      const request = `GET /router-${eui} HTTP/1.1\r\nHost: x\r\n${upgrade}`;
      const kind = random.int(0, 3);
      if (kind === 1) for (const byte of request) if (!(await client.send(byte))) break;
      if (kind === 2) while (await client.send(`X: ${'y'.repeat(1_000)}\r\n`));
      if (kind === 3) await client.send(`${request}Authorization: Bearer ${random.next()}\r\n\r\n`);
      await client.linger(kind === 3 ? 100 : 20_000);
    }),
};
