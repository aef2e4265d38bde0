/** An LNS of a few lines, for a station to talk to. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

export const ROUTER_CONFIG = {
  msgtype: 'router_config',
  NetID: null,
  JoinEui: null,
  region: 'AS923-1',
  hwspec: 'sx1301/1',
  freq_range: [920_600_000, 928_000_000],
  DRs: [12, 11, 10, 9, 8, 7].map((spreadingFactor) => [spreadingFactor, 125, 0]),
  sx1301_conf: [{}],
};

type Message = Record<string, unknown>;

export async function openSmallLns(config: Message = ROUTER_CONFIG) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const url = `ws://127.0.0.1:${port}`;
  const waiting: { json: string; message: Message }[] = [];
  const requests: IncomingMessage[] = [];
  const closings: string[] = [];
  let wake: () => void = () => undefined;
  let station: WebSocket | undefined;
  server.on('connection', (socket, request) => {
    requests.push(request);
    socket.on('message', (data) => {
      const json = String(data);
      const message = JSON.parse(json) as Message;
      waiting.push({ json, message });
      if (request.url === '/router-info') {
        const { router } = message;
        socket.send(JSON.stringify({ router, muxs: '0000:00FF:FE00:0001', uri: `${url}/data` }));
      } else if (message.msgtype === 'version') {
        station = socket;
        socket.send(JSON.stringify(config));
      }
      wake();
    });
    socket.on('close', (code, reason) => {
      closings.push(`${code} ${reason}`);
      wake();
    });
  });
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  const woken = () => new Promise<void>((resolve) => (wake = resolve));
  return {
    url,
    requests,
    closings,
    woken,
    /** The next message of this sort, as text too; those before it are thrown away. */
    async next(msgtype?: string): Promise<{ json: string; message: Message }> {
      for (;;) {
        const found = waiting.shift();
        if (found !== undefined && found.message.msgtype === msgtype) return found;
        if (found === undefined) await woken();
      }
    },
    send: (text: string) => station?.send(text),
    hangUp: () => station?.terminate(),
  };
}
