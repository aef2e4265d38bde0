/** `machimori replay`: what a device said in a recording, on a line for whoever reads it. */
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { toHex } from '../../shared/hex.ts';
import { spacedHex, textOfHex } from '../../shared/live-frames.ts';
import type { Text } from '../../shared/text.ts';
import { openPty } from '../../simulators/wires/pty-wire.ts';
import { openTcp } from '../../simulators/wires/tcp-wire.ts';
import type { Log } from '../machine/log.ts';
import { SystemClock } from '../machine/system-clock.ts';
import type { Receiver } from '../ports/port.ts';
import { serialPort } from '../ports/serial.ts';
import { isPolled } from '../recording/exchanges.ts';
import { nothingPlayed, type Played, type PlayedLine, type PlayOptions, play } from '../recording/player.ts';
import { openRecording, recordsOf } from '../recording/recording.ts';
import { DamageTeller } from './damage-teller.ts';
import { serialLineOf } from './serial-options.ts';
import { stopSignal, type Terminal } from './terminal.ts';
import { oneOfWords, wholeNumberOf } from './values.ts';
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
/** A log without times counts from 0, a day that no receiver can have. */
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
  const line = await openLine(options, { clock, signal, terminal });
  if (options.path === undefined) terminal.write(line.path);
  if (first.rhythm !== undefined) terminal.printError(first.rhythm);
  if (answers === 'held') terminal.printError(say.held());
  if (options.path === undefined && !line.isOpen) terminal.printError(say.waits({ path: line.path }));
  const played = nothingPlayed();
  const showing = showProgress(played, clock, terminal, signal);
  try {
    const unanswered = shower(terminal, (hex) => say.notInRecording({ hex }));
    const playing = { clock, speed, answers, signal, played, unanswered };
    await playAll(file, line, playing, { isLooped: options.loop, terminal });
    if (!signal.aborted) await clock.sleep(lingerMs, signal);
  } finally {
    over.abort();
    await showing;
    await line.close();
  }
  terminal.printError(say.played({ ...played }));
  if (answers === 'held') terminal.printError(say.polled({ ...played }));
  return played.records > 0 ? 0 : 1;
}

async function playAll(
  file: string,
  line: OpenLine,
  playing: PlayOptions,
  { isLooped, terminal }: { readonly isLooped: boolean; readonly terminal: Terminal },
): Promise<void> {
  const forget = line.onBytes(shower(terminal, (hex, text) => say.said({ hex, text })));
  const damage = new DamageTeller(file, terminal);
  let tell = damage.tell.bind(damage);
  do {
    await play(recordsOf(await openRecording(file), tell), line, playing);
    tell = () => {}; // it is the same each time
  } while (isLooped && !playing.signal.aborted);
  damage.end();
  forget();
}

function speedOf(word: string): number {
  if (word === 'max') return Number.POSITIVE_INFINITY;
  const speed = Number(word);
  if (speed > 0 && Number.isFinite(speed)) return speed;
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

interface Surroundings {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

async function openLine(options: Options, surroundings: Surroundings): Promise<OpenLine> {
  const { link, tcp, path } = options;
  if ([link, tcp, path].filter((each) => each !== undefined).length > 1) throw new UsageError(say.oneTarget());
  if (path !== undefined) return serialTarget(path, options, surroundings);
  if (tcp !== undefined) return openTcp({ port: wholeNumberOf('--tcp', tcp, 0, 65_535) });
  return openPty(link === undefined ? {} : { link });
}

/** A real serial port: who is at its other end cannot be seen, so it counts as open once the port is. */
function serialTarget(path: string, options: Options, { clock, signal, terminal }: Surroundings): OpenLine {
  const listeners = new Set<(bytes: Uint8Array) => void>();
  const around = { clock, log: silent, random: Math.random };
  const port = serialPort({ name: path, path, ...serialLineOf(options) }, around);
  let isOpen = false;
  let isWriting = false;
  let told: string | undefined;
  const stop = new AbortController();
  const receiver: Receiver = {
    opened() {
      isOpen = true;
      told = undefined;
      terminal.printError(say.opened());
    },
    bytes(chunk) {
      for (const listener of listeners) listener(chunk);
    },
    closed(why) {
      isOpen = false;
      if (told !== why.en) terminal.printError(say.closed({ why }));
      told = why.en;
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

/** Shows the first of what the other side writes, and then only that there is more. */
function shower(terminal: Terminal, said: (hex: string, text: string) => Text): (bytes: Uint8Array) => void {
  let shown = 0;
  return (bytes) => {
    shown++;
    if (shown > maxShown + 1) return;
    const hex = toHex(bytes.subarray(0, maxShownBytes));
    const isCut = bytes.length > maxShownBytes;
    const line = said(isCut ? `${spacedHex(hex)} …` : spacedHex(hex), textOfHex(hex));
    terminal.printError(shown > maxShown ? say.saidMore() : line);
  };
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
