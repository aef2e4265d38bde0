import { writeFileSync } from 'node:fs';
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
