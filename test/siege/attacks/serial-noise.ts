import type { Attack } from '../attack.ts';
import { open, repeat } from '../hostile-client.ts';

const piece = Buffer.alloc(16 * 1024, 0x41);

export const serialNoise: Attack = {
  name: 'serial-noise',
  tried: 'the far end of a serial server: bytes without a line end, and nested JSON in every line',
  run: (tools) =>
    repeat(tools, 1, async () => {
      const wire = await open(tools, tools.target.serialPort);
      const hasLines = tools.random.chance(0.5);
      for (let n = 0; n < 1_000; n++) {
        if (!(await wire.send(hasLines ? `${'['.repeat(tools.random.int(0, 900))}\n` : piece))) break;
      }
      await wire.linger(10);
    }),
};
