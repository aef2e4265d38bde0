/** A hub whose gateways have certificates of its own authority: over MQTT and HTTP with real TLS, and at a real Mosquitto. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Authority, enrolledCertificate } from '../../gateway/hub/authority.ts';
import { EnrolledGateways } from '../../gateway/hub/enrolled-gateways.ts';
import { mosquittoPassword } from '../../gateway/hub/mosquitto.ts';
import { type Enrolment, readEnrolment } from '../../gateway/net/enrolment.ts';
import { levels } from '../gateway/buffer/buffer-rig.ts';
import { expiredCertificate, isOpensslMissing } from '../gateway/net/certificates.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { isMosquittoMissing, startMosquitto } from '../mosquitto/mosquitto.ts';
import { enrolledToml, hubSite, hubToml } from './hub-rig.ts';
import { machimori } from './machimori.ts';
import { start, until } from './started.ts';

const OWN = 'machimori/v1/toyama/gateway-01/status';
const REFUSED = /not authorized/i;

/** A hub with a server certificate of its own authority, which does not run yet. */
async function site() {
  const { folder, hubFolder, city, config, tomlOf } = await hubSite();
  const [port, httpPort] = [await freePort(), await freePort()];
  const authority = new Authority(join(hubFolder, 'data', 'authority'), 'region/hub-01');
  const { certFile, keyFile } = await authority.server(['localhost', '127.0.0.1'], Date.now());
  const toml = tomlOf(`listen = "127.0.0.1:${port}"
    http-listen = "127.0.0.1:${httpPort}"
    cert-file = "${certFile}"
    key-file = "${keyFile}"`);
  let count = 0;
  const enrol = async (name: string, ...options: string[]) => {
    const file = join(folder, `${count++}.enrolment`);
    const outcome = await machimori(
      hubFolder,
      'gateway',
      'enrol',
      config,
      name,
      '--certificate',
      '--out',
      file,
      ...options,
    );
    expect([outcome.code, outcome.err]).toEqual([0, '']);
    return file;
  };
  const revoke = async (name: string) => {
    expect((await machimori(hubFolder, 'gateway', 'revoke', config, name)).code).toBe(0);
  };
  const run = async () => {
    const hub = start(hubFolder, toml);
    await until(() => expect(hub.sources.activity.ports.get('gateways')?.state).toBe('open'));
    return hub;
  };
  return { folder, hubFolder, httpPort, port, city, authority, config, enrol, revoke, run };
}

/** As a program of somebody else's: mqtt.js with what the file says. */
async function connect({ url, ca, certificate, key }: Pick<Enrolment, 'url' | 'ca' | 'certificate' | 'key'>) {
  const client = await connectAsync(url, { ca: ca ?? '', cert: certificate ?? '', key: key ?? '', reconnectPeriod: 0 });
  onTestFinished(() => {
    client.end(true);
  });
  return client;
}

function closed(client: MqttClient): Promise<void> {
  return new Promise((resolve) => client.once('close', resolve));
}

describe.skipIf(isOpensslMissing)('a gateway with a certificate of its hub', () => {
  test('sends with that one file, under its own name and no other, and is turned away as soon as it is revoked', {
    timeout: 90_000,
  }, async () => {
    const { folder, city, enrol, revoke, run } = await site();
    const hub = await run();
    const file = await enrol('toyama/gateway-01');
    const gateway = start(join(folder, 'a'), enrolledToml({ tenant: 'toyama', id: 'gateway-01', file }));
    await gateway.buffer.append(levels(1, 3));
    await until(() => expect([...city.readings()]).toHaveLength(3));

    const other = await connect(readEnrolment(await enrol('toyama/gateway-02')));
    const isClosed = closed(other);
    other.publish('machimori/v1/toyama/gateway-01/status', 'not its own', { qos: 1 });
    await isClosed;
    expect(hub.sources.activity.ports.get('gateways')?.lastTurnedAway?.en).toMatch(
      /toyama\/gateway-02.*gateway-01\/status/,
    );

    await revoke('toyama/gateway-01');
    await until(() => expect(gateway.sources.forwarders[0]?.stats.why?.en).toMatch(REFUSED));
    await gateway.buffer.append(levels(4, 6));
    expect([...city.readings()]).toHaveLength(3);
    await expect(connect(readEnrolment(file))).rejects.toThrow(REFUSED);
  });

  test('is refused with a certificate of another authority under its name, with an ended one, and with none', {
    timeout: 60_000,
  }, async () => {
    const { folder, hubFolder, authority, enrol, run } = await site();
    const file = readEnrolment(await enrol('toyama/gateway-01'));
    const enrolled = EnrolledGateways.open(join(hubFolder, 'data'));
    const ended = expiredCertificate(folder, 'toyama/gateway-02');
    const { endsAt } = enrolledCertificate(ended.certificate);
    expect(endsAt).toBeLessThan(Date.now());
    enrolled.enrolCertified(
      { tenant: 'toyama', gateway: 'gateway-02' },
      enrolledCertificate(ended.certificate),
      endsAt - 1,
    );
    const hub = await run();
    const foreign = await new Authority(join(folder, 'foreign'), 'region/hub-01').gateway(
      'toyama/gateway-01',
      Date.now(),
    );
    const unknown = await authority.gateway('toyama/gateway-01', Date.now()); // signed by the hub, and not enrolled
    for (const wrong of [foreign, ended, unknown, {}]) {
      await expect(connect({ url: file.url, ca: file.ca, ...wrong })).rejects.toThrow(REFUSED);
    }
    expect(hub.sources.activity.ports.get('gateways')?.rubbishByCode.get('unknown-address')).toBe(4);
    expect((await connect(file)).connected).toBe(true);
  });

  test('gets another by enrolling again, which voids the former at once; one that is renewed voids it when it is used', {
    timeout: 90_000,
  }, async () => {
    const { enrol, run } = await site();
    await run();
    const first = readEnrolment(await enrol('toyama/gateway-01'));
    const connected = await connect(first);
    const isClosed = closed(connected);
    const second = readEnrolment(await enrol('toyama/gateway-01'));
    await isClosed;
    await expect(connect(first)).rejects.toThrow(REFUSED);
    const withSecond = await connect(second);
    const third = readEnrolment(await enrol('toyama/gateway-01', '--renew'));
    await withSecond.publishAsync(OWN, 'no status', { qos: 0 });
    const again = await connect(second);
    const areClosed = Promise.all([closed(withSecond), closed(again)]);
    expect((await connect(third)).connected).toBe(true);
    await areClosed;
    await expect(connect(second)).rejects.toThrow(REFUSED);
  });

  test('of a name with dots, dashes and underscores is known by all of it', { timeout: 60_000 }, async () => {
    const { enrol, run } = await site();
    await run();
    const client = await connect(readEnrolment(await enrol('a.b-c_d/0_1.x-')));
    await client.publishAsync('machimori/v1/a.b-c_d/0_1.x-/status', 'no status', { qos: 0 });
    await client.publishAsync('machimori/v1/a.b-c_d/0_1.x-/command', 'not allowed', { qos: 0 });
    await closed(client);
  });

  test('may have brought its own, which the hub knows from then on', { timeout: 60_000 }, async () => {
    const { folder, hubFolder, config, run } = await site();
    await run();
    const own = await new Authority(join(folder, 'city'), 'city/pki').gateway('box', Date.now());
    const [certFile, keyFile, out] = [join(folder, 'own.pem'), join(folder, 'own.key'), join(folder, 'own.enrolment')];
    writeFileSync(certFile, own.certificate);
    writeFileSync(keyFile, own.key, { mode: 0o600 });
    const args = ['toyama/gateway-01', '--cert-file', certFile, '--out', out];
    expect((await machimori(hubFolder, 'gateway', 'enrol', config, ...args)).code).toBe(0);
    expect(readFileSync(out, 'utf8')).not.toContain('PRIVATE KEY');
    expect((await connect({ ...readEnrolment(out), ...own })).connected).toBe(true);
    const box = join(folder, 'box');
    mkdirSync(box);
    const boxToml = enrolledToml({ tenant: 'toyama', id: 'gateway-01', file: out });
    writeFileSync(join(box, 'a.toml'), boxToml);
    expect((await machimori(box, 'check', 'a.toml')).err).toContain('there is none. Add cert-file and key-file');
    const gateway = start(box, `${boxToml}\ncert-file = "${certFile}"\nkey-file = "${keyFile}"`);
    await until(() => expect(gateway.sources.forwarders[0]?.stats.state).toBe('connected'));
  });

  test('sends over HTTP too, under its own name, until it is revoked, also on a connection that is open', {
    timeout: 60_000,
  }, async () => {
    const { folder, httpPort, enrol, revoke, run } = await site();
    await run();
    const file = readEnrolment(await enrol('toyama/gateway-01'));
    const foreign = await new Authority(join(folder, 'foreign'), 'region/hub-01').gateway(
      'toyama/gateway-01',
      Date.now(),
    );
    const poster = ({ certificate = '', key = '' }: Pick<Enrolment, 'certificate' | 'key'>, keepAlive: boolean) => {
      const agent = new Agent({ ca: file.ca ?? '', cert: certificate, key, keepAlive, maxSockets: 1 });
      onTestFinished(() => agent.destroy());
      return (gateway: string) =>
        new Promise<number>((resolve, reject) => {
          const path = `/v1/toyama/${gateway}/batch`;
          const asked = request({ host: '127.0.0.1', port: httpPort, path, method: 'POST', agent }, (response) => {
            response.resume().on('end', () => resolve(response.statusCode ?? 0));
          });
          asked.on('error', reject).end('no batch');
        });
    };
    const [kept, fresh, other] = [poster(file, true), poster(file, false), poster(foreign, false)];
    const read = 400; // it was let in, and what it sent is no batch
    expect([await kept('gateway-01'), await fresh('gateway-01'), await fresh('gateway-01')]).toEqual([
      read,
      read,
      read,
    ]);
    expect([await kept('gateway-02'), await other('gateway-01'), await poster({}, false)('gateway-01')]).toEqual([
      403, 401, 401,
    ]);
    await revoke('toyama/gateway-01');
    expect([await kept('gateway-01'), await fresh('gateway-01')]).toEqual([401, 401]);
  });

  test('cannot be enrolled where no TLS is, and the command says how to get it', { timeout: 30_000 }, async () => {
    const folder = temporaryFolder();
    const config = join(folder, 'hub.toml');
    writeFileSync(config, hubToml('[[port]]\nname = "gateways"\ntype = "feed"'));
    const refused = await machimori(folder, 'gateway', 'enrol', config, 'toyama/gateway-01', '--certificate');
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/a certificate needs TLS.*hub-certificate/);
    const both = ['--certificate', '--mosquitto', 'passwords'];
    expect((await machimori(folder, 'gateway', 'enrol', config, 'toyama/gateway-01', ...both)).code).toBe(2);
  });
});

describe.skipIf(isOpensslMissing || isMosquittoMissing)('at a Mosquitto that was there before', () => {
  test("gateways are known by their certificates' names, and one that was replaced is refused by the revocation list", {
    timeout: 90_000,
  }, async () => {
    const { folder, hubFolder, city, config, tomlOf } = await hubSite();
    const [port, tlsPort] = [await freePort(), await freePort()];
    const at = (name: string) => join(folder, name);
    writeFileSync(at('hub.password'), 'hub-secret', { mode: 0o600 });
    writeFileSync(at('passwords'), `${mosquittoPassword('hub', 'hub-secret')}\n`);
    const toml = tomlOf(`url = "mqtt://127.0.0.1:${port}"
    username = "hub"
    password-file = "${at('hub.password')}"`);
    const hubs = async (...args: string[]) => {
      const outcome = await machimori(hubFolder, 'gateway', ...args);
      expect([outcome.code, outcome.err]).toEqual([0, '']);
      return outcome.out;
    };
    await hubs('hub-certificate', config, 'localhost', '127.0.0.1');
    const authority = join(hubFolder, 'data', 'authority');
    const url = `mqtts://127.0.0.1:${tlsPort}`;
    const enrol = async (name: string, out: string) => {
      const options = ['--url', url, '--ca', join(authority, 'ca.pem'), '--certificate', '--out', at(out)];
      await hubs('enrol', config, name, ...options);
      return readEnrolment(at(out));
    };
    const replaced = await enrol('toyama/gateway-01', 'replaced.enrolment');
    await enrol('toyama/gateway-01', 'gateway-01.enrolment');
    const other = await enrol('toyama/gateway-02', 'gateway-02.enrolment');
    writeFileSync(at('acl'), await hubs('acl', config));
    writeFileSync(at('crl'), await hubs('crl', config));
    const mosquitto = await startMosquitto({
      port,
      lines: [
        `password_file ${at('passwords')}`,
        `acl_file ${at('acl')}`,
        'allow_anonymous false',
        `listener ${tlsPort} 127.0.0.1`,
        `cafile ${join(authority, 'ca.pem')}`,
        `certfile ${join(authority, 'hub.pem')}`,
        `keyfile ${join(authority, 'hub.key')}`,
        'require_certificate true',
        'use_identity_as_username true',
        `crlfile ${at('crl')}`,
      ],
    });
    onTestFinished(() => mosquitto.remove());
    const hub = start(hubFolder, toml);
    const file = at('gateway-01.enrolment');
    const gateway = start(join(folder, 'a'), enrolledToml({ tenant: 'toyama', id: 'gateway-01', file }));
    await gateway.buffer.append(levels(1, 5));
    await until(() => expect([...city.readings()]).toHaveLength(5));
    await until(() => expect(gateway.buffer.stats().outboxes.hub?.waiting).toEqual({ routine: 0, urgent: 0 }));

    await expect(connect(replaced)).rejects.toThrow(/revoked|alert|closed|reset/i);
    const client = await connect(other);
    await client.publishAsync('machimori/v1/toyama/gateway-01/status', 'not its own', { qos: 1 });
    await client.publishAsync('machimori/v1/toyama/gateway-02/status', 'its own, and no status', { qos: 1 });
    await until(() => expect(hub.sources.activity.ports.get('gateways')?.rubbish).toBe(1));

    await hubs('revoke', config, 'toyama/gateway-02'); // Mosquitto does not know yet, and the hub does
    await client.publishAsync('machimori/v1/toyama/gateway-02/status', 'of a gateway that is revoked', { qos: 1 });
    await until(() =>
      expect(hub.sources.activity.ports.get('gateways')?.lastTurnedAway?.en).toMatch(/gateway-02 is not enrolled/),
    );

    writeFileSync(at('acl'), await hubs('acl', config));
    writeFileSync(at('crl'), await hubs('crl', config));
    process.kill(mosquitto.pid, 'SIGHUP');
    await until(() => expect(connect(other)).rejects.toThrow(/revoked|alert|closed|reset/i));
  });
});
