/** `check --connect` asks ports, as far as they can be asked, and destinations. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { contactEach } from '../../../gateway/cli/check-connect.ts';
import { readConfigFile } from '../../../gateway/config/config.ts';
import { close, postgresPlace, sessionAt } from '../../contract/archive-rig.ts';
import { isPostgresMissing, startPostgres } from '../../postgres/postgres.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe.skipIf(isPostgresMissing)('check --connect', () => {
  test('says of an archive that a port follows what is missing, and when nothing is', async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.remove());
    const place = postgresPlace(postgres);
    const file = join(temporaryFolder(), 'relay.toml');
    writeFileSync(
      file,
      `[gateway]
      id = "relay-1"
      tenant = "region"
      [[port]]
      name = "archive"
      type = "archive"
      url = "${postgres.url}"
      schema = "${place.settings.schema}"
      [[port]]
      name = "gateways"
      type = "feed"
      [[destination]]
      name = "history"
      type = "archive"
      url = "sqlite:history.sqlite"`,
    );
    const read = readConfigFile(file);
    if (!read.ok) throw new Error(read.faults.map(({ what }) => what.en).join('\n'));
    const ask = async () => (await contactEach(read.config)).filter((contact) => 'port' in contact);
    expect(await ask()).toMatchObject([
      {
        port: 'archive',
        isThere: false,
        what: { en: expect.stringContaining('no archive yet'), ja: expect.any(String) },
      },
    ]);
    await close(await sessionAt(place, { settings: { relayed: true } }));
    expect(await ask()).toMatchObject([{ port: 'archive', isThere: true }]);
  });
});
