import { expect, test } from 'vitest';
import { answerMacCommands } from '../../../devices/lorawan/mac-answers.ts';
import { parseMacCommands } from '../../../devices/lorawan/mac-codec.ts';
import { FIRST_COUNTERS } from '../../../devices/lorawan/session.ts';

const link = { marginDb: 22.9, stations: 3, gpsTimeS: 1_400_000_000.5 };

function answer(hex: string, more: Partial<typeof link> & { adr?: typeof FIRST_COUNTERS.adr } = {}) {
  const { commands } = parseMacCommands(Uint8Array.from(Buffer.from(hex, 'hex')), 'up');
  const { adr = FIRST_COUNTERS.adr, ...rest } = more;
  return answerMacCommands(commands, { ...link, ...rest }, adr);
}

test('a link check is answered with the margin and how many stations heard it, within a byte', () => {
  expect(answer('02').answers).toEqual([{ name: 'LinkCheckAns', marginDb: 22, gatewayCount: 3 }]);
  expect(answer('02', { marginDb: -5 }).answers).toMatchObject([{ marginDb: 0 }]);
  expect(answer('02', { marginDb: 400, stations: 999 }).answers).toMatchObject([{ marginDb: 254, gatewayCount: 255 }]);
});

test('the time is given only if it is known', () => {
  expect(answer('0d').answers).toEqual([{ name: 'DeviceTimeAns', gpsTimeS: 1_400_000_000.5 }]);
  const { commands } = parseMacCommands(Uint8Array.of(0x0d), 'up');
  expect(answerMacCommands(commands, { marginDb: 0, stations: 1 }, FIRST_COUNTERS.adr).answers).toEqual([]);
});

test('a device of 1.1 is told that its reset and its keys are known', () => {
  expect(answer('0101').answers).toEqual([{ name: 'ResetConf', minor: 1 }]);
  expect(answer('0b01').answers).toEqual([{ name: 'RekeyConf', minor: 1 }]);
});

test('a device says how its battery is: external, a share, or it cannot tell (1.0.4 §5.6)', () => {
  expect(answer('060005').status).toEqual({ externalPower: true, linkMargin: 5 });
  expect(answer('06fe3f').status).toEqual({ batteryLevel: 100, linkMargin: -1 });
  expect(answer('060105').status).toEqual({ batteryLevel: 0, linkMargin: 5 });
  expect(answer('06ff05').status).toEqual({ linkMargin: 5 });
});

test('a block of requests was done only if all of its answers say so', () => {
  const adr = { ...FIRST_COUNTERS.adr, asked: { dataRate: 5, txPower: 3 } };
  expect(answer('03070307', { adr }).adr).toMatchObject({ txPower: 3, refusals: 0 });
  expect(answer('03070306', { adr }).adr).toMatchObject({ txPower: 0, refusals: 1 });
});
