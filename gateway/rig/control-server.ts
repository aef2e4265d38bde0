/**
 * How others set and break a rig while it runs: HTTP and JSON on loopback, for `machimori rig set` and for other test tools.
 *
 *   GET  /state                                      what each device senses, has sent and has wrong
 *   POST /set    {"device":"gauge","quantity":"level","value":2.4}      (without a value: the world is sensed again)
 *   POST /fault  {"on":"gauge","fault":"noise","with":{"share":0.2}}
 *   POST /clear  {"on":"gauge","fault":"noise"}     both may be left out
 *
 * A token in a file beside the rig's data, which only its user can read, is needed: a page in a browser of this machine must not
 * break a rig. Bounds: bodies of `maxBodyBytes`.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import * as v from 'valibot';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { splitAddress } from '../net/address.ts';
import { sameSecret } from '../net/credentials.ts';
import type { Rig } from './open-rig.ts';
import { stateOf } from './rig-state.ts';
import { say } from './words.ts';

export const CONTROL_FILE = 'rig-control.json';
const maxBodyBytes = 65_536;

/** What the file beside the rig's data has. */
export const ControlFile = v.strictObject({ url: v.string(), token: v.string() });

const SetBody = v.strictObject({ device: v.string(), quantity: v.string(), value: v.optional(v.nullable(v.number())) });
const FaultBody = v.strictObject({
  on: v.string(),
  fault: v.string(),
  with: v.optional(v.record(v.string(), v.number())),
});
const ClearBody = v.strictObject({ on: v.optional(v.string()), fault: v.optional(v.string()) });

type Answer = { readonly status: number; readonly body: unknown };

/** Listens until the returned function is called. Rejects if it cannot. */
export async function serveRig(rig: Rig, folder: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  const token = randomBytes(24).toString('base64url');
  const mayAct = sameSecret(token);
  const { host, port } = splitAddress(rig.plan.rig.control ?? '127.0.0.1:0');
  const server = createServer((request, response) => {
    void answer(rig, mayAct, request).then(
      (given) => send(response, given),
      () => response.destroy(),
    );
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  const listening = typeof address === 'object' && address !== null ? address.port : port;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${listening}`;
  const file = join(folder, CONTROL_FILE);
  rmSync(file, { force: true }); // one that a killed rig has left keeps its mode
  writeFileSync(file, JSON.stringify({ url, token }), { mode: 0o600 });
  return {
    url,
    async close() {
      rmSync(file, { force: true });
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer(rig: Rig, mayAct: (token: string) => boolean, request: IncomingMessage): Promise<Answer> {
  const sent = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  if (!mayAct(sent)) return refusal(401, 'unauthorised', say.needsToken());
  const path = new URL(request.url ?? '/', 'http://rig').pathname;
  if (request.method === 'GET' && path === '/state') return { status: 200, body: stateOf(rig) };
  const act = ACTIONS[path];
  if (request.method !== 'POST' || act === undefined) return refusal(404, 'no-action', say.noAction());
  try {
    act(rig, JSON.parse(await bodyOf(request)));
    return { status: 200, body: { done: true } };
  } catch (fault) {
    const code = fault instanceof MachimoriError ? fault.code : 'bad-request';
    return refusal(400, code, v.isValiError(fault) ? wrongSetting(fault.issues[0]) : textOf(fault));
  }
}

/** With the name of what is wrong, which the schema's own message lacks. */
function wrongSetting(issue: v.BaseIssue<unknown>): Text {
  return say.wrongSetting({ name: v.getDotPath(issue) ?? '', why: issue.message });
}

const ACTIONS: Readonly<Record<string, (rig: Rig, body: unknown) => void>> = {
  '/set': (rig, body) => {
    const { device, quantity, value } = v.parse(SetBody, body);
    if (value === undefined || value === null) rig.bench.free(device, quantity);
    else rig.bench.set(device, quantity, value);
  },
  '/fault': (rig, body) => {
    const { on, fault, with: settings } = v.parse(FaultBody, body);
    rig.strike(on, fault, settings);
  },
  '/clear': (rig, body) => {
    const { on, fault } = v.parse(ClearBody, body);
    rig.clear(on, fault);
  },
};

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > maxBodyBytes) throw new RangeError(`the body is larger than ${maxBodyBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** In both languages: whoever asks chooses. */
function refusal(status: number, code: string, { en, ja }: Text): Answer {
  return { status, body: { error: code, message: { en, ja } } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}
