/** A console on real HTTP or HTTPS, before a gateway whose clock the test moves. */
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { accountsFileOf, HASHED_BY } from '../../../gateway/config/console-accounts.ts';
import type { ConsoleConfig } from '../../../gateway/config/settings.ts';
import { serveConsole } from '../../../gateway/console/console.ts';
import { hashPassword } from '../../../gateway/console/passwords.ts';
import type { ControlSources } from '../../../gateway/control/actions.ts';
import type { ConsoleStanding } from '../../../gateway/status/sources.ts';
import { readStatus } from '../../../gateway/status/status.ts';
import { freePort } from '../net/free-port.ts';
import { sources } from '../status/status-rig.ts';

export const PASSWORD = 'a river of cold tea';
/** Hashed once: it takes a while. */
const secret = hashPassword(PASSWORD);

export async function accountLine(name: string, role: string, { salt, hash } = {} as Partial<Awaited<typeof secret>>) {
  const usual = await secret;
  return `${name} ${role} ${HASHED_BY} ${(salt ?? usual.salt).toString('base64url')} ${(hash ?? usual.hash).toString('base64url')}\n`;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

export interface Asked extends RequestOptions {
  readonly body?: string | Buffer;
}

export interface Signed {
  readonly cookie: string;
  readonly csrf: string;
}

/** A page as vite builds one. */
export function builtPage(folder: string): string {
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html><title>Machimori</title>');
  writeFileSync(join(folder, 'page', 'assets', 'index-a1b2c3.js'), `export const it = '${'runs '.repeat(200)}';`);
  return join(folder, 'page');
}

export async function openConsole(
  settings: Partial<ConsoleConfig> = {},
  {
    accounts,
    hasPage = true,
    more = {},
  }: { accounts?: string; hasPage?: boolean; more?: Partial<ControlSources> } = {},
) {
  const all = sources();
  const { rig } = all.rig;
  const { clock, log, folder } = rig;
  const port = await freePort();
  const listen = (settings.listen ?? '127.0.0.1:0').replace(/:0$/, `:${port}`);
  const file = accountsFileOf(folder);
  const usual = (await accountLine('suzuki', 'technician')) + (await accountLine('sato', 'viewer'));
  writeFileSync(file, accounts ?? usual, { mode: 0o600 });
  const stop = new AbortController();
  let standing: (() => ConsoleStanding) | undefined;
  const from = { ...all.from, consoleStanding: () => standing?.() };
  const looked = vi.fn(() => [...all.from.forwarders]);
  Object.defineProperty(from, 'forwarders', { get: looked });
  const console = { enabled: true, names: [], tiles: '', ...settings, listen };
  const gateway = { id: 'gateway-01', tenant: 'kakogawa', dataDirectory: folder };
  const done = serveConsole(
    {
      config: { console, gateway },
      sources: { ...from, gateway: 'gateway-01', status: from, ...more },
      version: '0.1.0',
      clock,
      log,
      pageFolder: hasPage ? builtPage(folder) : join(folder, 'nothing'),
      standing: (now) => {
        standing = now;
      },
    },
    stop.signal,
  );
  const end = async () => {
    stop.abort();
    // Whoever does not read their answer has a while, by the clock.
    let isDone = false;
    void done.then(() => {
      isDone = true;
    });
    await vi.waitFor(
      async () => {
        await clock.advance(1_000);
        expect(isDone).toBe(true);
      },
      { timeout: 10_000, interval: 5 },
    );
  };
  onTestFinished(end);
  const isSecure = settings.listenCertFile !== undefined || !listen.startsWith('127.');
  /** One request by a connection of its own. */
  const ask = async (method: string, path: string, { body, ...options }: Asked = {}): Promise<Answer> => {
    const request = isSecure ? requestHttps : requestHttp;
    const asking = request({
      host: '127.0.0.1',
      port,
      method,
      path,
      agent: false,
      rejectUnauthorized: false,
      ...options,
    });
    asking.end(body);
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    let text = '';
    response.setEncoding('utf8');
    for await (const piece of response) text += piece;
    return { status: response.statusCode ?? 0, headers: response.headers, text };
  };
  const tryToSignIn = (user: string, password = PASSWORD, options: Asked = {}) =>
    ask('POST', '/session', { body: JSON.stringify({ user, password }), ...options });
  const session = (cookie: string) => ask('GET', '/session', { headers: { cookie } });
  const signIn = async (user = 'suzuki', options: Asked = {}): Promise<Signed> => {
    const { headers, status } = await tryToSignIn(user, PASSWORD, options);
    expect(status).toBe(204);
    const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    return { cookie, csrf: JSON.parse((await session(cookie)).text).csrf };
  };
  const act = (action: string, { cookie, csrf }: Signed, body: unknown = {}) =>
    ask('POST', `/do/${action}`, { headers: { cookie, 'x-csrf': csrf }, body: JSON.stringify(body) });
  const raw = (): Socket => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {}); // the other end may go first
    onTestFinished(() => void socket.destroy());
    return socket;
  };
  const isOpen = () => expect([standing?.().address, standing?.().fault]).toEqual([listen, undefined]);
  await vi.waitFor(isOpen, { timeout: 10_000, interval: 5 });
  const status = () => readStatus(from);
  return {
    ...{ all, rig, clock, log, folder, file, port, listen, stop, end, ask, tryToSignIn, signIn, session, act, raw },
    ...{ looked, status, standing: () => standing?.() },
  };
}

/** Waits for a condition of the real world. */
export const until = (condition: () => unknown) => vi.waitFor(condition, { timeout: 15_000, interval: 5 });
