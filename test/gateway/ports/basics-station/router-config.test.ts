import { expect, test } from 'vitest';
import type { RegionName } from '../../../../devices/lorawan/region.ts';
import { routerConfigOf } from '../../../../gateway/ports/basics-station/router-config.ts';

function configOf(region: RegionName, more: { channels?: readonly number[]; subBand?: number } = {}) {
  const { message, unheard } = routerConfigOf({ region, channels: more.channels ?? [], subBand: more.subBand ?? 2 });
  const [concentrator] = message.sx1301_conf as [Record<string, Record<string, number | boolean>>];
  return { message, concentrator, unheard };
}

/** Frequencies that the concentrator's channels of 125 kHz are on. */
function heardBy(concentrator: ReturnType<typeof configOf>['concentrator']): number[] {
  return Object.entries(concentrator)
    .filter(([name, { enable }]) => name.startsWith('chan_multiSF_') && enable)
    .map(([, { radio, if: offset }]) => Number(concentrator[`radio_${radio}`]?.freq) + Number(offset))
    .sort((a, b) => a - b);
}

test('in Japan a station hears the two join channels and the extra ones, and listens before it talks', () => {
  const channels = [922_000_000, 922_200_000, 922_400_000, 922_600_000, 922_800_000];
  const { message, concentrator, unheard } = configOf('AS923-1', { channels });
  expect(heardBy(concentrator)).toEqual([...channels, 923_200_000, 923_400_000]);
  expect(unheard).toEqual([]);
  expect(message).toMatchObject({
    msgtype: 'router_config',
    NetID: null,
    JoinEui: null,
    region: 'AS923JP',
    hwspec: 'sx1301/1',
    nocca: false,
    nodc: false,
    nodwell: false,
  });
  // RP002-1.0.4, AS923: DR0 is SF12 of 125 kHz, DR6 SF7 of 250 kHz, DR7 FSK; the station's list has 16 places.
  const rates = message.DRs as number[][];
  expect([rates[0], rates[5], rates[6], rates[7], rates[8]]).toEqual([
    [12, 125, 0],
    [7, 125, 0],
    [7, 250, 0],
    [0, 0, 0],
    [-1, 0, 0],
  ]);
  expect(rates).toHaveLength(16);
});

test('no channel is further from its radio than a station allows (400 kHz)', () => {
  const { concentrator } = configOf('EU868', {
    channels: [867_100_000, 867_300_000, 867_500_000, 867_700_000, 867_900_000],
  });
  expect(heardBy(concentrator)).toHaveLength(8);
  for (const { if: offset = 0 } of Object.values(concentrator))
    expect(Math.abs(Number(offset))).toBeLessThanOrEqual(400_000);
});

test('of US915 a station hears one sub-band: eight channels and the one of 500 kHz among them', () => {
  const { message, concentrator } = configOf('US915', { subBand: 2 });
  // RP002-1.0.4, US902-928: channels 8 to 15 from 903.9 MHz, channel 65 at 904.6 MHz with SF8.
  expect(heardBy(concentrator)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((n) => 903_900_000 + n * 200_000));
  const { radio, if: offset, ...wide } = concentrator.chan_Lora_std ?? {};
  expect(Number(concentrator[`radio_${radio}`]?.freq) + Number(offset)).toBe(904_600_000);
  expect(wide).toEqual({ enable: true, bandwidth: 500_000, spread_factor: 8 });
  const rates = message.DRs as number[][];
  expect([rates[4], rates[5], rates[8], rates[13]]).toEqual([
    [8, 500, 0],
    [-1, 0, 0],
    [12, 500, 1],
    [7, 500, 1],
  ]);
  expect(message.region).toBe('US902');
});

test('a channel that no radio reaches is named, and never one on which devices join', () => {
  const { concentrator, unheard } = configOf('AS923-1', { channels: [920_600_000, 921_800_000] });
  expect(heardBy(concentrator)).toEqual([920_600_000, 923_200_000, 923_400_000]);
  expect(unheard).toEqual([921_800_000]);
});
