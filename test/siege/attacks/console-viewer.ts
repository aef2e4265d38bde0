import { once, setMaxListeners } from 'node:events';
import type { Attack, Tools } from '../attack.ts';
import { open, repeat } from '../hostile-client.ts';

/** Then it signs in again. */
const sessionMs = 5_000;

/** The session of a viewer whose password was found on a note. */
async function signedIn(tools: Tools): Promise<string | undefined> {
  const { consolePort, stolen } = tools.target;
  const client = await open(tools, consolePort);
  const body = JSON.stringify({ user: 'viewer', password: stolen.consolePassword });
  await client.send(`POST /session HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  const [answer] = (await once(client.socket, 'data', { signal: tools.signal }).catch(() => [''])) as [Buffer | string];
  await client.linger(0);
  return /set-cookie: ([^;]+);/i.exec(String(answer))?.[1];
}

export const consoleViewer: Attack = {
  name: 'console-viewer',
  tried:
    'the console with a stolen viewer’s password: watchers that never read, answers that nobody takes, what only technicians may do',
  async run(tools) {
    let cookie: string | undefined;
    await repeat(tools, 1, async () => {
      cookie ??= await signedIn(tools);
      if (cookie === undefined) return;
      const signal = AbortSignal.any([tools.signal, AbortSignal.timeout(sessionMs)]);
      setMaxListeners(0, signal); // every connection listens
      await repeat({ ...tools, signal }, 60, async () => {
        const client = await open(tools, tools.target.consolePort);
        client.socket.pause();
        const about = `Host: localhost\r\nCookie: ${cookie}\r\n`;
        const isWatching = tools.random.chance(0.5);
        const request = isWatching ? 'GET /live' : 'POST /do/change-config';
        await client.send(`${request} HTTP/1.1\r\n${about}Content-Length: 2\r\nX-CSRF: x\r\n\r\n{}`);
        await client.linger(3_000);
      });
      cookie = undefined;
    });
  },
};
