import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readConfigFile } from '../../gateway/config/config.ts';
import { GATEWAY_FLAGS } from '../bench/processes.ts';

const EXAMPLES = new URL('../../deploy/examples/', import.meta.url).pathname;

test.each(readdirSync(EXAMPLES).filter((file) => file.endsWith('.toml')))(
  'the example %s passes the check without a note',
  (file) => {
    expect(readConfigFile(`${EXAMPLES}${file}`)).toMatchObject({ ok: true, notes: [] });
  },
);

test('the benchmark measures the gateway as the systemd unit starts it', () => {
  const unit = readFileSync(new URL('../../deploy/machimori.service', import.meta.url), 'utf8');
  expect(unit).toContain(`\nEnvironment="NODE_OPTIONS=${GATEWAY_FLAGS.join(' ')}"\n`);
});
