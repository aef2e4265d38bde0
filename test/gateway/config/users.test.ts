import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfig } from '../../../gateway/config/config.ts';
import { faultsOf, good } from './good-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'machimori-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'gateway.toml');
writeFileSync(join(folder, 'gauge-02'), 'himitsu', { mode: 0o600 });
writeFileSync(join(folder, 'open'), 'himitsu', { mode: 0o644 });

const user = (lines: string) => `[[port.user]]\n${lines}\n`;
const right = user('username = "gauge-02"\npassword-file = "gauge-02"\ntopics = ["sensors/gauge-02"]');
const withUsers = (...users: readonly string[]) =>
  good.replace('type = "mqtt"\ntrust-local = true\n', `type = "mqtt"\nlisten = "0.0.0.0:1883"\n\n${users.join('\n')}`);
const said = (text: string) => faultsOf(text, file).map((line) => line.replace(file, 'gateway.toml'));

test('a port with users of their own may be reached by others, and their files are found beside the configuration', () => {
  expect(said(withUsers(right))).toEqual([]);
  const result = readConfig(withUsers(right), file);
  if (!result.ok) throw new Error('it is good');
  expect(result.config.ports[1]?.settings).toMatchObject({ user: [{ passwordFile: join(folder, 'gauge-02') }] });
});

test.each([
  ['without topics', 'topics = ["sensors/gauge-02"]', 'topics = []', /:17: the user gauge-02 may not publish anything/],
  [
    'with a malformed filter',
    '"sensors/gauge-02"]',
    '"sensors/gauge-02", "a#"]',
    /:17: "a#" is not an MQTT filter\. Let/,
  ],
  [
    'with a topic that no device reads',
    '"sensors/gauge-02"]',
    '"sensors/gauge-02", "sensors/gauge-03/+"]',
    /:17: .*no device of this port reads sensors\/gauge-03\/\+/,
  ],
  ['without its file', '"gauge-02"\ntopics', '"gauge-03"\ntopics', /:16: the file .*gauge-03 does not exist/],
  ['whose file everybody may read', '"gauge-02"\ntopics', '"open"\ntopics', /:16: .*every user may read .*open/],
  ['whose name is no name', 'username = "gauge-02"', 'username = "gauge 02"', /:15: username must be/],
  ['with a word that is unknown', 'topics = [', 'topic = [', /:17: there is no setting topic\. Did you mean topics\?/],
])('the check finds a user %s', (_, good, bad, expected) => {
  expect(said(withUsers(right.replace(good, bad)))).toContainEqual(expect.stringMatching(expected));
});

test('the check finds the same user twice, also beside the shared user name', () => {
  const taken = expect.stringMatching(/the user gauge-02 is there already\. Give every user a name of its own/);
  expect(said(withUsers(right, right))).toEqual([taken]);
  const shared = withUsers(right).replace(
    '[[port.user]]',
    'username = "gauge-02"\npassword-file = "gauge-02"\n[[port.user]]',
  );
  expect(said(shared)).toEqual([taken]);
});

test('the check finds a device whose topic no user may publish, unless a shared user name may', () => {
  const other = right.replace('sensors/gauge-02', 'sensors/+/level');
  expect(said(withUsers(other))).toContainEqual(
    expect.stringMatching(
      /:28: .*no user of its port may publish to sensors\/gauge-02, so gauge-02 will never be heard/,
    ),
  );
  const shared = withUsers(other).replace(
    '[[port.user]]',
    'username = "all"\npassword-file = "gauge-02"\n[[port.user]]',
  );
  expect(said(shared).join()).not.toContain('never be heard');
});

test('users at an existing broker are a fault: it has a list of its own', () => {
  const elsewhere = withUsers(right).replace('[[port.user]]', 'url = "mqtt://10.0.0.5"\n[[port.user]]');
  expect(said(elsewhere)).toEqual([expect.stringMatching(/users belong to the embedded broker/)]);
});
