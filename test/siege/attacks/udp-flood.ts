import { createSocket } from 'node:dgram';
import type { Attack, Tools } from '../attack.ts';
import { pause } from '../hostile-client.ts';

const [PUSH_DATA, PULL_DATA] = [0, 2];
const perTurn = 100;

export const udpFlood: Attack = {
  name: 'udp-flood',
  tried:
    'invented EUIs that push frames and ask for downlinks, join requests of nobody, datagrams of noise and JSON bombs',
  async run(tools) {
    const { target, tally, signal } = tools;
    const socket = createSocket('udp4');
    socket.on('error', () => {});
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.2', resolve));
    tally.connections++;
    while (!signal.aborted) {
      for (let n = 0; n < perTurn; n++) {
        const datagram = datagramOf(tools);
        tally.bytes += datagram.length;
        socket.send(datagram, target.udpPort, '127.0.0.1');
      }
      await pause(10, signal);
    }
    socket.close();
  },
};

function datagramOf({ random }: Tools): Buffer {
  const header = (kind: number) =>
    Buffer.from([
      2,
      random.int(0, 255),
      random.int(0, 255),
      kind,
      ...Array.from({ length: 8 }, () => random.int(0, 255)),
    ]);
  switch (random.int(0, 4)) {
    case 0:
      return header(PULL_DATA);
    case 1:
      return Buffer.concat([header(PUSH_DATA), Buffer.from('['.repeat(8_000))]);
    case 2:
      return Buffer.from(Array.from({ length: random.int(1, 300) }, () => random.int(0, 255)));
    default: {
      const frame = Buffer.from(Array.from({ length: 23 }, () => random.int(0, 255)));
      frame[0] = random.pick([0x00, 0x40, 0x80]);
      const packet = {
        tmst: 1,
        freq: 923.2,
        stat: 1,
        datr: 'SF10BW125',
        rssi: -80,
        lsnr: 3,
        data: frame.toString('base64'),
      };
      return Buffer.concat([header(PUSH_DATA), Buffer.from(JSON.stringify({ rxpk: [packet] }))]);
    }
  }
}
