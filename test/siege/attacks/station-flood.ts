import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Attack, Tools } from '../attack.ts';
import { repeat } from '../hostile-client.ts';

const maxUnsent = 1_000_000;

export const stationFlood: Attack = {
  name: 'station-flood',
  tried: "a station with a stolen token: uplinks of nobody, JSON bombs, endless messages, other stations' EUIs",
  run: (tools) =>
    repeat(tools, 4, async () => {
      const { target, random, tally, signal } = tools;
      const eui = random.chance(0.8) ? target.stolen.eui : target.honest.eui;
      const socket = new WebSocket(`ws://127.0.0.1:${target.stationPort}/router-${eui}`, {
        headers: { authorization: `Bearer ${target.stolen.token}` },
      });
      tally.connections++;
      socket.on('error', () => {});
      socket.on('close', () => {
        if (!signal.aborted) tally.turnedAway++;
      });
      await Promise.race([once(socket, 'open'), once(socket, 'close')]);
      for (let n = 0; n < 20_000 && socket.readyState === WebSocket.OPEN && !signal.aborted; n++) {
        const message = messageOf(tools);
        tally.bytes += message.length;
        socket.send(message);
        while (socket.bufferedAmount > maxUnsent && socket.readyState === WebSocket.OPEN) await setImmediate();
        if (n % 20 === 0) await setImmediate();
      }
      socket.terminate();
    }),
};

function messageOf({ random }: Tools): string {
  if (random.chance(0.001)) return 'x'.repeat(1_000_000);
  if (random.chance(0.1))
    return random.pick(['['.repeat(16_000), '{"msgtype":"version"}', '{"msgtype":"timesync","txtime":1}', 'null']);
  return JSON.stringify({
    msgtype: 'updf',
    MHdr: 64,
    DevAddr: random.int(-(2 ** 31), 2 ** 31 - 1),
    FCtrl: 0,
    FCnt: random.int(0, 65_535),
    FOpts: '',
    FPort: 2,
    FRMPayload: 'CAFE',
    MIC: random.int(-(2 ** 31), 2 ** 31 - 1),
    DR: 2,
    Freq: 923_200_000,
    upinfo: { rctx: 0, xtime: 1, gpstime: 0, rssi: -90, snr: 5 },
  });
}
