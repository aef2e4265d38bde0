/**
 * How the command line asks a gateway: through the control socket of the running one, which holds its files for itself; if
 * none runs, it opens the files. What can be asked is in actions.ts.
 */

import { chmodSync, chownSync, statSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { codeOf, MachimoriError, TextError, textOf } from '../../shared/errors.ts';
import { foreign, type Text } from '../../shared/text.ts';
import type { Config } from '../config/settings.ts';
import type { Log } from '../machine/log.ts';
import type { Status } from '../status/status.ts';
import { type Ask, denied, notRunning } from './messages.ts';
import { answers, controlSocketOf, maxPathBytes } from './socket.ts';
import { say } from './words.ts';

const answerWithinMs = 120_000;

/**
 * Lets `use` ask, and returns what it returns.
 * Throws a MachimoriError: "no-buffer" (neither gateway nor file), "denied" (another user's), "gateway-gone" (it ended
 * meanwhile), what `ReadingBuffer.open` throws, and what `answer` throws.
 */
export async function askGateway<T>(config: Config, log: Log, use: (ask: Ask) => Promise<T>): Promise<T> {
  const running = await askIfRunning(config, use);
  return running === undefined ? (await import('./on-files.ts')).onBuffer(config, log, use) : running.answer;
}

/**
 * The same for the register of LoRaWAN devices, which exists without a buffer too.
 * Throws a MachimoriError: "denied", "gateway-gone", and what the actions throw.
 */
export async function askRegister<T>(config: Config, use: (ask: Ask) => Promise<T>): Promise<T> {
  const running = await askIfRunning(config, use);
  return running === undefined ? (await import('./on-files.ts')).onRegister(config, use) : running.answer;
}

/**
 * The state of the running gateway.
 * Throws a MachimoriError: "no-gateway" (none runs), "no-socket" (its path is too long), "older-gateway" (it cannot be asked), "denied", "gateway-gone".
 */
export async function askStatus(config: Config): Promise<Status> {
  const running = await askIfRunning(config, (ask) => readJson<Status>(ask('status', {}))).catch((fault) => {
    if (!(fault instanceof MachimoriError) || fault.code !== 'bad-request') throw fault; // only the action can be bad: there are no parameters
    throw new MachimoriError('older-gateway', {
      what: say.olderGateway(),
      on: config.gateway.id,
      hint: say.olderGatewayHint(),
      cause: fault,
    });
  });
  if (running !== undefined) return running.answer;
  const on = config.gateway.dataDirectory;
  const isTooLong = new TextEncoder().encode(controlSocketOf(on)).length > maxPathBytes;
  throw isTooLong
    ? new MachimoriError('no-socket', { what: say.longPath(), on, hint: say.longPathHint() })
    : notRunning(on);
}

/** Lets `use` ask the running gateway; undefined if none runs. Throws a MachimoriError: "denied", "gateway-gone", and what the actions throw. */
export async function askIfRunning<T>(
  config: Config,
  use: (ask: Ask) => Promise<T>,
): Promise<{ readonly answer: T } | undefined> {
  const { dataDirectory } = config.gateway;
  const socket = controlSocketOf(dataDirectory);
  const isRunning = await answers(socket).catch((fault) => {
    throw denied(dataDirectory, fault);
  });
  if (!isRunning) return undefined;
  return { answer: await use((action, parameters) => throughSocket(socket, action, parameters)) };
}

/**
 * Lets the gateway read a secret that root makes beside its configuration: by the folder's group, as it reads the configuration.
 * A folder of root's own group has no such gateway; the file stays with its owner alone.
 */
export function shareWithGroupOf(folder: string, file: string): void {
  const { gid } = statSync(folder);
  if (statSync(file).gid === gid) return;
  chownSync(file, statSync(file).uid, gid);
  chmodSync(file, 0o640);
}

/** The one JSON value of an answer. */
export async function readJson<T>(pieces: AsyncIterable<Uint8Array>): Promise<T> {
  return JSON.parse(await readText(pieces)) as T; // written by a gateway of the same release
}

/** The lines of an answer, each without its end. */
export async function* readLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

async function* throughSocket(socketPath: string, action: string, parameters: unknown): AsyncGenerator<Uint8Array> {
  try {
    const response = await post(socketPath, action, JSON.stringify(parameters));
    if (response.statusCode === 200) yield* response as AsyncIterable<Uint8Array>;
    else throw faultOf(await readText(response));
  } catch (fault) {
    if (codeOf(fault) === '' || fault instanceof MachimoriError) throw fault;
    throw new MachimoriError('gateway-gone', {
      what: say.gatewayGone({ why: textOf(fault) }),
      on: socketPath,
      hint: say.gatewayGoneHint(),
      cause: fault,
    });
  }
}

function post(socketPath: string, action: string, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path: `/${action}`, method: 'POST', agent: false, timeout: answerWithinMs });
    asking.on('response', resolve);
    asking.on('error', reject);
    asking.on('timeout', () => asking.destroy(Object.assign(new TextError(say.noAnswer()), { code: 'ETIMEDOUT' })));
    asking.end(body);
  });
}

async function readText(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of pieces) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}

/** A fault as server.ts writes it. Gateways of release 0.1 say it in English only. */
function faultOf(json: string): MachimoriError {
  const { code, what, on, hint } = JSON.parse(json) as { code: string } & Record<'what' | 'on' | 'hint', Text | string>;
  const text = (said: Text | string) => (typeof said === 'string' ? foreign(said) : said);
  return new MachimoriError(code, { what: text(what), on, hint: text(hint) });
}
