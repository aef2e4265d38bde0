/** What operators hand in, in TOML and JSON: read as it was meant, and every fault with its line. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatFault } from '../../../gateway/config/config.ts';
import { readOperatorFile } from '../../../gateway/config/operator-file.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const KEY = 'oLGy9HAgVlc-pUj7B6NpDtVuA8ZGm5-JY9hxfez8uA8';

function read(name: string, text: string | Buffer) {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  const result = readOperatorFile(file);
  if (result.ok) return result.operator;
  return result.faults.map((found) => formatFault(found).en.replace(file, name));
}

const expected = {
  id: 'alsok',
  name: { en: 'ALSOK', ja: 'アルソック' },
  purpose: { en: 'Finding people', ja: '捜索' },
  retentionMs: 259_200_000,
  publicKey: KEY,
  patterns: [
    { format: 'ibeacon', uuid: 'f7826da64fa24e988024bc5b71e0893e', major: 3 },
    { format: 'manufacturer', company: 0x0118, match: '02..ff', id: { at: 3, length: 8 } },
  ],
};

test('TOML and JSON say the same; a UUID may be written as it is copied', () => {
  expect(
    read(
      'a.toml',
      `id = "alsok"
      name = { en = "ALSOK", ja = "アルソック" }
      purpose = { en = "Finding people", ja = "捜索" }
      retention = "72h"
      public-key = "${KEY}"
      [[pattern]]
      format = "ibeacon"
      uuid = "F7826DA6-4FA2-4E98-8024-BC5B71E0893E"
      major = 3
      [[pattern]]
      format = "manufacturer"
      company = 0x0118
      match = "02 .. FF"
      id = { at = 3, length = 8 }`,
    ),
  ).toEqual(expected);
  const { patterns: pattern, publicKey, retentionMs: _, ...rest } = expected;
  expect(read('a.json', JSON.stringify({ ...rest, retention: '72h', 'public-key': publicKey, pattern }))).toEqual(
    expected,
  );
});

test('every fault of a TOML file is named with its line', () => {
  const faults = read(
    'a.toml',
    `id = "AL sok"
retention = "72"
public-key = "abc"
name = { en = "ALSOK" }
purpose = { en = "x", ja = "x" }
[[pattern]]
format = "eddystone-eid"
[[pattern]]
format = "ibeacon"
uuid = "F7826DA6"
extra = 1`,
  );
  expect(faults).toEqual([
    expect.stringMatching(/^a\.toml:1: id must be 1 to 32/),
    expect.stringMatching(/^a\.toml:2: retention .* retention = "72s"/),
    expect.stringMatching(/^a\.toml:3: public-key must be a public key/),
    expect.stringMatching(/^a\.toml:4: the setting ja is missing/),
    expect.stringMatching(/^a\.toml:10: uuid must be 32 hexadecimal digits/),
  ]);
});

test('every fault of a JSON file is named with its line, in whatever way it is laid out', () => {
  const text = `{ "id": "x", "retention": "1d",
  "public-key": "${KEY}", "name":
    {"en": "a: {[,", "ja": "b\\"}"},
  "purpose": {"en": "a",
     "ja": 5},
  "pattern": [{"format": "eddystone-eid"},
    {"format": "service", "uuid": "fe6f", "match": "",
      "id": {"at": 1,
             "length": 31}}]
}`;
  expect(read('a.json', text)).toEqual([
    expect.stringMatching(/^a\.json:5: ja must be text/),
    expect.stringMatching(/^a\.json:9: length must be at most 20/),
  ]);
});

test('what is neither is said with the line, and an empty list of patterns is a fault', () => {
  expect(read('a.toml', 'id = "x"\nname = {')).toEqual([expect.stringMatching(/^a\.toml:2: /)]);
  expect(read('a.json', '{\n"id" "x"}')).toEqual([expect.stringMatching(/^a\.json:2: /)]);
  expect(read('a.json', '[1]')).toEqual(expect.arrayContaining([expect.stringMatching(/^a\.json:1: /)]));
  expect(read('a.toml', '')).toEqual(expect.arrayContaining([expect.stringMatching(/^a\.toml:1: .*id is missing/)]));
  expect(() => read('a.toml', Buffer.from([0xff, 0xfe, 0x00]))).toThrow(/cannot be read/);
  const { patterns: _, retentionMs: __, publicKey, ...rest } = expected;
  const faults = read('a.json', JSON.stringify({ ...rest, retention: '1h', 'public-key': publicKey, pattern: [] }));
  expect(faults).toEqual([expect.stringMatching(/pattern must have an entry/)]);
});

test.each([
  ['"004c"', 'company = 76'],
  ['"76"', 'company = 76'],
])('a company written as %s is read as it was meant', (written, meant) => {
  const pattern = `[[pattern]]\nformat = "manufacturer"\ncompany = ${written}\nmatch = ""\nid = { at = 0, length = 6 }\n`;
  expect([read('a.toml', pattern)].flat().join('\n')).toContain(`Write: ${meant}`);
});
