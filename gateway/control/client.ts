/**
 * How a command gets at the buffer: it asks the running gateway, which holds the file for itself, through the control
 * socket; where none runs it opens the file. What can be asked is in control-actions.ts.
 */
import { chmodSync, chownSync, existsSync, statSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { codeOf, MachimoriError, messageOf } from '../../shared/errors.ts';
import { ReadingBuffer } from '../buffer/buffer.ts';
import { diskSpaceOf } from '../buffer/disk-room.ts';
import type { Config } from '../config/settings.ts';
import { DeviceTable } from '../intake/device-table.ts';
import { Register, registerFileOf } from '../lorawan/register.ts';
import type { Log } from '../machine/log.ts';
import { bootId, SystemClock } from '../machine/system-clock.ts';
import { bufferFileOf, bufferOptionsOf } from '../open-buffer.ts';
import { answer, type ControlSources } from './actions.ts';
import { LORAWAN_ACTIONS, type LorawanSources } from './lorawan-actions.ts';
import { answers, controlSocketOf } from './server.ts';

/** Asks one thing; the answer is to be read before the next is asked. */
export type Ask = (action: string, parameters: unknown) => AsyncIterable<Uint8Array>;

const answerWithinMs = 120_000;

/**
 * Lets `use` ask, and returns what it returns.
 * Throws a MachimoriError: "no-buffer" (neither gateway nor file), "denied" (of another user), "gateway-gone" (it ended
 * meanwhile), what `ReadingBuffer.open` throws, and what `answer` throws.
 */
export async function askGateway<T>(config: Config, log: Log, use: (ask: Ask) => Promise<T>): Promise<T> {
  return (await askRunning(config, use)) ?? onFile(config, log, use);
}

/**
 * The same for what concerns the register of LoRaWAN devices, which is there without a buffer too.
 * Throws a MachimoriError: "denied", "gateway-gone", and what the actions throw.
 */
export async function askRegister<T>(config: Config, use: (ask: Ask) => Promise<T>): Promise<T> {
  const running = await askRunning(config, use);
  if (running !== undefined) return running;
  const sources = { register: Register.open(config), clock: new SystemClock(config.clock.synchronised) };
  try {
    return await use((action, parameters) => onRegister(action, parameters, sources));
  } finally {
    giveToOwnerOf(config.gateway.dataDirectory, registerFileOf(config));
  }
}

/** Undefined where no gateway runs. */
async function askRunning<T>(config: Config, use: (ask: Ask) => Promise<T>): Promise<T | undefined> {
  const { dataDirectory } = config.gateway;
  const socket = controlSocketOf(dataDirectory);
  const isRunning = await answers(socket).catch((fault) => {
    throw denied(dataDirectory, fault);
  });
  return isRunning ? use((action, parameters) => throughSocket(socket, action, parameters)) : undefined;
}

async function* onRegister(action: string, parameters: unknown, sources: LorawanSources): AsyncGenerator<Uint8Array> {
  const act = LORAWAN_ACTIONS[action];
  if (act !== undefined) yield* await act(parameters, sources);
}

/**
 * Where root makes a secret beside a configuration, the gateway reads it by the folder's group, as it reads the configuration.
 * A folder of root's own group has no such gateway: the file stays its owner's alone.
 */
export function shareWithGroupOf(folder: string, file: string): void {
  const { gid } = statSync(folder);
  if (statSync(file).gid === gid) return;
  chownSync(file, statSync(file).uid, gid);
  chmodSync(file, 0o640);
}

/** Where root makes a file in or for a gateway's folder, the gateway must be able to read it, and to write what is in it. */
function giveToOwnerOf(folder: string, file: string): void {
  if (!existsSync(file) || !existsSync(folder)) return;
  const { uid, gid } = statSync(folder);
  if (statSync(file).uid !== uid) chownSync(file, uid, gid);
}

/** The one JSON value of an answer. */
export async function readJson<T>(pieces: AsyncIterable<Uint8Array>): Promise<T> {
  return JSON.parse(await readText(pieces)) as T; // a gateway of the same release has written it
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

async function onFile<T>(config: Config, log: Log, use: (ask: Ask) => Promise<T>): Promise<T> {
  const file = bufferFileOf(config);
  checkIsThere(file);
  const clock = new SystemClock(config.clock.synchronised);
  const { id: gateway, tenant } = config.gateway;
  const register = Register.open(config);
  const devices = new DeviceTable(config, register.entries);
  const buffer = ReadingBuffer.open(
    bufferOptionsOf(config, { clock, log, devices, boot: bootId(), diskSpace: diskSpaceOf }),
  );
  try {
    return await use((action, parameters) =>
      answerOf(action, parameters, { gateway, tenant, buffer, clock, register }),
    );
  } finally {
    buffer.close();
    // Where root has found it damaged and begun a new one, the gateway must still be able to open it.
    giveToOwnerOf(config.gateway.dataDirectory, file);
  }
}

function checkIsThere(file: string): void {
  try {
    statSync(file);
  } catch (fault) {
    if (codeOf(fault) !== 'ENOENT') throw denied(file, fault);
    throw new MachimoriError('no-buffer', {
      what: 'there is no buffer, and no gateway that runs',
      on: file,
      hint: 'Check that this is the configuration of the gateway; its first run makes the buffer',
      cause: fault,
    });
  }
}

async function* answerOf(action: string, parameters: unknown, sources: ControlSources): AsyncGenerator<Uint8Array> {
  yield* await answer(action, parameters, sources);
}

async function* throughSocket(socketPath: string, action: string, parameters: unknown): AsyncGenerator<Uint8Array> {
  try {
    const response = await post(socketPath, action, JSON.stringify(parameters));
    if (response.statusCode === 200) yield* response as AsyncIterable<Uint8Array>;
    else throw faultOf(await readText(response));
  } catch (fault) {
    if (codeOf(fault) === '' || fault instanceof MachimoriError) throw fault;
    throw new MachimoriError('gateway-gone', {
      what: `the gateway did not answer to the end (${messageOf(fault)})`,
      on: socketPath,
      hint: 'It may have been stopped, or have had too many commands at once; run the command again',
      cause: fault,
    });
  }
}

function post(socketPath: string, action: string, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path: `/${action}`, method: 'POST', agent: false, timeout: answerWithinMs });
    asking.on('response', resolve);
    asking.on('error', reject);
    asking.on('timeout', () => asking.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })));
    asking.end(body);
  });
}

async function readText(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of pieces) text += decoder.decode(piece, { stream: true });
  return text + decoder.decode();
}

function faultOf(json: string): MachimoriError {
  const { code, ...fault } = JSON.parse(json) as { code: string; what: string; on: string; hint: string }; // by control.ts
  return new MachimoriError(code, fault);
}

function denied(on: string, cause: unknown): MachimoriError {
  return new MachimoriError('denied', {
    what: `this user may not use it (${messageOf(cause)})`,
    on,
    hint: 'Run the command as the user of the gateway, or with sudo',
    cause,
  });
}
