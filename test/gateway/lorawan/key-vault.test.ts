import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyVault } from '../../../gateway/lorawan/key-vault.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const fileIn = (folder: string) => join(folder, 'lorawan.key');

test('without a file a new key is created, readable by its owner only, and kept', () => {
  const file = fileIn(temporaryFolder());
  const sealed = KeyVault.openOrCreate(file).seal(Buffer.from('secret'), 'device 1');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(Buffer.from(KeyVault.openOrCreate(file).unseal(sealed, 'device 1')).toString()).toBe('secret');
});

test('sealed text reveals nothing of the secret and differs each time', () => {
  const vault = KeyVault.openOrCreate(fileIn(temporaryFolder()));
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 64 }), (secret) => {
      const [one, other] = [vault.seal(secret, 'device 1'), vault.seal(secret, 'device 1')];
      expect(one).not.toBe(other);
      expect(Buffer.from(one, 'base64').includes(Buffer.from(secret))).toBe(false);
      expect(Buffer.from(vault.unseal(one, 'device 1'))).toEqual(Buffer.from(secret));
    }),
  );
});

test('a secret cannot be swapped for another, changed, or read with another key', () => {
  const folder = temporaryFolder();
  const vault = KeyVault.openOrCreate(fileIn(folder));
  const sealed = vault.seal(Buffer.alloc(16, 7), 'device 1');
  expect(() => vault.unseal(sealed, 'device 2')).toThrow('were not encrypted with this key, or are damaged');
  const spoilt = Buffer.from(sealed, 'base64');
  spoilt[20] = (spoilt[20] ?? 0) ^ 1;
  expect(() => vault.unseal(spoilt.toString('base64'), 'device 1')).toThrow('damaged');
  expect(() => vault.unseal('', 'device 1')).toThrow('damaged');
  const other = KeyVault.openOrCreate(join(folder, 'other.key'));
  expect(() => other.unseal(sealed, 'device 1')).toThrow('Restore the right key file');
});

test('a key file that is missing, broken or world-readable is reported, with what to do', () => {
  const file = fileIn(temporaryFolder());
  expect(() => KeyVault.open(file)).toThrow(/lorawan\.key: .*Restore it from its backup/);
  KeyVault.openOrCreate(file);
  const key = readFileSync(file, 'utf8');
  chmodSync(file, 0o644);
  expect(() => KeyVault.open(file)).toThrow('every user may read it');
  chmodSync(file, 0o600);
  writeFileSync(file, key.slice(1));
  expect(() => KeyVault.open(file)).toThrow('64 hexadecimal digits');
});
