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

test('of an old copy that was put back nothing lets in that was revoked or replaced since, and the rest goes on', () => {
  const folder = temporaryFolder();
  const far = { ...certificate(1), endsAt: 1e15 };
  const enrolled = EnrolledGateways.open(folder);
  const other = { tenant: 'toyama', gateway: 'gateway-02' };
  const third = { tenant: 'toyama', gateway: 'gateway-03' };
  enrolled.enrolCertified(ORIGIN, far, 1);
  const [stays, replaced] = [enrolled.enrol(other, 1), enrolled.enrol(third, 1)];
  const copy = readFileSync(gatewaysFileOf(folder));
  enrolled.revoke(ORIGIN, 2);
  const newest = enrolled.enrol(third, 2);
  writeFileSync(gatewaysFileOf(folder), copy);

  const restored = EnrolledGateways.open(folder);
  expect(restored.isRestored).toBe(true);
  expect(restored.fault?.message).toMatch(
    /1 of its gateways may send.*refused: toyama\/gateway-01, toyama\/gateway-03/,
  );
  expect(restored.certified(far.fingerprint, 3)).toBeUndefined();
  expect(restored.login('toyama/gateway-02', stays, 3)).toMatchObject(other);
  expect([replaced, newest].map((password) => restored.login('toyama/gateway-03', password, 3))).toEqual([
    undefined,
    undefined,
  ]);
  expect(() => restored.enrol(third, 3)).toThrow(/machimori gateway accept/);
  expect(() => restored.revoke(other, 3)).toThrow(/machimori gateway accept/);
  expect(restored.revoked).toMatchObject([{ serial: far.serial }]); // other brokers are told too

  restored.accept(3);
  expect([restored.fault, restored.all.map(({ gateway }) => gateway)]).toEqual([undefined, ['gateway-02']]);
  const again = restored.enrol(third, 4);
  const reopened = EnrolledGateways.open(folder);
  expect([reopened.fault, reopened.revoked.map(({ serial }) => serial)]).toEqual([undefined, [far.serial]]);
  expect(reopened.login('toyama/gateway-03', again, 5)).toMatchObject(third);
  expect(reopened.login('toyama/gateway-03', replaced, 5)).toBeUndefined();
});

test('a renewal that came into use is not undone by an old copy, and one that did not keeps what it had', () => {
  const folder = temporaryFolder();
  const enrolled = EnrolledGateways.open(folder);
  const first = enrolled.enrol(ORIGIN, 1);
  const second = enrolled.enrol({ ...ORIGIN, renews: true }, 2);
  const copy = readFileSync(gatewaysFileOf(folder)); // both count
  enrolled.login('toyama/gateway-01', second, 3);
  writeFileSync(gatewaysFileOf(folder), copy);
  const restored = EnrolledGateways.open(folder);
  expect(restored.login('toyama/gateway-01', first, 4)).toBeUndefined();
  expect(restored.login('toyama/gateway-01', second, 4)).toMatchObject(ORIGIN);
});

test('a certificate of its own that was revoked may be enrolled again', () => {
  const folder = temporaryFolder();
  const enrolled = EnrolledGateways.open(folder);
  enrolled.enrolCertified(ORIGIN, certificate(1), 1);
  enrolled.revoke(ORIGIN, 2);
  enrolled.enrolCertified(ORIGIN, certificate(1), 3);
  expect(EnrolledGateways.open(folder).certified(certificate(1).fingerprint, 4)).toMatchObject(ORIGIN);
});

test('a command works on what another has written, whatever it read before', () => {
  const folder = temporaryFolder();
  const [one, other] = [EnrolledGateways.open(folder), EnrolledGateways.open(folder)];
  one.enrol(ORIGIN, 1);
  other.enrol({ ...ORIGIN, gateway: 'gateway-02' }, 1);
  expect(EnrolledGateways.open(folder).all).toHaveLength(2);
});

test('a hub that runs goes on with what it has read when the file is spoiled, and a change says why it cannot be', () => {
  const folder = temporaryFolder();
  const enrolled = EnrolledGateways.open(folder);
  const password = enrolled.enrol(ORIGIN, 1);
  writeFileSync(gatewaysFileOf(folder), '{');
  expect(() => enrolled.enrol({ ...ORIGIN, gateway: 'gateway-02' }, 2)).toThrow(/cannot be read/);
  expect(enrolled.login('toyama/gateway-01', password, 3)).toMatchObject(ORIGIN);
  expect(EnrolledGateways.open(folder).login('toyama/gateway-01', password, 3)).toBeUndefined();
});
