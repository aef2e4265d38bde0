import type { Usage } from '../verb.ts';
import { say } from '../words/recording.ts';
import { DEVICE_TYPE_NAMES } from './decode.ts';

/** What both have that open a serial port. */
const serialOptions = {
  baud: { value: 'n', meaning: say.baud(), default: '9600' },
  'data-bits': { value: 'n', meaning: say.dataBits(), default: '8' },
  parity: { value: 'parity', meaning: say.parity(), default: 'none', known: ['none', 'even', 'odd'] },
  'stop-bits': { value: 'n', meaning: say.stopBits(), default: '1' },
} as const;

export const recordUsage = {
  name: 'record',
  summary: say.record(),
  arguments: { line: { shown: 'line', meaning: say.line() }, file: { shown: 'file.pcapng', meaning: say.file() } },
  options: {
    ...serialOptions,
    link: { value: 'path', meaning: say.link() },
    config: { value: 'config.toml', meaning: say.config() },
    type: { value: 'device-type', meaning: say.type(), known: DEVICE_TYPE_NAMES },
    'i-may': { meaning: say.iMay() },
    'max-size': { value: 'size', meaning: say.maxSize(), default: '100MB' },
    seconds: { value: 'n', meaning: say.seconds() },
  },
  notes: [say.recordNote(), say.strangersNote()],
} as const satisfies Usage;

export const replayUsage = {
  name: 'replay',
  summary: say.replay(),
  arguments: { file: { shown: 'file', meaning: say.replayFile() } },
  options: {
    link: { value: 'path', meaning: say.replayLink() },
    tcp: { value: 'port', meaning: say.tcp() },
    path: { value: 'path', meaning: say.path() },
    ...serialOptions,
    speed: { value: 'n', meaning: say.speed(), default: '1' },
    answers: { value: 'how', meaning: say.answers(), known: ['held', 'timed'] },
    loop: { meaning: say.loop() },
    seconds: { value: 'n', meaning: say.replaySeconds() },
  },
  notes: [say.replayNote()],
} as const satisfies Usage;
