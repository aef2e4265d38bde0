/**
 * `machimori record`: what a line says, both ways, with time stamps.
 *
 *   device ──▶ port ──┬──▶ pseudo-terminal ──▶ whoever reads the line
 *          ◀──        │  ◀──
 *                     ▼
 *                  recording
 *
 * Promise: while it records, bytes go on at once, however slow the disk is. Without --link nothing is written to the device. A line that is
 * unplugged is waited for. Bounds: --max-size and --seconds end it; `maxWaitingBytes` wait for a slow device.
 */
import { resolve } from 'node:path';
import { DEVICE_TYPES } from '../../devices/catalogue.ts';
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { listed } from '../../shared/text.ts';
import { openPty } from '../../simulators/wires/pty-wire.ts';
import type { PatientWire } from '../../simulators/wires/wire.ts';
import type { Log } from '../machine/log.ts';
import { readVersion } from '../machine/release.ts';
import { SystemClock } from '../machine/system-clock.ts';
import type { Receiver, StreamPort } from '../ports/port.ts';
import { serialPort } from '../ports/serial.ts';
import { tcpPort } from '../ports/tcp.ts';
import { placeOf } from '../probe/line-word.ts';
import type { LineDescription } from '../recording/pcapng.ts';
import type { Direction } from '../recording/recorded.ts';
import { RecordingWriter } from '../recording/recording-writer.ts';
import { RecordCounts } from './record-counts.ts';
import { recordPort } from './record-port.ts';
import { serialLineOf, writtenLine } from './serial-options.ts';
import { stopSignal, type Terminal } from './terminal.ts';
import { sizeOf, wholeNumberOf } from './values.ts';
import { type Called, UsageError } from './verb.ts';
import type { recordUsage } from './verbs/recording.ts';
import { say } from './words/recording.ts';

const maxSeconds = 30 * 86_400;
/** Written by the reader and not taken by the device yet; what is beyond, or comes while the line is closed, is lost, and said in the file. */
const maxWaitingBytes = 256 * 1024;

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

export async function record({ args: { line, file }, options, terminal }: Called<typeof recordUsage>): Promise<number> {
  const mayPersonal = options['i-may'];
  if (hearsStrangers(options.type) && !mayPersonal) {
    throw new MachimoriError('personal', { what: say.personal(), on: line, hint: say.askIfAllowed() });
  }
  const bounds = {
    maxBytes: sizeOf('--max-size', options['max-size']),
    seconds: options.seconds === undefined ? undefined : wholeNumberOf('--seconds', options.seconds, 1, maxSeconds),
  };
  if (options.config !== undefined) {
    if (options.link !== undefined) throw new UsageError(say.notWithConfig({ option: '--link' }));
    return recordPort({ config: options.config, port: line, file, mayPersonal, ...bounds, terminal });
  }
  if (options.link !== undefined && resolve(options.link) === resolve(line)) throw new UsageError(say.linkIsLine());
  const clock = new SystemClock('always');
  const { port, described } = openLine(line, options, clock);
  const application = `machimori ${readVersion()}`;
  const wire = options.link === undefined ? undefined : await openPty({ link: options.link });
  const opening = RecordingWriter.open(file, { line: described, application, maxBytes: bounds.maxBytes });
  const writer = await opening.catch(async (fault) => {
    await wire?.close();
    throw fault;
  });
  if (wire !== undefined) terminal.write(wire.path);
  const counts = new RecordCounts(terminal);
  await tap({ port, wire, writer, counts, clock, terminal, seconds: bounds.seconds });
  await wire?.close();
  await counts.end(writer, file);
  return 0;
}

/** Throws a UsageError for a type that is not known. */
function hearsStrangers(name: string | undefined): boolean {
  if (name === undefined) return false;
  const type = DEVICE_TYPES.find((each) => each.name === name);
  if (type === undefined)
    throw new UsageError(say.noType({ name, known: listed(DEVICE_TYPES.map((each) => each.name)) }));
  return type.kinds.includes('sighting');
}

function openLine(
  line: string,
  options: Called<typeof recordUsage>['options'],
  clock: Clock,
): { readonly port: StreamPort; readonly described: LineDescription } {
  const place = placeOf(line);
  if (place === undefined) throw new UsageError(say.noLine({ word: line }));
  const around = { clock, log: silent, random: Math.random };
  if ('address' in place) {
    return { port: tcpPort({ name: line, address: place.address }, around), described: { name: line, settings: '' } };
  }
  const settings = serialLineOf(options);
  const described = { name: line, settings: writtenLine(settings), baud: settings.baud };
  return { port: serialPort({ name: line, path: place.path, ...settings }, around), described };
}

interface Tapped {
  readonly port: StreamPort;
  readonly wire: PatientWire | undefined;
  readonly writer: RecordingWriter;
  readonly counts: RecordCounts;
  readonly clock: Clock;
  readonly terminal: Terminal;
  readonly seconds: number | undefined;
}

/** Resolves when it is stopped, the file is full, or it cannot be written. */
async function tap({ port, wire, writer, counts, clock, terminal, seconds }: Tapped): Promise<void> {
  const began = clock.moment();
  const now = () => began.wall + clock.moment().monotonic - began.monotonic; // a clock that is set meanwhile breaks no rhythm
  const over = new AbortController();
  const take = (direction: Direction, bytes: Uint8Array) => {
    const recorded = { at: now(), direction, bytes };
    if (writer.append(recorded)) counts.add(recorded);
    else if (writer.isFull || writer.fault !== undefined) over.abort();
  };
  let isOpen = false;
  let why: string | undefined;
  const receiver: Receiver = {
    opened() {
      isOpen = true;
      if (why !== undefined) writer.note(now(), say.openAgain());
      why = undefined;
      counts.opened();
    },
    bytes(chunk) {
      wire?.write(chunk);
      take('from-device', chunk);
    },
    closed(reason) {
      isOpen = false;
      if (why === reason.en) return;
      if (why === undefined) writer.note(now(), say.closedBecause({ why: reason }));
      why = reason.en;
      terminal.printError(say.closed({ why: reason }));
    },
  };
  let waiting = 0;
  wire?.onBytes((bytes) => {
    if (!isOpen || waiting + bytes.length > maxWaitingBytes) {
      writer.missed(now(), 1); // the device never hears it
      return;
    }
    waiting += bytes.length;
    void port.write(bytes).then(() => {
      waiting -= bytes.length;
    });
    take('to-device', bytes);
  });
  const signal = AbortSignal.any([stopSignal(), over.signal]);
  if (seconds !== undefined) void clock.sleep(seconds * 1_000, signal).then(() => over.abort());
  await port.run(receiver, signal);
  over.abort();
}
