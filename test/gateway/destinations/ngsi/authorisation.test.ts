/** Keys and tokens: sent, renewed before they end, and never in a log. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { json } from '../../../../simulators/orion/exchange.ts';
import { TOKEN_PATH } from '../../../../simulators/orion/orion.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { AT, level, NgsiRig, type RigOptions } from './ngsi-rig.ts';

function secret(text: string): string {
  const file = join(temporaryFolder(), 'secret');
  writeFileSync(file, `${text}\n`, { mode: 0o600 });
  return file;
}

function withClient(expiresIn: number, more: RigOptions['settings'] = {}) {
  const client = { id: 'gateway', secret: 'cl1ent-secret', expiresIn };
  const settings = {
    tokenUrl: `http://broker${TOKEN_PATH}`,
    clientId: 'gateway',
    clientSecretFile: secret(client.secret),
  };
  return new NgsiRig({ door: { client }, settings: { ...settings, ...more } });
}

test('an API key goes in the header of the configuration, as the file has it', async () => {
  const rig = new NgsiRig({
    door: { apiKey: { header: 'Authorization', value: 'raw-k3y' } },
    settings: { apiKeyHeader: 'Authorization', apiKeyFile: secret('raw-k3y') },
  });
  await rig.send(await rig.open(), [level(1)]);
  expect(rig.value('gauge-01', 'currentLevel')).toBe(1);
});

test('a wrong API key is said at the first contact, with what to do', async () => {
  const rig = new NgsiRig({
    door: { apiKey: { header: 'x-api-key', value: 'right' } },
    settings: { apiKeyFile: secret('wr0ng-key') },
  });
  await expect(rig.open()).rejects.toThrow(/No API key found in request.*Check the API key/);
  expect(JSON.stringify(rig.log.entries)).not.toContain('wr0ng-key');
});

test('a token is fetched once, renewed at four fifths of its life, and not sooner', async () => {
  const rig = withClient(1_000);
  const session = await rig.open();
  await rig.send(session, [level(1)]);
  await rig.clock.advance(790_000);
  await rig.send(session, [level(2, AT + 1)]);
  expect(rig.orion.tokensGiven).toBe(1);
  await rig.clock.advance(20_000);
  await rig.send(session, [level(3, AT + 2)]);
  expect(rig.orion.tokensGiven).toBe(2);
});

test('while the token server is away the old token serves, and afterwards nothing is lost', async () => {
  const rig = withClient(1_000);
  const session = await rig.open();
  rig.orion.misbehaviour = { instead: ({ path }) => (path === TOKEN_PATH ? json(503, {}) : undefined) };
  await rig.clock.advance(900_000);
  await rig.send(session, [level(1)]);
  expect(rig.value('gauge-01', 'currentLevel')).toBe(1);
  await rig.clock.advance(200_000);
  const batch = rig.batch([level(2, AT + 1)]);
  const sending = session.send(batch).catch(() => undefined);
  await rig.clock.advance(3_000);
  rig.orion.misbehaviour = {};
  expect(await rig.run(sending)).toMatchObject({ outcome: 'stored' });
  expect(rig.value('gauge-01', 'currentLevel')).toBe(2);
});

test('a token that the broker takes no longer is renewed once, and the request repeated once', async () => {
  const rig = withClient(100_000);
  const session = await rig.open();
  rig.orion.tokens.clear();
  await rig.send(session, [level(1)]);
  expect(rig.orion.tokensGiven).toBe(2);
  expect(rig.value('gauge-01', 'currentLevel')).toBe(1);
});

test('if a new token does not help either, the session ends with what to do', async () => {
  const rig = withClient(100_000);
  const session = await rig.open();
  rig.orion.misbehaviour = {
    instead: ({ path }) => (path === TOKEN_PATH ? undefined : json(401, { message: 'expired' })),
  };
  await expect(rig.send(session, [level(1)])).rejects.toThrow();
  expect((await session.ended).en).toMatch(/does not let this gateway in.*expired/);
});

test('a client that the token server does not know cannot open, and no secret is in any word of it', async () => {
  const rig = withClient(1_000, { clientSecretFile: secret('n0t-it') });
  const why = await rig.open().catch((fault: Error) => fault.message);
  expect(why).toMatch(/invalid_client.*Check client-id/);
  expect(`${why} ${JSON.stringify(rig.log.entries)}`).not.toMatch(/n0t-it|cl1ent-secret|Basic|token-\d/);
});

test('a user has the password grant, with a scope', async () => {
  const rig = withClient(1_000, { username: 'kawa', passwordFile: secret('p4ss'), scope: 'write' });
  await rig.open();
  const form = new URLSearchParams(String(rig.asked.find(({ url }) => url.endsWith(TOKEN_PATH))?.body));
  expect(Object.fromEntries(form)).toEqual({
    grant_type: 'password',
    username: 'kawa',
    password: 'p4ss',
    scope: 'write',
  });
});
