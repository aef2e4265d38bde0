/** A hub at a broker that was there before: a real Mosquitto with the passwords and permissions that the hub writes down. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { mosquittoPassword } from '../../gateway/hub/mosquitto.ts';
import { Operators } from '../../gateway/hub/operators.ts';
import { levels } from '../gateway/buffer/buffer-rig.ts';
import { operatorWithKey } from '../gateway/enrolment/hub-stand-in.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { isMosquittoMissing, startMosquitto } from '../mosquitto/mosquitto.ts';
import { enrolledToml, hubSite } from './hub-rig.ts';
import { machimori } from './machimori.ts';
import { start, until } from './started.ts';

describe.skipIf(isMosquittoMissing)('a hub at an existing Mosquitto', () => {
  test('its gateways log in with their enrolment, send under their own name, and under no other', {
    timeout: 90_000,
  }, async () => {
    const { folder, hubFolder, city, config, tomlOf } = await hubSite();
    const port = await freePort();
    const hubPassword = join(hubFolder, 'hub.password');
    writeFileSync(hubPassword, 'hub-secret', { mode: 0o600 });
    const toml = tomlOf(`url = "mqtt://127.0.0.1:${port}"
    username = "hub"
    password-file = "${hubPassword}"`);
    const passwords = join(folder, 'passwords');
    writeFileSync(passwords, `${mosquittoPassword('hub', 'hub-secret')}\n`);
    for (const name of ['toyama/gateway-01', 'toyama/gateway-02']) {
      const out = join(folder, `${name.replace('/', '-')}.enrolment`);
      const { code } = await machimori(
        hubFolder,
        'gateway',
        'enrol',
        config,
        name,
        '--out',
        out,
        '--mosquitto',
        passwords,
      );
      expect(code).toBe(0);
    }
    const times = { refreshMs: 3_600_000, validityMs: 86_400_000 };
    await Operators.open(join(hubFolder, 'data'), times).add((await operatorWithKey('alsok')).operator, Date.now());
    const acl = await machimori(hubFolder, 'gateway', 'acl', config);
    const aclFile = join(folder, 'acl');
    writeFileSync(aclFile, acl.out);
    const lines = ['allow_anonymous false', `password_file ${passwords}`, `acl_file ${aclFile}`];
    const mosquitto = await startMosquitto({ port, lines });
    onTestFinished(() => mosquitto.remove());
    const hub = start(hubFolder, toml);
    const gateway = start(
      join(folder, 'a'),
      enrolledToml({ tenant: 'toyama', id: 'gateway-01', file: join(folder, 'toyama-gateway-01.enrolment') }),
    );
    await gateway.buffer.append(levels(1, 5));
    await until(() => expect([...city.readings()]).toHaveLength(5));
    await until(() => expect(gateway.buffer.stats().outboxes.hub?.waiting).toEqual({ routine: 0, urgent: 0 }));

    const operators = () => gateway.sources.watchOver?.known.operators.map(({ id }) => id);
    await until(() => expect(operators()).toEqual(['alsok']));
    await hub.sources.hub.operators.revoke('alsok', Date.now());
    await until(() => expect(operators()).toEqual([]));

    const { password } = JSON.parse(readFileSync(join(folder, 'toyama-gateway-02.enrolment'), 'utf8'));
    const other = await connectAsync(`mqtt://127.0.0.1:${port}`, { username: 'toyama/gateway-02', password });
    onTestFinished(() => {
      other.end(true);
    });
    await other.publishAsync('machimori/v1/toyama/gateway-01/status', 'not its own', { qos: 1 });
    await other.publishAsync('machimori/v1/toyama/gateway-02/status', 'its own, and no status', { qos: 1 });
    await until(() => expect(hub.sources.activity.ports.get('gateways')?.rubbish).toBe(1));
  });
});
