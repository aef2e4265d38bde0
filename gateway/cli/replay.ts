/** `machimori replay`: what a device said in a recording, on a line for whoever reads it. */
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { toHex } from '../../shared/hex.ts';
import { spacedHex, textOfHex } from '../../shared/live-frames.ts';
import { openPty } from '../../simulators/wires/pty-wire.ts';
import { openTcp } from '../../simulators/wires/tcp-wire.ts';
import type { Log } from '../machine/log.ts';
import { SystemClock } from '../machine/system-clock.ts';
import { serialPort } from '../ports/serial.ts';
import { isPolled } from '../recording/exchanges.ts';
import { nothingPlayed, type Played, type PlayedLine, play } from '../recording/player.ts';
import { openRecording, recordsOf } from '../recording/recording.ts';
import { DamageTeller } from './damage-teller.ts';
import { serialLineOf } from './serial-options.ts';
import { stopSignal, type Terminal } from './terminal.ts';
import { numberOf, oneOfWords, wholeNumberOf } from './values.ts';
import { type Called, UsageError } from './verb.ts';
import type { replayUsage } from './verbs/recording.ts';
import { say } from './words/recording.ts';

type Options = Called<typeof replayUsage>['options'];

const maxSeconds = 30 * 86_400;
const everyMs = 5_000;
/** What went out last is read before the line goes away. */
const lingerMs = 1_000;
/** Shown of what the other side writes; after them it is only counted. */
const maxShown = 50;
const maxShownBytes = 64;
/** No receiver's day: a log without times counts from 0. */
const firstYearEnds = Date.UTC(1971, 0, 1);

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

interface OpenLine extends PlayedLine {
  readonly path: string;
  close(): Promise<void>;
}

export async function replay({ args: { file }, options, terminal }: Called<typeof replayUsage>): Promise<number> {
  const speed = speedOf(options.speed);
  const wanted =
    options.answers === undefined ? undefined : oneOfWords('--answers', options.answers, ['held', 'timed']);
  const seconds =
    options.seconds === undefined ? undefined : wholeNumberOf('--seconds', options.seconds, 1, maxSeconds);
  const first = await lookInto(file);
  const answers = wanted ?? (first.isPolled ? 'held' : 'timed');
  const clock = new SystemClock('always');
  const over = new AbortController();
  const signal = AbortSignal.any([stopSignal(), over.signal]);
  if (seconds !== undefined) void clock.sleep(seconds * 1_000, signal).then(() => over.abort());
  const line = await openLine(options, clock, signal);
  if (options.path === undefined) terminal.write(line.path);
  if (first.rhythm !== undefined) terminal.printError(first.rhythm);
  if (answers === 'held') terminal.printError(say.held());
  if (!line.isOpen) terminal.printError(say.waits({ path: line.path }));
  const forget = line.onBytes(sayer(terminal));
  const played = nothingPlayed();
  const unanswered = (asked: Uint8Array) => terminal.printError(say.notInRecording({ hex: shownHex(asked) }));
  const showing = showProgress(played, clock, terminal, signal);
  const damage = new DamageTeller(file, terminal);
  const tell = { damaged: damage.tell.bind(damage) };
  do {
    const records = recordsOf(await openRecording(file), tell.damaged);
    await play(records, line, { clock, speed, answers, signal, played, unanswered });
    tell.damaged = () => {}; // it is the same each time
  } while (options.loop && !signal.aborted);
  damage.end();
  if (!signal.aborted) await clock.sleep(lingerMs, signal);
  over.abort();
  forget();
  await showing;
  await line.close();
  terminal.printError(say.played({ ...played }));
  if (answers === 'held') terminal.printError(say.polled({ ...played }));
  return played.records > 0 ? 0 : 1;
}

function speedOf(word: string): number {
  if (word === 'max') return Number.POSITIVE_INFINITY;
  const speed = numberOf('--speed', word);
  if (speed > 0) return speed;
  throw new UsageError(say.noSpeed({ word }));
}

/** What a recording is, before it is played. Throws a MachimoriError "nothing-to-play". */
async function lookInto(file: string) {
  const recording = await openRecording(file);
  let packets = 0;
  let firstAt: number | undefined;
  for await (const entry of recording.entries) {
    if ('packet' in entry) packets++;
    if (!('record' in entry) || entry.record.direction !== 'from-device') continue;
    firstAt = entry.record.at;
    break;
  }
  if (firstAt === undefined) {
    const isNetwork = packets > 0;
    throw new MachimoriError('nothing-to-play', {
      what: isNetwork ? say.networkPackets({ count: packets }) : say.nothingToPlay(),
      on: file,
      hint: isNetwork ? say.decodeNetwork() : say.otherRecording(),
    });
  }
  const assumed = firstAt < firstYearEnds ? say.assumedRhythm() : say.toldRhythm();
  return {
    isPolled: await isPolled(recordsOf(await openRecording(file))),
    rhythm: recording.hasClock ? undefined : assumed,
  };
}

async function openLine(options: Options, clock: Clock, signal: AbortSignal): Promise<OpenLine> {
  const { link, tcp, path } = options;
  if ([link, tcp, path].filter((each) => each !== undefined).length > 1) throw new UsageError(say.oneTarget());
  if (path !== undefined) return serialTarget(path, options, clock, signal);
  if (tcp !== undefined) return openTcp({ port: wholeNumberOf('--tcp', tcp, 0, 65_535) });
  return openPty(link === undefined ? {} : { link });
}

/** A real serial port: who is at its other end cannot be seen, so it counts as open once the port is. */
function serialTarget(path: string, options: Options, clock: Clock, signal: AbortSignal): OpenLine {
  const listeners = new Set<(bytes: Uint8Array) => void>();
  const around = { clock, log: silent, random: Math.random };
  const port = serialPort({ name: path, path, ...serialLineOf(options) }, around);
  let isOpen = false;
  let isWriting = false;
  const stop = new AbortController();
  const receiver = {
    opened() {
      isOpen = true;
    },
    bytes(chunk: Uint8Array) {
      for (const listener of listeners) listener(chunk);
    },
    closed() {
      isOpen = false;
    },
  };
  const running = port.run(receiver, AbortSignal.any([stop.signal, signal]));
  return {
    path,
    get isOpen() {
      return isOpen;
    },
    offer(bytes) {
      if (!isOpen || isWriting) return 0;
      isWriting = true;
      void port.write(bytes).then(() => {
        isWriting = false;
      });
      return bytes.length;
    },
    onBytes(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      stop.abort();
      await running;
    },
  };
}

function sayer(terminal: Terminal): (bytes: Uint8Array) => void {
  let shown = 0;
  return (bytes) => {
    shown++;
    if (shown <= maxShown) {
      const text = textOfHex(toHex(bytes.subarray(0, maxShownBytes)));
      terminal.printError(say.said({ hex: shownHex(bytes), text }));
    } else if (shown === maxShown + 1) terminal.printError(say.saidMore());
  };
}

function shownHex(bytes: Uint8Array): string {
  const hex = spacedHex(toHex(bytes.subarray(0, maxShownBytes)));
  return bytes.length > maxShownBytes ? `${hex} …` : hex;
}

/** A line every few seconds, if anything has changed. */
async function showProgress(played: Played, clock: Clock, terminal: Terminal, signal: AbortSignal): Promise<void> {
  let shown = 0;
  while (!signal.aborted) {
    await clock.sleep(everyMs, signal);
    const now = played.bytes + played.written;
    if (now !== shown && !signal.aborted) terminal.printError(say.played({ ...played }));
    shown = now;
  }
}
