import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfigFile } from '../../../../gateway/config/config.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const ARCHIVE = `
  [[destination]]
  name = "history"
  type = "archive"
  url = "postgres://writer@127.0.0.1:5432/city"
`;

function faults(port: string, more = ''): string[] {
  const file = join(temporaryFolder(), 'gateway.toml');
  writeFileSync(
    file,
    `[gateway]
    id = "hub-01"
    tenant = "region"
    [[port]]
    name = "archive"
    type = "archive"
    ${port}
    ${more}`,
  );
  const read = readConfigFile(file);
  return read.ok ? [] : read.faults.map(({ what, mend }) => `${what.en}: ${mend?.en}`);
}

const url = 'url = "postgres://relay@127.0.0.1/city"';

test('an address and nothing else is enough', () => {
  expect(faults(url)).toEqual([]);
});

test.each([
  ['url = "sqlite:history.sqlite"', /SQLite cannot be followed[\s\S]*both destinations/],
  ['url = "postgres://relay:secret@127.0.0.1/city"', /holds a password[\s\S]*password-file/],
  ['url = "mqtt://127.0.0.1"', /not the address of an archive/],
  [`${url}\nfrom = "yesterday"`, /"now", "beginning" or a time/],
  [`${url}\nfrom = "2026-02-30"`, /"now", "beginning" or a time/],
  [`${url}\nfrom = "2026-13-01"`, /"now", "beginning" or a time/],
  [`${url}\nschema = "Machimori"`, /small letters/],
])('%s is refused, with what to write', (port, fault) => {
  expect(faults(port).join('\n')).toMatch(fault);
});

test.each(['now', 'beginning', '2026-11-25', '2026-11-25T09:00Z', '2026-11-25T09:00:01.5+09:00'])('from %s', (from) => {
  expect(faults(`${url}\nfrom = "${from}"`)).toEqual([]);
});

test('an archive that is read and written by one hub would go round for ever, whoever it logs in as', () => {
  expect(faults(url, ARCHIVE).join('\n')).toMatch(/come round for ever/);
  expect(faults(url.replace('127.0.0.1', 'localhost'), ARCHIVE).join('\n')).toMatch(/come round for ever/);
  expect(faults(`${url}\nschema = "other"`, ARCHIVE)).toEqual([]);
});
