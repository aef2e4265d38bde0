/**
 * How much of a core a rig takes for so many devices at one reading a second, in a process of its own whose readers only read, and the same
 * for a bare process that writes the same lines to as many sockets (bare-lines.ts).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { repositoryRoot } from '../repository-root.ts';
import { cpuSeconds, residentMb } from './processes.ts';
import { until } from './stopwatch.ts';

export interface Scale {
  /** Of one core. */
  readonly percent: number;
  readonly mb: number;
}

const MAIN = join(repositoryRoot, 'dist/gateway/main.js');
const BARE = join(repositoryRoot, 'build/test/bench/bare-lines.js');
const WARM_UP_S = 5;
const MEASURE_S = 10;
const maxWaitMs = 120_000;
/** Of one broker wire. */
const maxClients = 1_000;
/** What a device of the rig prints. */
const LINE = '{"t":21.50}';
const FIELD = 'field = [{ quantity = "t", value = { is = "wave", around = 20, height = 5, period = "60s" } }]';

export function rigOnTcp(devices: number): Promise<Scale> {
  return rigOf(
    devices,
    `[rig]\nwires = "tcp"\nduration = "1h"\n[[device]]\nid = "d"\ntype = "line"\ncount = ${devices}\n${FIELD}`,
  );
}

export function rigOnTerminals(devices: number): Promise<Scale> {
  return rigOf(devices, `[rig]\nduration = "1h"\n[[device]]\nid = "d"\ntype = "line"\ncount = ${devices}\n${FIELD}`);
}

/** Each broker has `maxClients` at most; they are in the rig's own process too. */
export function rigOnBrokers(devices: number): Promise<Scale> {
  const brokers = Array.from({ length: Math.ceil(devices / maxClients) }, (_, i) => {
    const count = Math.min(maxClients, devices - i * maxClients);
    return `[[wire]]\nname = "b${i}"\ntype = "broker"\n[[device]]\nid = "d${i}"\ntype = "mqtt"\nwire = "b${i}"\ncount = ${count}\n${FIELD}`;
  });
  return rigOf(brokers.length, `[rig]\nduration = "1h"\n${brokers.join('\n')}`);
}

export function bareLines(devices: number): Promise<Scale> {
  return measured(
    spawn(process.execPath, [BARE, String(devices), LINE], { stdio: ['ignore', 'pipe', 'inherit'] }),
    devices,
  );
}

async function rigOf(wires: number, toml: string): Promise<Scale> {
  const folder = mkdtempSync(join(tmpdir(), 'machimori-bench-'));
  try {
    writeFileSync(join(folder, 'rig.toml'), toml);
    const words = [MAIN, 'rig', 'run', join(folder, 'rig.toml')];
    return await measured(spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'], cwd: folder }), wires);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of a process that prints "name: path" of each wire. */
async function measured(child: ChildProcess, wires: number): Promise<Scale> {
  const killAtExit = () => void child.kill('SIGKILL'); // it must not outlive whoever started it
  process.once('exit', killAtExit);
  const readers: Reader[] = [];
  try {
    if (child.stdout === null || child.pid === undefined) throw new Error('the process could not be started');
    createInterface({ input: child.stdout }).on('line', (line) => {
      const path = line.slice(line.indexOf(': ') + 2);
      readers.push(readerOf(path));
    });
    await until(() => readers.length >= wires || child.exitCode !== null, maxWaitMs, 'the wires of the rig');
    if (child.exitCode !== null) throw new Error(`the process ended with ${child.exitCode}`);
    await pause(WARM_UP_S);
    const heard = () => readers.reduce((sum, { heardBytes }) => sum + heardBytes(), 0);
    const [before, startedAt, heardBefore] = [cpuSeconds(child.pid), performance.now(), heard()];
    await pause(MEASURE_S);
    const seconds = (performance.now() - startedAt) / 1000;
    const owed = readers.filter(({ isListening }) => isListening).length * (LINE.length + 2) * MEASURE_S;
    if (heard() - heardBefore < 0.8 * owed) throw new Error(`${heard() - heardBefore} of ${owed} bytes were heard`);
    return {
      percent: Math.round(((cpuSeconds(child.pid) - before) / seconds) * 1000) / 10,
      mb: residentMb(child.pid),
    };
  } finally {
    for (const reader of readers) reader.close();
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    process.off('exit', killAtExit);
  }
}

interface Reader {
  readonly isListening: boolean;
  heardBytes(): number;
  close(): void;
}

/** Reads until it is closed; of a broker nobody reads. */
function readerOf(path: string): Reader {
  if (path.startsWith('mqtt:')) return { isListening: false, heardBytes: () => 0, close() {} };
  if (path.startsWith('tcp:')) {
    const socket = connect(Number(new URL(path).port), '127.0.0.1').resume();
    socket.on('error', () => {}); // the rig ends first
    return { isListening: true, heardBytes: () => socket.bytesRead, close: () => void socket.destroy() };
  }
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY);
  const bytes = new Uint8Array(4_096);
  let heard = 0;
  const reading = setInterval(() => {
    try {
      heard += readSync(fd, bytes);
    } catch {
      // nothing yet, or the rig has ended
    }
  }, 1_000);
  return {
    isListening: true,
    heardBytes: () => heard,
    close() {
      clearInterval(reading);
      closeSync(fd);
    },
  };
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
