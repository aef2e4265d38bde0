import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { machimori } from '../../end-to-end/machimori.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function check(codec: string | undefined) {
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'gateway.toml'),
    '[gateway]\nid = "g"\n[[profile]]\nname = "soil"\ntype = "lorawan"\ncodec-file = "soil.js"\n',
  );
  if (codec !== undefined) writeFileSync(join(folder, 'soil.js'), codec);
  const { code, out, err } = await machimori(folder, 'check', 'gateway.toml');
  return { code, out, err: err.replaceAll(`${folder}/`, '') };
}

test('a codec that loads is good', async () => {
  const { code, out } = await check('function decodeUplink() { return { data: {} }; }');
  expect(code).toBe(0);
  expect(out).toContain('gateway.toml: good.');
});

test.each([
  [
    'is no JavaScript',
    'function decodeUplink( {',
    /profile "soil": the codec cannot be run \(soil\.js line 1: SyntaxError: .+\)\. Correct it/,
  ],
  [
    'throws while it is loaded',
    'throw new Error("no");',
    /profile "soil": the codec cannot be run \(soil\.js line 1: Error: no\)\. Correct it/,
  ],
  ['is not there', undefined, /profile "soil": soil\.js: the codec cannot be read .+\. Check the path/],
])('a codec that %s is named with its profile', async (_, codec, expected) => {
  const { code, out, err } = await check(codec);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(expected);
});

test('several files are checked in one go, each with its verdict', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.toml'), '[gateway]\nid = "a"\n');
  writeFileSync(join(folder, 'b.toml'), '[gateway]\nid = 「b」\n');
  const { code, out, err } = await machimori(folder, 'check', 'a.toml', 'b.toml', 'c.toml');
  expect({ code, out }).toEqual({
    code: 1,
    out: 'a.toml: good. 0 ports, 0 devices, 0 destinations. 1 note above.\n',
  });
  expect(err).toMatch(/^a\.toml:1: note: .+\nb\.toml:2: .+ Write: id = "b"\nc\.toml: the configuration cannot be read/);
});

test('as JSON each finding has its line, its code and both languages', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.toml'), '[gateway]\nid = 「b」\n');
  const { code, out } = await machimori(folder, 'check', '--json', 'a.toml');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toEqual([
    {
      file: 'a.toml',
      good: false,
      findings: [
        {
          severity: 'fault',
          line: 2,
          what: { code: 'slips.quote-mark', en: expect.any(String), ja: expect.any(String) },
          mend: { code: 'slips.write', en: 'Write: id = "b"', ja: '次のように書いてください: id = "b"' },
        },
      ],
    },
  ]);
});

test('a configuration that cannot be run ends a run with a code after which the unit does not start it again', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'gateway.toml'), '[gateway]\n');
  expect((await machimori(folder, 'run', 'gateway.toml')).code).toBe(78);
  expect((await machimori(folder, 'run', 'missing.toml')).code).toBe(78);
  const unit = readFileSync(new URL('../../../deploy/machimori.service', import.meta.url), 'utf8');
  expect(unit).toContain('\nRestartPreventExitStatus=78\n');
});
