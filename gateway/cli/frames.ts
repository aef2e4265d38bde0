/** The frames of a port as they come, for people, as JSON, or as a recording for `decode`. */

import {
  decodedAs,
  devicesOf,
  type LiveFrame,
  readWatchLine,
  recordedLines,
  recordingHead,
  spacedHex,
  textOfHex,
  type WatchedPort,
  type WatchLine,
} from '../../shared/live-frames.ts';
import { UNITS_OF_KIND, unitOf } from '../../shared/reading.ts';
import { listed, type Text } from '../../shared/text.ts';
import { unitSign } from '../../shared/unit-signs.ts';
import { askIfRunning, readLines } from '../control/client.ts';
import { notRunning } from '../control/messages.ts';
import { loadConfig } from './input.ts';
import { stopSignal, type Terminal } from './terminal.ts';
import { untilStopped } from './until-stopped.ts';
import { wholeNumberOf } from './values.ts';
import { type Called, UsageError } from './verb.ts';
import type { framesUsage } from './verbs/log.ts';
import { say } from './words/frames.ts';

const maxSeconds = 1_800;

/** 21:52:53,230: the digits after the second alone would be all that is shown. */
const TO_THE_MS = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 } as const;

type Options = Called<typeof framesUsage>['options'];

export async function frames({ args, options, terminal }: Called<typeof framesUsage>): Promise<number> {
  const seconds =
    options.seconds === undefined ? undefined : wholeNumberOf('--seconds', options.seconds, 1, maxSeconds);
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const stop = stopSignal(seconds);
  const done = await askIfRunning(config, async (ask) => {
    const lines = readLines(ask('watch-frames', { port: args.port }));
    const show = shower(config.gateway.id, options, terminal);
    for await (const line of untilStopped(lines, stop)) {
      const told = readWatchLine(line);
      if (told !== undefined) show(told, line);
    }
    return true;
  });
  if (stop.aborted) process.exit(0); // the gateway, which is not read any more, would keep the process
  if (done !== undefined) return 0;
  throw notRunning(config.gateway.id);
}

function shower(gateway: string, options: Options, terminal: Terminal): (line: WatchLine, json: string) => void {
  let port: WatchedPort | undefined;
  return (line, json) => {
    if ('port' in line) {
      port = line.port;
      if (options.record) terminal.write(headOf(port, options, gateway).join('\n'));
    }
    const { device } = options;
    if ('frame' in line && device !== undefined && !devicesOf(line.frame).includes(device)) return;
    if (options.json) terminal.writeJson(json);
    else if (!options.record) for (const text of textsOf(line)) terminal.print(text);
    else if ('frame' in line && port !== undefined)
      for (const each of recordedLines(line.frame, port)) terminal.write(each);
    if ('ended' in line) terminal.printError(line.ended === 'time' ? say.over() : say.ended());
  };
}

/** Throws a UsageError. */
function headOf(port: WatchedPort, options: Options, gateway: string): string[] {
  if (port.isWithheld || port.shape === 'network-server') throw new UsageError(say.nothingToRecord());
  const device = decodedAs(port, options.device);
  if (device === undefined && port.shape !== 'radio') throw new UsageError(say.chooseDevice());
  return recordingHead(port, device, gateway, Date.now());
}

function textsOf(line: WatchLine): readonly Text[] {
  if ('missed' in line) return [say.missed({ count: line.missed })];
  return 'frame' in line ? frameTexts(line.frame) : [];
}

function frameTexts({ at, length, hex, readings, more, tags, rubbish, written }: LiveFrame): readonly Text[] {
  const time = new Date(at).toLocaleTimeString('sv', TO_THE_MS);
  const shown = hex === undefined || length === undefined ? '' : spacedHex(hex);
  const isCut = hex !== undefined && length !== undefined && hex.length < 2 * length;
  const came = {
    time,
    length: `${length ?? 0} B`,
    hex: isCut ? say.cut({ hex: shown }) : shown,
    text: textOfHex(hex ?? ''),
  };
  return [
    length === undefined ? say.nothingCame({ time }) : hex === undefined ? say.withheld(came) : say.came(came),
    ...readings.map((reading) => readingText(reading)),
    ...(more === undefined ? [] : [say.more({ count: more })]),
    ...(tags === undefined ? [] : [say.tags({ count: tags })]),
    ...rubbish.map(({ code, detail }) =>
      detail === undefined ? say.rubbish({ code }) : say.rubbishWhy({ code, detail }),
    ),
    ...written.map((each) => say.written({ hex: spacedHex(each), text: textOfHex(each) })),
  ];
}

function readingText({ device, kind, values, quality }: LiveFrame['readings'][number]): Text {
  const texts = Object.entries(values).map(([quantity, value]) =>
    `${quantity} ${value} ${unitSign(unitOf(UNITS_OF_KIND[kind], quantity) ?? '')}`.trimEnd(),
  );
  const gaps = { device, kind, values: listed(texts) };
  return quality === undefined ? say.reading(gaps) : say.doubted({ ...gaps, quality });
}
