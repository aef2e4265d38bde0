import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROGRAM } from '../../program.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test.skipIf(process.getuid?.() !== 0)(
  'root does not run a gateway among the files of its own user, who could not open them afterwards (needs root)',
  () => {
    const folder = temporaryFolder();
    const [data, file] = [join(folder, 'data'), join(folder, 'gateway.toml')];
    mkdirSync(data);
    chownSync(data, 65_534, 65_534);
    writeFileSync(file, `gateway = { id = "box", data-directory = "${data}" }\nstatus = { enabled = false }\n`);
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'run', file], {
      encoding: 'utf8',
      timeout: 20_000,
      env: { ...process.env, LC_ALL: 'C' },
    });
    expect([status, readdirSync(data)]).toEqual([1, []]);
    expect(stderr).toContain(`sudo -u "#65534" machimori run ${file}`);
  },
);
