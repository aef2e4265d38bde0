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

const ended = 1_000;
const certificate = (n: number) => ({ fingerprint: String(n).padStart(64, '0'), serial: `0${n}`, endsAt: ended });

test('a certificate counts until its end, by its own fingerprint only', () => {
  const folder = temporaryFolder();
  EnrolledGateways.open(folder).enrolCertified(ORIGIN, certificate(1), 1);
  const enrolled = EnrolledGateways.open(folder);
  expect(enrolled.certified(certificate(1).fingerprint, ended - 1)).toMatchObject(ORIGIN);
  expect(enrolled.certified(certificate(1).fingerprint, ended)).toBeUndefined();
  expect(enrolled.certified(certificate(2).fingerprint, 1)).toBeUndefined();
  expect(enrolled.certified('', 1)).toBeUndefined();
  expect(enrolled.login('toyama/gateway-01', '', 1)).toBeUndefined();
});

test('what is enrolled anew replaces password by certificate and the other way round', () => {
  const enrolled = EnrolledGateways.open(temporaryFolder());
  const password = enrolled.enrol(ORIGIN, 1);
  enrolled.enrolCertified(ORIGIN, certificate(1), 2);
  expect(enrolled.login('toyama/gateway-01', password, 3)).toBeUndefined();
  enrolled.enrol(ORIGIN, 3);
  expect(enrolled.certified(certificate(1).fingerprint, 3)).toBeUndefined();
});

test('what is renewed stays good until the new one is used, also over a restart, and then no more', () => {
  const folder = temporaryFolder();
  const before = EnrolledGateways.open(folder);
  before.enrolCertified(ORIGIN, certificate(1), 1);
  before.enrolCertified({ ...ORIGIN, renews: true }, certificate(2), 2); // never used, so it keeps nothing
  before.enrolCertified({ ...ORIGIN, renews: true }, certificate(3), 2);
  const enrolled = EnrolledGateways.open(folder);
  const told: string[] = [];
  enrolled.onRevoked(({ gateway }) => told.push(gateway));
  expect(enrolled.certified(certificate(2).fingerprint, 3)).toBeUndefined();
  expect(enrolled.certified(certificate(1).fingerprint, 3)).toMatchObject(ORIGIN);
  expect(enrolled.certified(certificate(1).fingerprint, ended)).toBeUndefined();
  expect(told).toEqual([]);
  expect(enrolled.certified(certificate(3).fingerprint, 3)).toMatchObject(ORIGIN);
  expect(told).toEqual(['gateway-01']);
  expect(enrolled.certified(certificate(1).fingerprint, 3)).toBeUndefined();
  expect(EnrolledGateways.open(folder).certified(certificate(1).fingerprint, 3)).toBeUndefined();
  expect(enrolled.revoked.map(({ serial }) => serial)).toEqual(['02', '01']);
});

test('a renewed password leaves the former one until it is used', () => {
  const enrolled = EnrolledGateways.open(temporaryFolder());
  const first = enrolled.enrol(ORIGIN, 1);
  const second = enrolled.enrol({ ...ORIGIN, renews: true }, 2);
  expect(enrolled.login('toyama/gateway-01', first, 3)).toMatchObject(ORIGIN);
  expect(enrolled.login('toyama/gateway-01', second, 3)).toMatchObject(ORIGIN);
  expect(enrolled.login('toyama/gateway-01', first, 3)).toBeUndefined();
});

test('a revoked certificate is remembered until it has ended', () => {
  const folder = temporaryFolder();
  const enrolled = EnrolledGateways.open(folder);
  enrolled.enrolCertified(ORIGIN, certificate(1), 1);
  enrolled.revoke(ORIGIN, 5);
  const revoked = [{ serial: '01', endsAt: ended, revokedAt: 5 }];
  expect(EnrolledGateways.open(folder).revoked).toEqual(revoked);
  enrolled.enrol(ORIGIN, ended - 1);
  expect(enrolled.revoked).toEqual(revoked);
  enrolled.enrol(ORIGIN, ended);
  expect(enrolled.revoked).toEqual([]);
});
