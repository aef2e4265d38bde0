import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Authority, certificateDays, enrolledCertificate, isSignedBy } from '../../../gateway/hub/authority.ts';
import { isOpensslMissing } from '../net/certificates.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const dayMs = 86_400_000;

describe.skipIf(isOpensslMissing)("a hub's own certificate authority", () => {
  test('is made when it is first needed, its key for its owner alone, and stays', async () => {
    const parent = temporaryFolder();
    const folder = join(parent, 'data', 'authority');
    const authority = new Authority(folder, 'region/hub-01');
    expect(authority.certificate).toBeUndefined();
    expect(existsSync(folder)).toBe(false);
    const now = Date.now();
    const [one, two] = await Promise.all([authority.gateway('toyama/a', now), authority.gateway('toyama/b', now)]);
    const own = authority.certificate ?? '';
    expect([isSignedBy(one.certificate, own), isSignedBy(two.certificate, own)]).toEqual([true, true]);
    expect(statSync(folder).mode & 0o077).toBe(0);
    expect(statSync(join(folder, 'ca.key')).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(parent, 'data'))).toEqual(['authority']);
    await new Authority(folder, 'region/hub-01').gateway('toyama/c', now);
    expect(authority.certificate).toBe(own);
    const { ca, publicKey, validTo } = new X509Certificate(own);
    expect([ca, publicKey.asymmetricKeyDetails?.namedCurve]).toEqual([true, 'prime256v1']);
    expect(Math.round((Date.parse(validTo) - now) / dayMs)).toBe(20 * 365);
  });

  test('signs a key of P-256 for two years under the name of the gateway, for clients only', async () => {
    const authority = new Authority(join(temporaryFolder(), 'authority'), 'region/hub-01');
    const now = Date.now();
    const { certificate, key } = await authority.gateway('a.b-c_d/0.1', now);
    const { subject, ca, keyUsage, publicKey, validTo } = new X509Certificate(certificate);
    expect({ subject, ca, keyUsage }).toEqual({
      subject: 'CN=a.b-c_d/0.1',
      ca: false,
      keyUsage: ['1.3.6.1.5.5.7.3.2'], // id-kp-clientAuth
    });
    expect(publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(Math.round((Date.parse(validTo) - now) / dayMs)).toBe(certificateDays);
    expect(key).toContain('PRIVATE KEY');
  });

  test('says what to do with a name that has no room in a certificate, and makes nothing', () => {
    const folder = join(temporaryFolder(), 'authority');
    const name = `toyama/${'g'.repeat(60)}`;
    expect(() => new Authority(folder, 'region/hub-01').gateway(name, Date.now())).toThrow(
      /have 67 characters.*room for 64\. Enrol it with a password/,
    );
    expect(existsSync(folder)).toBe(false);
  });

  test('signs nothing that would outlive it, and nothing once it has ended', async () => {
    const authority = new Authority(join(temporaryFolder(), 'authority'), 'region/hub-01');
    const now = Date.now();
    await authority.gateway('toyama/a', now);
    const { certificate } = await authority.gateway('toyama/a', now + (20 * 365 - 10) * dayMs);
    expect(enrolledCertificate(certificate).endsAt).toBeLessThan(now + 11 * dayMs);
    await expect(authority.gateway('toyama/a', now + 20 * 365 * dayMs)).rejects.toThrow(/cannot be used \(notAfter=/);
  });

  test('is not made anew over a key whose certificate is missing, or over what is no certificate', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'ca.key'), 'a key');
    const authority = new Authority(folder, 'region/hub-01');
    await expect(authority.gateway('toyama/a', Date.now())).rejects.toThrow(/cannot be used.*Put a copy/);
    writeFileSync(join(folder, 'ca.pem'), 'no certificate');
    await expect(authority.gateway('toyama/a', Date.now())).rejects.toThrow(/cannot be used/);
  });

  test('names the hosts of the hub in a server certificate, and refuses what is none', async () => {
    const authority = new Authority(join(temporaryFolder(), 'authority'), 'region/hub-01');
    const { certFile, keyFile } = await authority.server(['hub.example.jp', '192.0.2.7', '2001:db8::1'], Date.now());
    const text = execFileSync('openssl', ['x509', '-in', certFile, '-noout', '-ext', 'subjectAltName'], {
      encoding: 'utf8',
    });
    expect(text).toContain('DNS:hub.example.jp, IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:1');
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    for (const name of ['https://hub', 'hub:8883', '', 'a\nbasicConstraints=CA:TRUE', 'a,DNS:b', '日本.jp']) {
      await expect(authority.server([name], Date.now())).rejects.toThrow(/neither a host name nor an address/);
    }
  });

  test('lists what is revoked, as OpenSSL reads it', async () => {
    const authority = new Authority(join(temporaryFolder(), 'authority'), 'region/hub-01');
    const now = Date.now();
    const { serial, endsAt } = enrolledCertificate((await authority.gateway('toyama/a', now)).certificate);
    const list = await authority.revocationList([{ serial, endsAt, revokedAt: now }], now);
    const text = execFileSync('openssl', ['crl', '-noout', '-text'], { input: list, encoding: 'utf8' });
    expect(text).toContain(`Serial Number: ${serial}`);
    expect(await authority.revocationList([], now)).toContain('BEGIN X509 CRL');
  });
});
