import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { DeviceTable } from '../../../gateway/intake/device-table.ts';
import { Register, registerFileOf } from '../../../gateway/lorawan/register.ts';
import { type NewDevice, newDevice } from '../../../gateway/lorawan/registered-device.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { lorawanConfig } from './lorawan-config.ts';

const AT = Date.UTC(2026, 10, 24);
const APP_KEY = '2b7e151628aed2a6abf7158809cf4f3c';

function device(n: number, more: Record<string, unknown> = {}): NewDevice {
  return v.parse(newDevice, {
    id: `gauge-${n}`,
    project: 'toyama',
    devEui: `70B3D57ED000${n.toString(16).padStart(4, '0')}`,
    joinEui: '0000000000000001',
    activation: 'otaa',
    version: '1.0.3',
    profile: 'lpp',
    keys: { appKey: APP_KEY },
    ...more,
  });
}

function rig(more = '') {
  const config = lorawanConfig(temporaryFolder(), more);
  return { config, register: Register.open(config), file: registerFileOf(config) };
}

const PROJECT = `
[[project]]
name = "soil-lab"
max-devices = 2
`;

test('devices and their keys survive a restart, and no key shows in the file', () => {
  const { config, register, file } = rig();
  register.add([device(1, { place: { lat: 36.7, lon: 137.2 } }), device(2)], AT);
  const text = readFileSync(file, 'utf8');
  expect(text.toLowerCase()).not.toContain(APP_KEY);
  expect(text).not.toContain(Buffer.from(APP_KEY, 'hex').toString('base64').slice(0, 20));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const again = Register.open(config);
  expect(again.devices.map(({ id }) => id)).toEqual(['gauge-1', 'gauge-2']);
  const found = again.findByDevEui('70b3d57ed0000001');
  expect(found).toMatchObject({ id: 'gauge-1', registeredAt: AT, place: { lat: 36.7 } });
  expect(found && again.keysOf(found)).toEqual({ appKey: APP_KEY });
});

test('all devices of a list are registered, or none, and listeners hear of each change', () => {
  const { config, register } = rig();
  let changes = 0;
  register.onChange(() => changes++);
  expect(() => register.add([device(1), device(1)], AT)).toThrow(
    'device "gauge-1": another device already has this name',
  );
  expect(register.devices).toEqual([]);
  expect(changes).toBe(0);
  register.add([device(1)], AT);
  register.remove(['gauge-1']);
  expect(changes).toBe(2);
  expect(Register.open(config).devices).toEqual([]);
});

test.each([
  ['a DevEUI twice', [device(1), device(1, { id: 'other' })], 'DevEUI 70b3d57ed0000001 is already registered'],
  [
    'no such profile',
    [device(1, { profile: 'lppp' })],
    'there is no profile "lppp". A [[profile]] table with type = "lorawan" defines a profile. Did you mean lpp?',
  ],
  ['no such project', [device(1, { project: 'soil-lap' })], 'there is no project "soil-lap". Did you mean soil-lab?'],
  ['no key', [device(1, { keys: {} })], 'its appKey is missing. otaa of LoRaWAN 1.0.3 needs it'],
  ['one key of 1.1', [device(1, { version: '1.1' })], 'its nwkKey is missing'],
  ['no JoinEUI', [device(1, { joinEui: undefined })], 'its JoinEUI is missing'],
  [
    'ABP without its address',
    [device(1, { activation: 'abp', keys: { nwkSKey: APP_KEY, appSKey: APP_KEY } })],
    'its DevAddr is missing',
  ],
  [
    'more than a project may',
    [1, 2, 3].map((n) => device(n, { project: 'soil-lab' })),
    'project "soil-lab" already has its 2 devices',
  ],
] as const)('it refuses %s, with the reason', (_, devices, why) => {
  const { register } = rig(PROJECT);
  expect(() => register.add(devices, AT)).toThrow(why);
  expect(register.devices).toEqual([]);
});

test('an unregistered device cannot be removed', () => {
  const { register } = rig();
  register.add([device(1)], AT);
  expect(() => register.remove(['gauge-2'])).toThrow('it is not registered. Did you mean gauge-1?');
});

test('an unreadable register is left alone', () => {
  const { config, register, file } = rig();
  register.add([device(1)], AT);
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, -20));
  const spoilt = readFileSync(file);
  const again = Register.open(config);
  expect(again.fault?.message).toMatch(/devices\.json: the register of devices cannot be read/);
  expect(again.devices).toEqual([]);
  expect(() => again.add([device(2)], AT)).toThrow('cannot be read');
  expect(readFileSync(file)).toEqual(spoilt);
});

test('without the key file nothing is encrypted under a new key', () => {
  const { config, register } = rig();
  register.add([device(1)], AT);
  rmSync(config.lorawan.keyFile);
  const again = Register.open(config);
  expect(() => again.add([device(2)], AT)).toThrow('Restore it from its backup');
  expect(again.devices).toHaveLength(1);
});

test('the rest of the gateway knows registered devices as well as configured ones', () => {
  const { config, register } = rig();
  const table = new DeviceTable(config);
  const before = table.all;
  register.add(
    [device(1, { group: 'river', threshold: [{ alarm: '氾濫', quantity: 'level', raise: 2, clear: 1 }] })],
    AT,
  );
  table.setRegistered(register.entries);
  expect(table.all).not.toBe(before);
  expect(table.get('gauge-1')).toMatchObject({ type: 'lorawan', group: 'river', tenant: 'toyama', profileName: 'lpp' });
  expect(table.get('gauge-1')?.policy.thresholds).toHaveLength(1);
  table.setRegistered([]);
  expect(table.get('gauge-1')).toBeUndefined();
});

test('devices that no longer fit the configuration are listed with the reason', () => {
  const folder = temporaryFolder();
  const before = Register.open(lorawanConfig(folder, PROJECT));
  before.add([device(1), device(2, { project: 'soil-lab' }), device(3, { profile: 'raw' })], AT);
  const config = lorawanConfig(folder);
  const lorawanProfiles = new Map([...config.lorawanProfiles].filter(([name]) => name !== 'raw'));
  expect(Register.open({ ...config, lorawanProfiles }).misfits).toMatchObject([
    { id: 'gauge-2', why: { en: 'there is no project "soil-lab"' } },
    { id: 'gauge-3', why: { en: 'there is no profile "raw"' } },
  ]);
});

test('a device cannot have a name that a family of devices may give to one of its own', () => {
  const family = `
[[port]]
name = "broker"
type = "mqtt"
listen = "127.0.0.1:1883"

[[device]]
id = "meter"
type = "line"
port = "broker"
topic = "meters/+/state"
profile = { format = "json", fields = [{ from = "level", quantity = "level", unit = "m" }] }
`;
  const folder = temporaryFolder();
  const before = Register.open(lorawanConfig(folder));
  before.add([device(1, { id: 'meter-kitchen' })], AT);
  const register = Register.open(lorawanConfig(folder, family));
  expect(register.misfits.map(({ id, why }) => `${id}: ${why.en}`)).toEqual([
    'meter-kitchen: a device that meter names by its topic might be called meter-kitchen too',
  ]);
  expect(() => register.add([device(2, { id: 'meter-hall' })], AT)).toThrow(
    'device "meter-hall": a device that meter names by its topic might be called meter-hall too',
  );
  register.add([device(2, { id: 'meters' })], AT);
});
