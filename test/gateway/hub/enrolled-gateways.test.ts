import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EnrolledGateways, gatewaysFileOf } from '../../../gateway/hub/enrolled-gateways.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ORIGIN = { tenant: 'toyama', gateway: 'gateway-01' };

test('a gateway logs in with the password that it was given, also after a restart, and nobody else does', () => {
  const folder = temporaryFolder();
  const password = EnrolledGateways.open(folder).enrol(ORIGIN, 1);
  const enrolled = EnrolledGateways.open(folder);
  expect(enrolled.login('toyama/gateway-01', password, 3)).toMatchObject(ORIGIN);
  expect(enrolled.login('toyama/gateway-01', `${password}x`, 3)).toBeUndefined();
  expect(enrolled.login('toyama/gateway-02', password, 3)).toBeUndefined();
  expect(enrolled.login('toyama/gateway-02', '', 3)).toBeUndefined();
  expect(enrolled.has(ORIGIN)).toBe(true);
});

test('the file has no password in it, and only its owner may read it', () => {
  const folder = temporaryFolder();
  const password = EnrolledGateways.open(folder).enrol(ORIGIN, 1);
  expect(readFileSync(gatewaysFileOf(folder), 'utf8')).not.toContain(password);
  expect(statSync(gatewaysFileOf(folder)).mode & 0o077).toBe(0);
});

test('enrolling again gives another password and tells of the former one; revoking tells too', () => {
  const enrolled = EnrolledGateways.open(temporaryFolder());
  const told: string[] = [];
  const forget = enrolled.onRevoked(({ gateway }) => told.push(gateway));
  const first = enrolled.enrol(ORIGIN, 1);
  const second = enrolled.enrol(ORIGIN, 2);
  expect(enrolled.login('toyama/gateway-01', first, 3)).toBeUndefined();
  expect(enrolled.login('toyama/gateway-01', second, 3)).toMatchObject(ORIGIN);
  enrolled.revoke(ORIGIN, 3);
  expect(told).toEqual(['gateway-01', 'gateway-01']);
  forget();
  expect(enrolled.has(ORIGIN)).toBe(false);
  expect(() => enrolled.revoke(ORIGIN, 3)).toThrow(/no such gateway is enrolled/);
});

test('a file that cannot be read lets nobody in, and is not written over', () => {
  const folder = temporaryFolder();
  writeFileSync(gatewaysFileOf(folder), '{"version":1,"gateways":[{"tenant":');
  const enrolled = EnrolledGateways.open(folder);
  expect(enrolled.fault?.message).toMatch(/cannot be read/);
  expect(() => enrolled.enrol(ORIGIN, 1)).toThrow(/cannot be read/);
  expect(readFileSync(gatewaysFileOf(folder), 'utf8')).toContain('"tenant":');
});
