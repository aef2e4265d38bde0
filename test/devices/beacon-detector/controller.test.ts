/** How a controller is set up, and what becomes of one that restarts, fails or goes deaf: command by command. */
import { expect, test } from 'vitest';
import type { Decoder, Step } from '../../../devices/device-type.ts';
import { bytes, detector, hex, ibeacon, legacyEvent, momentAt, uuid } from './rig.ts';

const RESET = '01030c00';
const READ_COMMANDS = '01021000';
const PREPARE = [RESET, '01010c08ffffffffff1f0020', '010120080210000000000000', READ_COMMANDS];
const LEGACY = ['010b200700600060000000', '010c20020100'];
const EXTENDED = ['0141200800000100600060 00'.replace(' ', ''), '01422006010000000000'];
const legacyCommands = '00'.repeat(64);
const extendedCommands = `${'00'.repeat(37)}60${'00'.repeat(26)}`;
const stranger = legacyEvent('5a:00:00:00:00:01', '020106', -70);
const NOP = bytes('040e03010000');

const written = (step: Step | undefined) => hex(step?.write?.[0]);
const told = (step: Step | undefined) => step?.rubbish?.map(({ code, detail }) => `${code}: ${detail?.en}`);

/** Command Complete for a command as it was written. */
function completed(command: string, status = '00', returned = ''): Uint8Array {
  const parameters = `01${command.slice(2, 6)}${status}${returned}`;
  return bytes(`040e${(parameters.length / 2).toString(16).padStart(2, '0')}${parameters}`);
}

/** Answers what the decoder writes, from `command` on, until it writes nothing; gives all that was written. */
function answerAll(decoder: Decoder, command: string, now: number, has = legacyCommands, refused = ''): string[] {
  const commands: string[] = [];
  for (let next = command; next !== '' && commands.length < 20; ) {
    commands.push(next);
    const status = next === refused ? '0c' : '00';
    next = written(decoder.decode(completed(next, status, next === READ_COMMANDS ? has : ''), momentAt(now)));
  }
  return commands;
}

const opened = (decoder: Decoder, now = 0) => written(decoder.opened?.(momentAt(now)));

/** One that scans and heard something at 0. */
function scanning(options: Record<string, unknown> = {}): Decoder {
  const decoder = detector(options);
  answerAll(decoder, opened(decoder), 0);
  decoder.decode(stranger, momentAt(0));
  return decoder;
}

test('a controller is set up command by command, and reports legacy advertisements if it knows no others', () => {
  const decoder = detector({});
  expect(answerAll(decoder, opened(decoder), 0)).toEqual([...PREPARE, ...LEGACY]);
});

test('extended scanning is asked for where the controller has it', () => {
  const decoder = detector({});
  expect(answerAll(decoder, opened(decoder), 0, extendedCommands)).toEqual([...PREPARE, ...EXTENDED]);
});

test('a controller that has extended scanning and refuses it is reset and scans as others do, from then on', () => {
  const decoder = detector({});
  const all = answerAll(decoder, opened(decoder), 0, extendedCommands, EXTENDED[1]);
  expect(all).toEqual([...PREPARE, ...EXTENDED, ...PREPARE, ...LEGACY]);
  expect(answerAll(decoder, opened(decoder, 60_000), 60_000, extendedCommands)).toEqual([...PREPARE, ...LEGACY]);
});

test('a controller that cannot say what it has scans as all do', () => {
  const decoder = detector({});
  expect(answerAll(decoder, opened(decoder), 0, legacyCommands, READ_COMMANDS)).toEqual([...PREPARE, ...LEGACY]);
});

test('with the duplicate filter each advertiser is reported once a window, for scanning is switched off and on', () => {
  const decoder = detector({ duplicateFilter: true, windowMs: '5s' });
  expect(answerAll(decoder, opened(decoder), 0).at(-1)).toBe('010c20020101');
  expect(decoder.dueAt?.()).toBe(5_000);
  const again = written(decoder.due?.(momentAt(5_000)));
  expect(answerAll(decoder, again, 5_000)).toEqual(['010c20020000', LEGACY[0], '010c20020101']);
  expect(decoder.dueAt?.()).toBe(10_000);
});

test('a controller that does not answer is asked three times, left to rest, and asked again', () => {
  const decoder = detector({});
  opened(decoder);
  const said = [1_000, 2_000, 3_000].map((now) => decoder.due?.(momentAt(now)));
  expect(said.map((s) => s?.rubbish?.[0]?.code)).toEqual(['no-answer', 'no-answer', 'no-answer']);
  expect(said.map(written)).toEqual([RESET, RESET, '']);
  expect(decoder.dueAt?.()).toBe(33_000);
  expect(written(decoder.due?.(momentAt(33_000)))).toBe(RESET);
});

test.each([
  ['says that it is ready', NOP, 'device-error: the controller has restarted by itself'],
  ['completes a reset that nobody asked for', completed(RESET), 'device-error: the controller has restarted by itself'],
  ['reports a hardware error', bytes('04100142'), 'device-error: hardware error 66'],
])('a controller that %s is set up again', (_, event, sentence) => {
  const decoder = scanning();
  const step = decoder.decode(event, momentAt(30_000));
  expect(told(step)).toEqual([expect.stringContaining(sentence)]);
  expect(step.rubbish?.[0]?.device).toBe('post-7');
  expect(answerAll(decoder, written(step), 30_000)).toEqual([...PREPARE, ...LEGACY]);
});

test('one that goes on failing is set up at most every ten seconds, and never forgotten', () => {
  const decoder = scanning();
  expect(written(decoder.decode(bytes('04100142'), momentAt(30_000)))).toBe(RESET);
  answerAll(decoder, RESET, 30_000);
  for (const now of [30_100, 31_000, 39_999])
    expect(written(decoder.decode(bytes('04100142'), momentAt(now)))).toBe('');
  expect(decoder.dueAt?.()).toBe(40_000);
  expect(written(decoder.due?.(momentAt(40_000)))).toBe(RESET);
});

test('answers that come late, and events of the maker’s own, are passed over', () => {
  const decoder = detector({});
  opened(decoder);
  expect(decoder.decode(NOP, momentAt(1))).toEqual({}); // it has just been reset
  answerAll(decoder, RESET, 2);
  expect(decoder.decode(completed(RESET), momentAt(1_500))).toEqual({}); // to a second attempt
  expect(decoder.decode(bytes('04ff03010203'), momentAt(60_000))).toEqual({});
});

test('a controller that hears nothing gets a new scan, a reset and a new port, and whoever looks is told of each step', () => {
  const decoder = scanning();
  const steps: Step[] = [];
  for (let rung = 0; rung < 5; rung++) {
    const at = momentAt(decoder.dueAt?.() ?? 0);
    const step = decoder.due?.(at) ?? {};
    steps.push(step);
    if (step.reopen) {
      decoder.closed?.(at);
      expect(decoder.dueAt?.()).toBe(Number.POSITIVE_INFINITY);
      answerAll(decoder, opened(decoder, at.monotonic), at.monotonic);
    } else answerAll(decoder, written(step), at.monotonic);
  }
  expect(steps.flatMap((step) => told(step) ?? [])).toEqual([
    'deaf: no advertisement for 60 seconds: its scan was switched off and on',
    'deaf: no advertisement for 120 seconds: the controller was reset and set up again',
    'deaf: no advertisement for 180 seconds: after a new scan and a reset, its port is closed and opened',
    expect.stringContaining('no advertisement for 480 seconds: the controller was reset once more. Check its antenna'),
    expect.stringContaining('no advertisement for 780 seconds: its port is closed and opened once more'),
  ]);
  expect(steps.map(written)).toEqual(['010c20020000', RESET, '', RESET, '']);
  expect(steps.map(({ reopen }) => reopen === true)).toEqual([false, false, true, false, true]);
  expect(steps.every(({ isHeard }) => isHeard === undefined)).toBe(true);
});

test('once it hears again, the ladder begins at its foot', () => {
  const decoder = scanning();
  for (const now of [60_000, 120_000]) answerAll(decoder, written(decoder.due?.(momentAt(now))), now);
  expect(decoder.decode(stranger, momentAt(130_000))).toEqual({ isHeard: true });
  expect(decoder.due?.(momentAt(180_000))).toEqual({});
  expect(decoder.dueAt?.()).toBe(190_000);
  expect(told(decoder.due?.(momentAt(190_000)))).toEqual([expect.stringContaining('switched off and on')]);
});

test('answers to commands are no proof that it hears', () => {
  const decoder = scanning();
  const step = decoder.due?.(momentAt(60_000));
  expect(decoder.decode(completed(written(step)), momentAt(60_001)).isHeard).toBeUndefined();
});

test('with a reference beacon only this one is a proof, by its identifier or its address', () => {
  const reference = scanning({ referenceBeacon: `ibeacon:${uuid}/1/2`, referenceWithinMs: '30s' });
  expect(reference.decode(stranger, momentAt(1_000))).toEqual({});
  expect(told(reference.due?.(momentAt(10_000)))).toEqual([
    'deaf: the reference beacon was not heard for 10 seconds: its scan was switched off and on',
  ]);
  expect(reference.decode(legacyEvent('c6:00:00:00:00:01', ibeacon, -60), momentAt(11_000))).toEqual({ isHeard: true });
  const byAddress = scanning({ referenceBeacon: 'address:c6:00:00:00:00:01' });
  expect(byAddress.decode(legacyEvent('c6:00:00:00:00:01', '020106', -60), momentAt(0))).toEqual({ isHeard: true });
  expect(byAddress.decode(legacyEvent('c6:00:00:00:00:02', '020106', -60), momentAt(0))).toEqual({});
});

test('a controller that may not be set up is left alone, and its silence is told', () => {
  const decoder = detector({ setUp: false });
  expect(decoder.opened?.(momentAt(0))).toEqual({});
  expect(decoder.decode(NOP, momentAt(30_000))).toEqual({});
  const step = decoder.due?.(momentAt(60_000));
  expect(written(step)).toBe('');
  expect(told(step)).toEqual([expect.stringContaining('set-up = false')]);
});
