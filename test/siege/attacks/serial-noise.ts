import { createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { Attack } from '../attack.ts';
import { pause } from '../hostile-client.ts';

const piece = Buffer.alloc(16 * 1024, 0x41);

export const serialNoise: Attack = {
  name: 'serial-noise',
  tried: 'a serial server that sends bytes without a line end, nested JSON in every line, or hangs up at once',
  async run(tools) {
    const { target, tally, signal, random } = tools;
    const sockets = new Set<Socket>();
    const server = createServer(async (socket) => {
      tally.connections++;
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
      const kind = random.int(0, 2);
      for (let n = 0; n < 2_000 && kind !== 2 && !socket.destroyed && !signal.aborted; n++) {
        const bytes = kind === 0 ? piece : Buffer.from(`${'['.repeat(random.int(0, 900))}\n`);
        tally.bytes += bytes.length;
        socket.write(bytes);
        await (socket.writableLength > 1e6 ? pause(20, signal) : setImmediate());
      }
      socket.destroy();
    });
    server.on('error', () => {});
    server.listen(target.serialPort, '127.0.0.1');
    while (!signal.aborted) await pause(1_000, signal);
    for (const socket of sockets) socket.destroy();
    server.close();
  },
};
