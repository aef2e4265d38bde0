import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readConfigFile } from '../../gateway/config/config.ts';

const EXAMPLES = new URL('../../deploy/examples/', import.meta.url).pathname;

test.each(readdirSync(EXAMPLES))('the example %s passes the check without a note', (file) => {
  expect(readConfigFile(`${EXAMPLES}${file}`)).toMatchObject({ ok: true, notes: [] });
});
